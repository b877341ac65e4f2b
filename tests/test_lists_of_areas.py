"""Lists and counts of areas are read along links, by prepared statements: they are what asking
every row gives, however many areas, with and without words."""

import random

import pytest

from tests.listed import meant_by, on_the_page
from tests.submissions import pinned
from tests.world import World

AREAS = {
    "one": "area=commune:90001",
    "two that overlap": "area=commune:90001&area=canton:9001",
    "three": "area=commune:90001&area=commune:90002&area=quartier:A1",
}
WORDS = ["", "&q=lampadaire", "&q=girafe"]


@pytest.fixture
def some(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.views.map.PAGE_SIZE", 4)
    dice = random.Random(7)
    for _ in range(40):
        one = pinned(
            dice.uniform(0.01, 1.99),
            dice.uniform(45.01, 45.99),
            description=dice.choice(["Un lampadaire éteint", "Un trou"]),
            status=dice.choice(["new", "resolved"]),
            is_hidden=dice.random() < 0.2,
        )
        one.area_links.update(is_open=one.is_open)


@pytest.mark.parametrize("areas", AREAS.values(), ids=AREAS)
@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("more", ["", "&status=open"])
def test_a_list_of_areas_and_its_count_are_what_every_row_says(
    some: None, areas: str, words: str, more: str
) -> None:
    query = areas + words + more
    meant = meant_by(query)
    assert bool(meant) == ("girafe" not in query)
    assert on_the_page(query) == (meant, len(meant))
    assert on_the_page(f"{query}&sort=oldest") == (meant[::-1], len(meant))
