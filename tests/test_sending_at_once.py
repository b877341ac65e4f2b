"""What is sent at the very moment when something else happens is kept once, and whole."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from reports.actions import submit as submitting
from reports.models import Category, Event, Submission
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_four_arrivals_at_once_make_one_submission_and_all_get_it_back(live_world: World) -> None:
    together, client_uuid = Barrier(4), uuid.uuid4()

    def send(_number: int) -> submitting.Sent:
        try:
            category = Category.objects.get(code="voirie")
            together.wait(timeout=30)
            return submitting.submit(
                pin=Point(0.25, 45.25, srid=4326),
                category=category,
                description="Un trou",
                client_uuid=client_uuid,
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(send, range(4)))
    kept = Submission.objects.get()
    assert [one.submission.pk for one in sent] == [kept.pk] * 4
    assert sorted(one.created for one in sent) == [False, False, False, True]
    assert Event.objects.count() == 1
