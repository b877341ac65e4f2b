"""Accidents around a pin, added to a submission as a snapshot that never changes."""

import pytest
from django.test import Client
from django.urls import reverse

from layers import actions as overlay_actions
from layers.models import Overlay
from reports.models import Event, EventKind, Submission
from tests import accidents, overlays
from tests.submissions import pinned
from tests.world import World

ASKED = {"source": "accidents", "radius_m": "200", "first_year": "2016", "last_year": "2022"}


@pytest.fixture
def published(world: World) -> Overlay:
    """Three accidents in commune A: two of 2016 and 2022 some metres from (0.5, 45.5)."""
    overlay = overlays.published(
        world, accidents.packed(accidents.OLD, accidents.NEW), name="Accidents"
    )
    Overlay.objects.update(attribution="ONISR", licence="Licence Ouverte 2.0")
    overlay.refresh_from_db()
    return overlay


@pytest.fixture
def submission(world: World) -> Submission:
    return pinned(0.5, 45.5)


def _as(world: World, username: str) -> Client:
    client = Client()
    client.force_login(world.user(username))
    client.cookies["django_language"] = "en"
    return client


def _url(submission: Submission) -> str:
    return reverse("reports:add_evidence", args=[submission.ref])


def test_counts_are_shown_first_and_nothing_is_stored(
    world: World, published: Overlay, submission: Submission
) -> None:
    page = _as(world, "alice").get(_url(submission), ASKED).content.decode()
    assert "Accidents: 2 within 200 m of the pin, 2016 to 2022." in page
    assert "Killed" in page
    assert not Event.objects.filter(kind=EventKind.EVIDENCE).exists()


def test_added_evidence_is_on_the_public_page_with_source_licence_and_version(
    world: World, published: Overlay, submission: Submission
) -> None:
    added = _as(world, "alice").post(_url(submission), {**ASKED, "text": "Dangerous crossing."})
    assert added.status_code == 302
    client = Client()
    client.cookies["django_language"] = "en"
    page = client.get(submission.get_absolute_url()).content.decode()
    for said in (
        "Accidents: 2 within 200 m of the pin",
        "Lightly injured",
        "2016-02-01",
        "ONISR",
        "Licence Ouverte 2.0",
        published.published.sha256[:12],
        "Dangerous crossing.",
    ):
        assert said in page


@pytest.mark.parametrize(
    ("asked", "years"),
    [
        ({}, {"2016": {"tué": 1}, "2022": {"léger": 1}}),
        ({"radius_m": "10"}, {"2016": {"tué": 1}}),
        ({"first_year": "2017"}, {"2022": {"léger": 1}}),
        ({"first_year": "2017", "last_year": "2021"}, {}),
    ],
)
def test_radius_and_period_bound_what_is_counted(
    world: World,
    published: Overlay,
    submission: Submission,
    asked: dict[str, str],
    years: dict[str, dict[str, int]],
) -> None:
    _as(world, "alice").post(_url(submission), {**ASKED, **asked})
    snapshot = Event.objects.get(kind=EventKind.EVIDENCE).data["evidence"]
    assert snapshot["by_year"] == years


def test_distance_is_in_metres_on_the_ground(
    world: World, published: Overlay, submission: Submission
) -> None:
    """0.0001° east and north of (0.5, 45.5) is 7.8 m by 11.1 m."""
    _as(world, "alice").post(_url(submission), ASKED)
    facts = Event.objects.get(kind=EventKind.EVIDENCE).data["evidence"]["facts"]
    assert [fact["distance_m"] for fact in facts] == [0, 14]


def test_snapshot_stays_when_the_overlay_changes_or_goes(
    world: World, published: Overlay, submission: Submission
) -> None:
    _as(world, "alice").post(_url(submission), ASKED)
    before = Event.objects.get(kind=EventKind.EVIDENCE).data
    version = overlays.read(world, accidents.packed(accidents.NEW), overlay=published)
    overlay_actions.publish(overlay_import=version, by=world.user("bob"))
    overlay_actions.withdraw(overlay=published, by=world.user("bob"))
    assert Event.objects.get(kind=EventKind.EVIDENCE).data == before
    page = Client().get(submission.get_absolute_url()).content.decode()
    assert before["evidence"]["version"][:12] in page


def test_withdrawn_evidence_can_no_longer_be_added(
    world: World, published: Overlay, submission: Submission
) -> None:
    overlay_actions.withdraw(overlay=published, by=world.user("bob"))
    response = _as(world, "alice").post(_url(submission), ASKED)
    assert response.status_code == 400
    assert not Event.objects.filter(kind=EventKind.EVIDENCE).exists()


def test_overlay_without_year_and_severity_is_no_evidence(
    world: World, submission: Submission
) -> None:
    overlays.published(world)
    page = _as(world, "alice").get(_url(submission)).content.decode()
    assert "There is no evidence yet" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"radius_m": "0"},
        {"radius_m": "999999"},
        {"first_year": "2023"},
        {"first_year": "x"},
        {"source": "other"},
    ],
)
def test_what_makes_no_sense_is_refused_with_400(
    world: World, published: Overlay, submission: Submission, wrong: dict[str, str]
) -> None:
    alice = _as(world, "alice")
    assert alice.get(_url(submission), {**ASKED, **wrong}).status_code == 400
    assert alice.post(_url(submission), {**ASKED, **wrong}).status_code == 400


def test_only_those_who_handle_a_submission_add_evidence(
    world: World, published: Overlay, submission: Submission
) -> None:
    assert _as(world, "charlie").post(_url(submission), ASKED).status_code == 404
    assert Client().post(_url(submission), ASKED).status_code == 302
    assert not Event.objects.filter(kind=EventKind.EVIDENCE).exists()
