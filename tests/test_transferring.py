"""Handing a submission over, handing it back, and moving its pin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from reports.models import Competence, Submission
from tests.submissions import pinned
from tests.world import World


@pytest.fixture
def alice(client: Client, world: World) -> Client:
    """Agent of commune A, which answers for voirie at 0.75, 45.25."""
    client.force_login(world.user("alice"))
    return client


def as_(world: World, username: str) -> Client:
    client = Client()
    client.force_login(world.user(username))
    return client


def hand_over(client: Client, submission: Submission, **fields: Any) -> Any:
    return client.post(
        f"/triage/{submission.ref}/transfer/",
        {"concerned": "departement:90", "reason": "C’est une route départementale.", **fields},
    )


def kinds(submission: Submission) -> list[str]:
    return list(submission.events.values_list("kind", flat=True))


def test_the_other_collectivity_answers_from_then_on(alice: Client, world: World) -> None:
    submission = pinned(0.75, 45.25)
    ref = submission.ref
    assert hand_over(alice, submission).status_code == 302
    submission.refresh_from_db()
    assert str(submission.responsible) == "Département"
    assert submission.ref == ref
    assert kinds(submission) == ["submitted", "transferred"]
    page = Client().get(f"/submissions/{ref}/").content.decode()
    assert "Département, car A l’a transmis" in page
    assert "A → Département" in page
    assert "C’est une route départementale." in page
    assert "Alice" not in page
    assert submission.route["found_by_rules"]["responsible"]["code"] == "90001"
    assert submission.route["responsible"]["code"] == "90"


def test_the_law_of_the_old_rule_is_not_read_under_the_new_reason(
    alice: Client, world: World
) -> None:
    Competence.objects.update(legal_basis="CGCT, art. L2212-2")
    submission = pinned(0.75, 45.25)
    path = f"/triage/{submission.ref}/"
    assert "L2212-2" in alice.get(path).content.decode()
    hand_over(alice, submission)
    submission.refresh_from_db()
    assert "L2212-2" not in as_(world, "dora").get(path).content.decode()
    assert submission.route["found_by_rules"]["legal_basis"] == "CGCT, art. L2212-2"


def test_both_sides_see_it_and_only_the_new_one_handles_it(alice: Client, world: World) -> None:
    submission = pinned(0.75, 45.25)
    hand_over(alice, submission)
    path = f"/triage/{submission.ref}/"
    assert 'name="verb"' not in alice.get(path).content.decode()
    assert 'name="verb"' in as_(world, "dora").get(path).content.decode()
    assert hand_over(alice, submission, concerned="commune:90001").status_code == 403


def test_who_handed_it_to_somebody_far_away_still_sees_it(alice: Client, world: World) -> None:
    """C has no area at the pin, and A handed it on: Charlie of C works on it, Alice reads it."""
    submission = pinned(0.75, 45.25)
    hand_over(alice, submission, concerned="", other="commune:90003")
    assert submission.ref in as_(world, "charlie").get("/triage/").content.decode()
    charlie = as_(world, "charlie")
    answer = charlie.post(
        f"/triage/{submission.ref}/transfer/", {"other": "commune:90002", "reason": "Non plus"}
    )
    assert answer.status_code == 302
    assert charlie.get(f"/triage/{submission.ref}/").status_code == 200


def test_the_receiving_side_may_hand_it_back(alice: Client, world: World) -> None:
    submission = pinned(0.75, 45.25)
    hand_over(alice, submission)
    dora = as_(world, "dora")
    path = f"/triage/{submission.ref}/transfer/"
    assert "Renvoyer à A" in dora.get(path).content.decode()
    answer = dora.post(path, {"verb": "back", "back-reason": "La route est communale."})
    assert answer.status_code == 302
    submission.refresh_from_db()
    assert str(submission.responsible) == "A"
    assert kinds(submission) == ["submitted", "transferred", "returned"]
    assert "La route est communale." in Client().get(submission.get_absolute_url()).content.decode()


def test_what_nobody_handed_over_cannot_go_back(alice: Client, world: World) -> None:
    submission = pinned(0.75, 45.25)
    answer = alice.post(
        f"/triage/{submission.ref}/transfer/", {"verb": "back", "back-reason": "Non"}
    )
    assert answer.status_code == 400
    assert "Personne ne l’a transmise" in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"reason": ""}, "Dites pourquoi"),
        ({"reason": "  "}, "Dites pourquoi"),
        ({"concerned": ""}, "Choisissez à qui"),
        ({"concerned": "commune:90004"}, "concerned"),
        ({"concerned": "", "other": "Atlantide"}, "Atlantide"),
        ({"concerned": "", "other": "commune:90001"}, "A en répond déjà"),
    ],
)
def test_a_transfer_wants_a_reason_and_somebody(
    alice: Client, world: World, fields: dict[str, str], word: str
) -> None:
    submission = pinned(0.75, 45.25)
    answer = hand_over(alice, submission, **fields)
    assert answer.status_code == 400
    assert word in answer.content.decode()
    assert kinds(submission) == ["submitted"]


def test_what_is_closed_is_not_handed_over(alice: Client, world: World) -> None:
    answer = hand_over(alice, pinned(0.75, 45.25, status="resolved"))
    assert answer.status_code == 400
    assert "rouvrez-la" in answer.content.decode()


def test_others_do_not_hand_it_over(client: Client, world: World) -> None:
    submission = pinned(0.75, 45.25)
    assert hand_over(client, submission).status_code == 302
    assert hand_over(as_(world, "charlie"), submission).status_code == 404
    assert hand_over(as_(world, "dora"), submission).status_code == 403
    assert kinds(submission) == ["submitted"]


@pytest.mark.parametrize("agreed", [False, True])
def test_the_address_is_passed_on_only_if_the_resident_agreed(
    alice: Client, world: World, agreed: bool
) -> None:
    submission = pinned(
        0.75, 45.25, reporter_email="resident@example.org", may_share_contact=agreed
    )
    path = f"/triage/{submission.ref}/"
    assert "resident@example.org" in alice.get(path).content.decode()
    hand_over(alice, submission)
    dora = as_(world, "dora")
    assert ("resident@example.org" in dora.get(path).content.decode()) is agreed
    assert "resident@example.org" not in alice.get(path).content.decode()
    dora.post(f"{path}transfer/", {"verb": "back", "back-reason": "Non"})
    assert "resident@example.org" in alice.get(path).content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_resident_is_told(
    live_world: World, client: Client, run_jobs: Callable[[], None]
) -> None:
    client.force_login(live_world.user("alice"))
    submission = pinned(0.75, 45.25, reporter_email="resident@example.org")
    hand_over(client, submission)
    run_jobs()
    message = mail.outbox[-1]
    assert message.to == ["resident@example.org"]
    assert "Département" in message.body
    assert "C’est une route départementale." in message.body


def test_moving_the_pin_moves_its_areas(alice: Client, world: World) -> None:
    submission = pinned(0.75, 45.25)
    answer = alice.post(
        f"/triage/{submission.ref}/move/",
        {"lon": "0.25", "lat": "45.25", "reason": "Au bout de la rue."},
    )
    assert answer.status_code == 302
    submission.refresh_from_db()
    assert submission.pin.coords == (0.25, 45.25)
    codes = submission.area_links.values_list("area__code", flat=True)
    assert set(codes) == {"99", "90", "200000001", "90001", "A1"}
    assert kinds(submission) == ["submitted", "moved"]


def test_moving_the_pin_to_another_owner_is_a_transfer(alice: Client, world: World) -> None:
    submission = pinned(0.75, 45.25)
    alice.post(
        f"/triage/{submission.ref}/move/",
        {"lon": "0.75", "lat": "46.25", "reason": "De l’autre côté du pont."},
    )
    submission.refresh_from_db()
    assert str(submission.responsible) == "C"
    assert kinds(submission) == ["submitted", "moved", "transferred"]
    assert "C, car la voirie est une compétence communale" in submission.route["reason"]["fr"]
    charlie = as_(world, "charlie")
    assert "Renvoyer à A" in charlie.get(f"/triage/{submission.ref}/transfer/").content.decode()


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"lon": "30", "lat": "30"}, "en dehors du territoire"),
        ({"lon": "x"}, "longitude"),
        ({"lon": "46.25", "lat": "0.75"}, "interverties"),
        ({"reason": ""}, "Dites pourquoi"),
    ],
)
def test_a_pin_goes_nowhere_it_cannot_be(
    alice: Client, world: World, fields: dict[str, str], word: str
) -> None:
    submission = pinned(0.75, 45.25)
    answer = alice.post(
        f"/triage/{submission.ref}/move/",
        {"lon": "0.75", "lat": "46.25", "reason": "Là", **fields},
    )
    assert answer.status_code == 400
    assert word in answer.content.decode()
    submission.refresh_from_db()
    assert submission.pin.coords == (0.75, 45.25)
    assert kinds(submission) == ["submitted"]


def test_the_resident_may_choose_another_concerned_collectivity(
    client: Client, world: World
) -> None:
    sent = {
        "lon": "0.75", "lat": "45.25", "kind": "report", "category": "voirie",
        "description": "Sur la départementale",
    }  # fmt: skip
    client.post("/submissions/new/", {**sent, "addressed_to": "departement:90"})
    submission = Submission.objects.get()
    assert str(submission.responsible) == "Département"
    assert submission.route["chosen_by_resident"]
    assert submission.route["instead_of"]["code"] == "90001"
    assert "selon votre choix" in submission.reason


@pytest.mark.parametrize("wanted", ["commune:90004", "galaxy:1", "a\0b"])
def test_nobody_far_away_can_be_chosen(client: Client, world: World, wanted: str) -> None:
    sent = {"lon": "0.75", "lat": "45.25", "category": "voirie", "description": "Un trou"}
    answer = client.post("/submissions/new/", {**sent, "addressed_to": wanted})
    assert answer.status_code == 400
    assert not Submission.objects.exists()


def test_a_forged_responsible_field_is_ignored(client: Client, world: World) -> None:
    sent = {"lon": "0.75", "lat": "45.25", "category": "voirie", "description": "Un trou"}
    forged = {
        "responsible": world.collectivity("region", "99").pk, "responsible_id": "1",
        "route": "{}", "collectivity": "region:99",
    }  # fmt: skip
    assert client.post("/submissions/new/", {**sent, **forged}).status_code == 302
    assert str(Submission.objects.get().responsible) == "A"
