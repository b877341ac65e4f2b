"""After the ground or the rules change, a job goes over the submissions, and can be killed."""

from collections.abc import Callable
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from shapely import box

from geodata import editions
from geodata.editions import IncomingArea
from geodata.models import Collectivity, Edition, Level
from reports import relinking
from reports.actions.relink import after_roll_back, apply_competence, start_begun_editions
from reports.models import Category, Competence, EventKind, Relinking, Submission
from tests.submissions import pinned
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_other_work(live_world: World) -> None:
    """Nobody else's passes: those of the world's own editions would look at what a test sends, and
    move it first."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def merge_a_and_b(valid_from: date = date(2020, 1, 1)) -> Edition:
    """Communes A and B become AB (90010)."""
    level = Level.objects.get(code="commune")
    Collectivity.objects.create(level=level, code="90010", name="AB")
    rows = [
        IncomingArea("90010", "AB", box(0, 45, 2, 46)),
        IncomingArea("90003", "C", box(0, 46, 1, 47)),
        IncomingArea("90004", "D", box(1, 46, 2, 47)),
    ]
    return editions.load(rows, level=level, valid_from=valid_from)


def latest() -> Relinking:
    found = Relinking.objects.first()
    assert found
    return found


def codes(submission: Submission) -> set[str]:
    links = submission.area_links.filter(area__level__code="commune")
    return set(links.values_list("area__code", flat=True))


def test_open_submissions_of_a_merged_commune_go_to_the_new_one(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    moved, stays, closed = pinned(0.75, 45.25), pinned(0.75, 46.25), pinned(1.75, 45.25)
    Submission.objects.filter(pk=closed.pk).update(status="resolved")
    merge_a_and_b()
    run_jobs()
    for one in (moved, stays, closed):
        one.refresh_from_db()
    assert [str(one.responsible) for one in (moved, stays, closed)] == ["AB", "C", "B"]
    assert codes(moved) == {"90001", "90010"}
    assert moved.received_by == moved.responsible
    event = moved.events.get(kind=EventKind.REROUTED)
    assert (event.data["from"], event.data["to"]) == ("A", "AB")
    run = latest()
    assert (run.looked_at, run.moved, run.percent) == (3, 1, 100)


def test_what_somebody_chose_against_the_rules_stays(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    submission = pinned(0.75, 45.25)
    Submission.objects.update(route={**submission.route, "by_staff": True})
    merge_a_and_b()
    run_jobs()
    submission.refresh_from_db()
    assert str(submission.responsible) == "A"


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    sent = [pinned(0.25 + 0.1 * number, 45.25) for number in range(7)]
    with patch.object(relinking, "LINKED_AT_ONCE", 2):
        merge_a_and_b()
        run = latest()
        assert relinking.advance(run.pk)  # waits for those who are sending
        assert relinking.advance(run.pk)
        killed = patch.object(relinking.rerouting, "reroute", side_effect=SystemExit)
        with killed, pytest.raises(SystemExit):
            relinking.advance(run.pk)
        run.refresh_from_db()
        assert (run.looked_at, run.after_id) == (2, sent[1].pk)
        assert not run.ended_at
        run_jobs()
    run.refresh_from_db()
    assert (run.looked_at, run.moved) == (7, 7)
    for one in sent:
        assert one.events.filter(kind=EventKind.REROUTED).count() == 1
        assert one.area_links.filter(area__code="90010", is_owner=True).count() == 1


def test_an_edition_loaded_ahead_waits_for_its_day(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    submission = pinned(0.75, 45.25)
    tomorrow = timezone.localdate() + timedelta(days=1)
    edition = merge_a_and_b(valid_from=tomorrow)
    run_jobs()
    start_begun_editions()
    assert not Relinking.objects.filter(edition=edition).exists()
    assert codes(submission) == {"90001"}
    with patch.object(timezone, "localdate", return_value=tomorrow):
        start_begun_editions()
        start_begun_editions()
        run = Relinking.objects.get(edition=edition)
        while relinking.advance(run.pk):
            pass
    submission.refresh_from_db()
    assert codes(submission) == {"90001", "90010"}
    assert str(submission.responsible) == "AB"


def test_after_a_roll_back_what_was_sent_meanwhile_lies_in_the_old_areas(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    edition = merge_a_and_b()
    meanwhile = pinned(0.75, 45.25)
    assert codes(meanwhile) == {"90010"}
    edition.delete()
    live_world.editions["commune"].valid_to = None
    live_world.editions["commune"].save()
    after_roll_back(level=Level.objects.get(code="commune"))
    run_jobs()
    meanwhile.refresh_from_db()
    assert codes(meanwhile) == {"90001"}
    assert str(meanwhile.responsible) == "A"


def test_a_changed_competence_may_be_applied_to_what_is_open(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    moves, other = pinned(0.75, 45.25), pinned(0.75, 45.25, category="dechets")
    closed = pinned(0.75, 45.25, status="rejected")
    rule = Competence.objects.create(
        category=Category.objects.get(code="voirie"),
        level=Level.objects.get(code="region"),
        priority=5,
    )
    run = apply_competence(competence=rule, by=live_world.user("root"))
    run_jobs()
    for one in (moves, other, closed):
        one.refresh_from_db()
    assert [str(one.responsible) for one in (moves, other, closed)] == ["Région", "South", "A"]
    assert str(moves.received_by) == "A"
    run.refresh_from_db()
    assert (run.looked_at, run.moved) == (2, 1)


def test_progress_stands_on_the_page(live_world: World, client: Client) -> None:
    pinned(0.75, 45.25)
    merge_a_and_b()
    client.force_login(live_world.user("root"))
    shown = client.get("/competences/").content.decode()
    assert "<progress" in shown
    assert "Nouveaux territoires" in shown
