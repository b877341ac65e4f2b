"""Staff find submissions by area and work on them."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client

from reports.models import Event, EventKind, Submission
from reports.permissions import can_handle, can_see_in_triage
from reports.workflow import Kind, Status, transitions_from
from tests.submissions import pinned
from tests.world import World


@pytest.fixture
def alice(client: Client, world: World) -> Client:
    """The client, signed in as an agent of commune A."""
    client.force_login(world.user("alice"))
    return client


def refs(client: Client, query: str = "") -> set[str]:
    answer = client.get(f"/triage/{query}")
    assert answer.status_code == 200
    return set(re.findall(r"/triage/([0-9A-Z]{4}-[0-9A-Z]{4})/", answer.content.decode()))


def act(client: Client, submission: Submission, verb: str, **more: str) -> Any:
    seen = {"seen_status": submission.status, **more}
    return client.post(f"/triage/{submission.ref}/", {"verb": verb, **seen})


def test_strangers_are_asked_to_sign_in_and_led_back(client: Client, world: World) -> None:
    answer = client.get("/triage/")
    assert answer["Location"] == "/accounts/login/?next=/triage/"
    signed_in = client.post(
        "/accounts/login/", {"username": "alice", "password": "correct horse", "next": "/triage/"}
    )
    assert signed_in["Location"] == "/triage/"


def test_a_wrong_password_says_so(client: Client, world: World) -> None:
    answer = client.post("/accounts/login/", {"username": "alice", "password": "wrong"})
    assert "error-summary" in answer.content.decode()


def test_agents_see_their_collectivitys_areas_and_no_others(alice: Client, world: World) -> None:
    mine, _theirs = pinned(0.75, 45.25), pinned(0.75, 46.5)
    assert refs(alice) == {mine.ref}


def test_the_url_filters_by_area_category_status_and_text(alice: Client, world: World) -> None:
    inside = pinned(0.25, 45.25, description="Lampadaire éteint rue Neuve", category="eclairage")
    done = pinned(0.75, 45.25, status="resolved")
    assert refs(alice, "?area=quartier:A1") == {inside.ref}
    assert refs(alice, "?area=canton:9001") == {done.ref}
    assert refs(alice, "?category=eclairage") == {inside.ref}
    assert refs(alice, "?status=closed") == {done.ref}
    assert refs(alice, "?status=&kind=&q=lampadaires") == {inside.ref}
    assert refs(alice, "?q=eteint neu") == {inside.ref}
    assert refs(alice, f"?q={done.ref.lower()}") == {done.ref}


@pytest.mark.parametrize("query", ["?status=lost", "?area=mars:1", "?q=%00", "?cursor=x"])
def test_a_filter_that_is_none_is_refused(alice: Client, query: str) -> None:
    assert alice.get(f"/triage/{query}").status_code == 400


def test_the_list_costs_the_same_for_one_and_for_many(
    alice: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        pinned(0.25, 45.25)
    with django_assert_max_num_queries(12):
        assert len(refs(alice)) == 5


def test_every_submission_is_reached_page_by_page(
    alice: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.views.triage.PAGE_SIZE", 2)
    all_refs = {pinned(0.25, 45.25).ref for _ in range(5)}
    seen: set[str] = set()
    query = ""
    for _ in range(3):
        page = alice.get(f"/triage/{query}").content.decode()
        seen |= set(re.findall(r"/triage/([0-9A-Z]{4}-[0-9A-Z]{4})/", page))
        following = re.search(r'href="(\?[^"]*cursor=[^"]+)"', page)
        query = following[1].replace("&amp;", "&") if following else ""
    assert seen == all_refs
    assert query == ""


def test_a_status_changes_with_a_public_reply_and_the_history_says_who(
    alice: Client, world: World
) -> None:
    submission = pinned(0.75, 45.25)
    answer = act(alice, submission, "transition", to="in_progress", text="Une équipe passe demain.")
    assert answer.status_code == 302
    submission.refresh_from_db()
    assert submission.status == "in_progress"
    event = submission.events.last()
    assert (event.kind, event.by.username) == (EventKind.TRANSITION, "alice")
    public = alice.get(submission.get_absolute_url()).content.decode()
    assert "Une équipe passe demain." in public
    assert "alice" not in public.split("<main")[1]
    assert "alice" in alice.get(f"/triage/{submission.ref}/").content.decode().split("<main")[1]


def test_a_note_stays_inside(alice: Client, world: World) -> None:
    submission = pinned(0.75, 45.25)
    act(alice, submission, "note", text="Vu avec le service des eaux")
    assert "service des eaux" in alice.get(f"/triage/{submission.ref}/").content.decode()
    alice.logout()
    assert "service des eaux" not in alice.get(submission.get_absolute_url()).content.decode()


def test_closing_and_reopening_keep_links_in_step(alice: Client, world: World) -> None:
    submission = pinned(0.75, 45.25)
    act(alice, submission, "transition", to="resolved")
    submission.refresh_from_db()
    assert submission.closed_at
    assert not submission.area_links.filter(is_open=True).exists()
    act(alice, submission, "transition", to="in_progress")
    submission.refresh_from_db()
    assert submission.closed_at is None
    assert not submission.area_links.filter(is_open=False).exists()


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"verb": "transition", "to": "new"}, 400),
        ({"verb": "transition", "to": "lost"}, 400),
        ({"verb": "transition", "to": ""}, 400),
        ({"verb": "transition", "to": "rejected"}, 400),
        ({"verb": "transition", "to": "resolved", "seen_status": "scheduled"}, 409),
        ({"verb": "reply", "text": "  "}, 400),
        ({"verb": "note", "text": ""}, 400),
        ({"verb": "hide", "text": ""}, 400),
        ({"verb": "dance"}, 400),
        ({"verb": "note", "text": "x" * 4001}, 400),
        ({"verb": "note", "text": "a\0"}, 400),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(
    alice: Client, world: World, more: dict[str, str], status: int
) -> None:
    submission = pinned(0.75, 45.25)
    answer = alice.post(f"/triage/{submission.ref}/", {"seen_status": "new", **more})
    assert answer.status_code == status
    assert "error-summary" in answer.content.decode()
    assert Event.objects.count() == 1
    assert Submission.objects.get().status == "new"


def test_another_collectivitys_submission_cannot_be_changed(alice: Client, world: World) -> None:
    """Waste is the EPCI's: commune A sees it and reads it, and may not touch it."""
    submission = pinned(0.75, 45.25, category="dechets")
    assert refs(alice) == {submission.ref}
    assert act(alice, submission, "transition", to="resolved").status_code == 403
    assert act(alice, submission, "reply", text="Non").status_code == 403
    elsewhere = pinned(0.75, 46.5)
    assert act(alice, elsewhere, "reply", text="Non").status_code == 404
    assert set(Event.objects.values_list("kind", flat=True)) == {EventKind.SUBMITTED}


