"""What is sent at the very moment when areas come or go finds the ground as it is then."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager, suppress
from datetime import date
from threading import Event as Flag
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.gis.geos import Point
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from shapely import box

from geodata import editions
from geodata.editions import IncomingArea
from geodata.models import Level
from reports import keeping, relinking
from reports.actions import submit as submitting
from reports.actions import transfer, triage
from reports.actions.competences import save_competence
from reports.actions.relink import apply_competence
from reports.models import (
    Category,
    Competence,
    Event,
    EventKind,
    Photo,
    Relinking,
    Submission,
)
from reports.photos import clean_photo
from tests.submissions import pinned
from tests.test_relinking import codes, merge_a_and_b
from tests.test_submitting import fields, picture
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def once_located(happens: Callable[[], object], *, of: Any = submitting) -> Iterator[None]:
    """`happens` once between the moment when areas are looked up and the moment when links to them
    are kept."""
    look_up, has_happened = of.facts_at, Flag()

    def slowly(*args: Any, **kwargs: Any) -> Any:
        facts = look_up(*args, **kwargs)
        if not has_happened.is_set():
            has_happened.set()
            happens()
        return facts

    with patch.object(of, "facts_at", slowly):
        yield


def apart(pool: ThreadPoolExecutor, act: Callable[[], Any]) -> Future[Any]:
    """`act` on a connection of its own."""

    def acting() -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '60s'")  # a failure, and no test that hangs
            return act()
        finally:
            connection.close()

    return pool.submit(acting)


def send_with_an_address(lon: float, lat: float) -> Submission:
    """In a transaction, as with photos."""
    return submitting.submit(
        pin=Point(lon, lat, srid=4326),
        category=Category.objects.get(code="voirie"),
        description="Un trou",
        reporter_email="r@example.org",
    ).submission


def all_codes(submission: Submission) -> set[str]:
    return set(submission.area_links.values_list("area__code", flat=True))


# ------------------------------------------------------------------ areas that go
def test_what_is_sent_while_its_areas_are_rolled_back_is_kept_on_the_ground_that_is_left(
    live_world: World, client: Client
) -> None:
    body = {
        "client_uuid": str(uuid.uuid4()),
        "category": "voirie",
        "description": "Un trou",
        "lon": 0.25,
        "lat": 45.25,
    }
    with once_located(lambda: editions.roll_back(edition=live_world.editions["quartier"])):
        answer = client.post(
            "/api/v1/submissions", json.dumps(body), content_type="application/json"
        )
    assert answer.status_code == 201, answer.content
    assert all_codes(Submission.objects.get()) == {"99", "90", "200000001", "90001"}
    assert Event.objects.count() == 1


def test_with_a_photo_and_an_address_it_is_kept_once(live_world: World) -> None:
    """There the links would be checked at the end of a transaction, when files are written."""
    folder = f"photos/{timezone.localdate():%Y/%m}"
    there = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []
    with once_located(lambda: editions.roll_back(edition=live_world.editions["quartier"])):
        sent = submitting.submit(
            pin=Point(0.25, 45.25, srid=4326),
            category=Category.objects.get(code="voirie"),
            description="Un trou",
            reporter_email="r@example.org",
            photos=[clean_photo(picture("JPEG"))],
        )
    assert all_codes(sent.submission) == {"99", "90", "200000001", "90001"}
    (photo,) = Photo.objects.all()
    kept = default_storage.listdir(folder)[1]
    assert [name for name in kept if name not in there] == [photo.file.name.rpartition("/")[2]]


def test_a_roll_back_waits_for_no_link_that_is_kept_in_its_middle(live_world: World) -> None:
    """The links are deleted first and the areas after them: a link kept between the two waits, and
    then finds other ground."""
    sent: list[Future[Submission]] = []

    def before_areas_go(execute: Any, sql: str, *args: Any) -> Any:
        if not sent and sql.startswith('DELETE FROM "geodata_area'):
            sent.append(apart(pool, lambda: pinned(0.25, 45.25)))
            with suppress(TookTooLong):
                sent[0].result(timeout=2)
        return execute(sql, *args)

    with ThreadPoolExecutor(1) as pool:
        with connection.execute_wrapper(before_areas_go):
            editions.roll_back(edition=live_world.editions["quartier"])
        submission = sent[0].result(timeout=60)
    assert all_codes(submission) == {"99", "90", "200000001", "90001"}


def test_a_pin_is_moved_again_where_its_new_areas_went_away(
    live_world: World, client: Client
) -> None:
    client.force_login(live_world.user("root"))
    submission = pinned(0.75, 45.25)
    there = {"lon": "0.25", "lat": "45.25", "reason": "Plus à l’ouest"}

    def happens() -> None:
        quartiers = live_world.editions["quartier"]
        apart(pool, lambda: editions.roll_back(edition=quartiers)).result(timeout=60)

    with ThreadPoolExecutor(1) as pool, once_located(happens, of=transfer):
        answer = client.post(f"/triage/{submission.ref}/move/", there)
    assert answer.status_code == 302, answer.content.decode()
    submission.refresh_from_db()
    assert submission.pin.coords == (0.25, 45.25)
    assert all_codes(submission) == {"99", "90", "200000001", "90001"}
    assert submission.events.filter(kind=EventKind.MOVED).count() == 1


def test_who_is_sent_away_by_a_deadlock_begins_again(live_world: World, client: Client) -> None:
    """A roll back and a page of staff may wait for each other; PostgreSQL sends one away."""
    client.force_login(live_world.user("root"))
    submission = pinned(0.75, 45.25)
    append, tries = triage.append, []

    def sent_away_once(*args: Any, **kwargs: Any) -> Event:
        tries.append(1)
        if len(tries) == 1:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE deadlock_detected; END $$")
        return append(*args, **kwargs)

    with patch.object(triage, "append", sent_away_once):
        answer = client.post(
            f"/triage/{submission.ref}/",
            {"verb": "transition", "to": "in_progress", "seen_status": "new", "reply": ""},
        )
    assert answer.status_code == 302, answer.content.decode()
    submission.refresh_from_db()
    assert submission.status == "in_progress"
    assert len(tries) == 2
    assert submission.events.filter(kind=EventKind.TRANSITION).count() == 1


# ------------------------------------------------------------------ areas that come
def test_what_was_located_before_an_edition_came_lies_in_the_new_areas(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    """Its links are kept when the job that goes over all submissions is done."""

    def happens() -> None:
        merge_a_and_b()
        run_jobs()

    with once_located(happens):
        submission = pinned(0.75, 45.25)
    assert codes(submission) == {"90010"}
    assert str(submission.responsible) == "AB"


def test_a_side_that_goes_while_it_is_sent_is_asked_again(
    live_world: World, client: Client
) -> None:
    sent = fields(lon="0.75", lat="45.25", side="commune:90001")
    with once_located(merge_a_and_b):
        answer = client.post("/submissions/new/", sent)
    assert answer.status_code == 400
    assert "choisissez à nouveau" in answer.content.decode()
    assert not Submission.objects.exists()


def test_what_was_decided_before_a_rule_was_applied_is_decided_by_the_rule(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    def happens() -> None:
        rule = Competence.objects.create(
            category=Category.objects.get(code="voirie"),
            level=Level.objects.get(code="region"),
            priority=5,
        )
        apply_competence(competence=rule, by=live_world.user("root"))
        run_jobs()

    with once_located(happens):
        submission = pinned(0.75, 45.25)
    assert str(submission.responsible) == "Région"


def test_the_job_waits_for_what_is_kept_and_not_yet_committed(live_world: World) -> None:
    """A photo is being written while the edition comes: the job must not pass before."""
    is_kept, may_end = Flag(), Flag()

    def slowly(*_args: Any) -> None:
        is_kept.set()
        assert may_end.wait(timeout=60)

    with ThreadPoolExecutor(2) as pool, patch.object(submitting, "_complete", slowly):
        sending = apart(pool, lambda: send_with_an_address(0.75, 45.25))
        assert is_kept.wait(timeout=60)
        merge_a_and_b()
        run = Relinking.objects.get(edition__valid_from__year=2020)
        working = apart(pool, lambda: all(iter(lambda: relinking.advance(run.pk), False)))
        with suppress(TookTooLong):
            working.result(timeout=1)
        may_end.set()
        submission = sending.result(timeout=60)
        working.result(timeout=60)
    submission.refresh_from_db()
    assert codes(submission) == {"90001", "90010"}
    assert str(submission.responsible) == "AB"


def test_a_job_that_waits_for_a_long_sending_lets_others_send(live_world: World) -> None:
    with ThreadPoolExecutor(1) as pool, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT reports_revision_while_sending()")  # a photo, long in writing
        apart(pool, merge_a_and_b).result(timeout=60)
        run = apart(pool, lambda: Relinking.objects.get(edition__valid_from__year=2020)).result()
        assert apart(pool, lambda: relinking.advance(run.pk)).result(timeout=60)
        begun = apart(pool, lambda: Relinking.objects.get(pk=run.pk).last_id).result()
        assert begun is None
        apart(pool, lambda: send_with_an_address(0.25, 45.25)).result(timeout=60)
    assert relinking.advance(run.pk)
    run.refresh_from_db()
    assert run.last_id is not None


def test_ground_that_never_rests_is_an_error_and_no_endless_loop(live_world: World) -> None:
    tries: list[int] = []

    def restless(*_args: Any, **_kwargs: Any) -> bool:
        tries.append(1)
        raise keeping.GroundMoved

    with patch.object(submitting, "keep_once", restless), pytest.raises(keeping.GroundMoved):
        pinned(0.75, 45.25)
    assert len(tries) == 5
    assert not Event.objects.exists()


def test_a_rule_is_saved_while_an_edition_of_its_level_is_being_loaded(live_world: World) -> None:
    """Neither waits for the other, or both would for ever."""
    level = Level.objects.get(code="commune")
    rule = Competence(category=Category.objects.get(code="voirie"), level=level, priority=5)
    root = live_world.user("root")

    def rows() -> Iterator[IncomingArea]:
        with ThreadPoolExecutor(1) as pool:
            saving = apart(pool, lambda: save_competence(competence=rule, by=root, seen_version=0))
            saving.result()
        yield IncomingArea("90010", "AB", box(0, 45, 2, 46))

    editions.load(rows(), level=level, valid_from=date(2020, 1, 1))
    assert Competence.objects.filter(pk=rule.pk, version=1).exists()
