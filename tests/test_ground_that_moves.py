"""What is sent at the very moment when areas come or go finds the ground as it is then."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager, suppress
from threading import Event as Flag
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.gis.geos import Point
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils import timezone

from geodata import editions
from reports.actions import submit as submitting
from reports.models import Category, Event, Photo, Submission
from reports.photos import clean_photo
from tests.submissions import pinned
from tests.test_submitting import picture
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@contextmanager
def once_located(happens: Callable[[], object]) -> Iterator[None]:
    """`happens` once between the moment when areas are looked up and the moment when links to them
    are kept."""
    look_up, has_happened = submitting.facts_at, Flag()

    def slowly(*args: Any, **kwargs: Any) -> Any:
        facts = look_up(*args, **kwargs)
        if not has_happened.is_set():
            has_happened.set()
            happens()
        return facts

    with patch.object(submitting, "facts_at", slowly):
        yield


def apart(pool: ThreadPoolExecutor, act: Callable[[], Any]) -> Future[Any]:
    """`act` on a connection of its own."""

    def acting() -> Any:
        try:
            return act()
        finally:
            connection.close()

    return pool.submit(acting)


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
