"""Lists and counts of a drawn polygon, a box and a circle are read by cells of the grid: whichever
way is taken, they are what asking every pin for its place gives."""

import random
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from reports import counting, within
from reports.models import Submission
from reports.pyramid import folding
from tests.listed import meant_by, on_the_page
from tests.submissions import pinned
from tests.world import World

WAYS = {"walk": 0, "gather": 10**9}
"""How much longer a pin takes on the walk than one of the cells: that decides between them."""
RING = '{"type":"Polygon","coordinates":[[[0.1,45.1],[1.9,45.2],[1.2,46.8],[0.2,46.4],[0.1,45.1]]]}'
HOLED = (
    '{"type":"Polygon","coordinates":[[[0,45],[2,45],[2,47],[0,47],[0,45]],'
    "[[0.5,45.5],[0.5,46.5],[1.5,46.5],[1.5,45.5],[0.5,45.5]]]}"
)
GROUNDS = {
    "a polygon": f"within={quote(RING)}",
    "a polygon with a hole": f"within={quote(HOLED)}",
    "a box on the borders of tiles": "bbox=0.703125,45.089035564831015,1.40625,46.07323062540836",
    "the world": "bbox=-180,-84,180,84",
    "beyond the grid": "bbox=-180,-90,180,90",
    "a large circle": "near=1,46,50000",
    "a small circle": "near=0.5,45.5,900",
}


@pytest.fixture
def some(world: World) -> None:
    dice = random.Random(5)
    edges = [0.703125, 1.40625]
    for _ in range(40):
        lon = dice.choice([*edges, *(dice.uniform(0.01, 1.99) for _ in range(4))])
        pinned(lon, dice.uniform(45.01, 46.99), is_hidden=dice.random() < 0.2)
    pinned(0.5, 45.5)
    folding.fold()
    pinned(0.501, 45.501)  # not folded into the cells yet
    pinned(0.502, 45.502, is_hidden=True)


@pytest.fixture(params=WAYS)
def way(request: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A walk that meets too few for a page leaves it to the cells: pages are short."""
    monkeypatch.setattr(within, "GATHERED_MEANWHILE", WAYS[request.param])
    monkeypatch.setattr("reports.views.map.PAGE_SIZE", 4)
    return str(request.param)


@pytest.mark.parametrize(
    "more", ["", "&status=open", "&kind=report&from=2020-01-01", "&status=new"]
)
def test_a_list_and_its_count_are_what_every_pin_says(some: None, way: str, more: str) -> None:
    for name, ground in GROUNDS.items():
        meant = meant_by(ground + more)
        assert on_the_page(ground + more) == (meant, len(meant)), name


def test_the_rows_of_a_page_say_what_lists_show(client: Client, some: None, way: str) -> None:
    one = pinned(0.31, 45.3, description="Trou devant la poste", category="eclairage")
    page = client.get(f"/map/?{GROUNDS['a polygon']}").content.decode()
    assert "Trou devant la poste" in page
    assert 'data-lon="0.31"' in page
    assert one.category.name_fr in page
    assert one.ref in page


def test_a_large_count_follows_what_is_hidden_at_once(
    some: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted by the pyramid's cells wholly inside, and by what is not folded into them yet."""
    monkeypatch.setitem(counting.count_public.__kwdefaults__, "most", 1)
    near = "near=0.5,45.5,900"
    found = [Submission.objects.get(ref=ref) for ref in meant_by(near)]
    assert len(found) == 2
    assert counted(near) == (1, True)
    Submission.objects.filter(pk=found[0].pk).update(is_hidden=True)
    assert counted(near) == (1, False)
    folding.fold()
    assert counted(near) == (1, False)
    Submission.objects.filter(pk=found[1].pk).update(is_hidden=True)
    assert counted(near) == (0, False)


def counted(query: str) -> tuple[int, bool]:
    count = Client().get(f"/map/?{query}").context["count"]
    return count.number, count.is_more
