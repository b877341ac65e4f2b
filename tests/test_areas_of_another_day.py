"""Filters and counts mean today's areas, unless another day is asked."""

from collections.abc import Callable
from datetime import date

import mapbox_vector_tile
import pytest
from django.test import Client
from shapely import box

from geodata import editions
from geodata.editions import IncomingArea
from geodata.models import Level
from geodata.succession import Link
from reports.models import Submission
from tests.submissions import pinned
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def refs(live_world: World, run_jobs: Callable[[], None]) -> tuple[str, str]:
    """One sent in A before A and B became AB, one sent in B's ground after."""
    before = pinned(0.75, 45.25)
    editions.load(
        [IncomingArea("90010", "AB", box(0, 45, 2, 46))],
        level=Level.objects.get(code="commune"),
        valid_from=date(2020, 1, 1),
    )
    run_jobs()
    return before.ref, pinned(1.75, 45.25).ref


def found(client: Client, query: str) -> set[str]:
    answer = client.get(f"/api/v1/submissions?{query}")
    assert answer.status_code == 200, answer.content
    return {feature["id"] for feature in answer.json()["features"]}


def test_todays_area_has_the_old_and_the_new_one(client: Client, refs: tuple[str, str]) -> None:
    assert found(client, "area=commune:90010") == set(refs)


def test_the_area_of_an_earlier_day_has_what_was_linked_to_it(
    client: Client, refs: tuple[str, str]
) -> None:
    before, _after = refs
    assert found(client, "area=commune:90001&on=2019-06-01") == {before}
    page = client.get("/map/?area=commune:90001&on=2019-06-01")
    assert page.status_code == 200
    assert before in page.content.decode()
    tile = client.get("/tiles/submissions/0/0/0.mvt?area=commune:90001&on=2019-06-01")
    [drawn] = mapbox_vector_tile.decode(tile.content)["submissions"]["features"]
    assert drawn["id"] == Submission.objects.get(ref=before).pk


@pytest.mark.parametrize(
    "query", ["area=commune:90001", "area=commune:90010&on=2019-06-01", "on=never"]
)
def test_an_area_that_is_not_of_the_day_is_refused(
    client: Client, refs: tuple[str, str], query: str
) -> None:
    assert client.get(f"/api/v1/submissions?{query}").status_code == 400
    assert client.get(f"/map/?{query}").status_code == 400


def test_the_page_of_a_merged_commune_says_what_became_of_it(
    client: Client, live_world: World
) -> None:
    pinned(0.75, 45.25)
    editions.load(
        [IncomingArea("90010", "AB", box(0, 45, 2, 46))],
        level=Level.objects.get(code="commune"),
        valid_from=date(2020, 1, 1),
        successions=[Link("90001", "90010", 1.0, 0.5), Link("90002", "90010", 1.0, 0.5)],
    )
    answer = client.get("/areas/commune/90001/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "/areas/commune/90010/" in page
    assert "1 contribution ici" in page
    assert "?on=2018-01-01" in page
    assert "area=commune:90001&amp;on=2019-12-31" in page
    assert client.get("/areas/commune/99999/").status_code == 404