def test_hiding_takes_it_from_the_public_and_showing_brings_it_back(
    alice: Client, world: World
) -> None:
    submission = pinned(0.75, 45.25)
    act(alice, submission, "hide", text="Un nom y figure")
    assert Client().get(submission.get_absolute_url()).status_code == 404
    assert refs(alice) == {submission.ref}
    act(alice, submission, "show", text="Nom retiré")
    page = Client().get(submission.get_absolute_url())
    assert page.status_code == 200
    assert "Un nom y figure" not in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_resident_is_told_of_a_new_status(
    client: Client, live_world: World, run_jobs: Callable[[], None]
) -> None:
    submission = pinned(0.75, 45.25, reporter_email="resident@example.org")
    client.force_login(live_world.user("alice"))
    act(client, submission, "transition", to="rejected", text="Voie privée.")
    run_jobs()
    [message] = mail.outbox
    assert "Voie privée." in message.body
    assert "/submissions/track/" in message.body


def test_permissions_and_their_sets_agree(world: World) -> None:
    """One matrix: every person, every submission, predicate and QuerySet."""
    submissions = [
        pinned(0.75, 45.25),  # A answers
        pinned(0.75, 45.25, category="dechets"),  # EPCI South answers
        pinned(0.75, 46.5),  # C answers
        pinned(0.25, 45.25, responsible=None),  # nobody answers
        pinned(0.75, 45.25, is_hidden=True),
    ]
    people = [world.user(name) for name in ("alice", "bob", "charlie", "dora", "root")]
    seen: dict[str, tuple[int, int]] = {}
    for user in [*people, AnonymousUser()]:
        triaged = set(Submission.objects.triaged_by(user))
        handled = set(Submission.objects.handled_by(user))
        assert triaged == {one for one in submissions if can_see_in_triage(user, one)}, user
        assert handled == {one for one in submissions if can_handle(user, one)}, user
        assert handled <= triaged
        seen[user.username] = (len(triaged), len(handled))
    assert seen == {
        "alice": (4, 3),
        "bob": (4, 3),
        "charlie": (1, 1),
        "dora": (5, 1),
        "root": (5, 5),
        "": (0, 0),
    }


def test_history_cannot_be_rewritten(world: World) -> None:
    event = pinned(0.75, 45.25).events.get()
    event.text = "It never happened"
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        event.save()


def edges() -> Iterator[tuple[str, str]]:
    for kind in Kind:
        for status in Status:
            yield kind, status


@pytest.mark.parametrize(("kind", "status"), list(edges()))
def test_every_status_of_every_kind_has_its_edges(kind: str, status: str) -> None:
    reachable = transitions_from(kind, status)
    assert status not in reachable
    assert set(reachable) <= set(Status.values)
    assert "new" not in reachable


def test_the_three_ways_into_triage_are_one_list_without_doubles(world: World) -> None:
    """In an area of theirs, answered for by theirs, handed over by theirs: page by page."""
    commune = world.collectivity("commune", "90001")
    inside = [pinned(0.3, 45.3) for _ in range(28)]
    answered = pinned(1.7, 46.7)
    Submission.objects.filter(pk=answered.pk).update(responsible=commune)
    handed = pinned(1.7, 46.7)
    handed.events.create(kind="transferred", for_collectivity=commune)
    pinned(1.7, 46.7)
    client = Client()
    client.force_login(world.user("alice"))
    found, cursor = [], ""
    while True:
        page = client.get("/triage/", {"status": "open", "cursor": cursor}).context["page"]
        found += [one.ref for one in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert found == [one.ref for one in (handed, answered, *reversed(inside))]
