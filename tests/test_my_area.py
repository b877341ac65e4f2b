""" "My area" over HTTP: what is said without a script, and where the map opens."""

import re

import pytest
from django.test import Client

from tests.world import World

pytestmark = pytest.mark.django_db


def page(path: str) -> str:
    return Client().get(path, headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize("path", ["/", "/map/"])
def test_without_a_script_an_address_to_bookmark_is_spoken_of(world: World, path: str) -> None:
    html = page(path)
    said = html.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "bookmark the page" in said
    assert "data-my-area-box hidden" in html


def test_a_search_by_name_links_to_the_map_of_the_area(world: World) -> None:
    assert 'href="/map/?area=canton:9001"' in page("/?place=canton")


@pytest.mark.parametrize(
    ("path", "is_mine"),
    [
        ("/", True),
        ("/map/", True),
        ("/map/?status=open", True),
        ("/map/?area=commune:90001", False),
        ("/map/?at=0.5,45.5,11", False),
        ("/map/?bbox=0,45,1,46", False),
        ("/map/embed/", False),
        ("/map/print/", False),
    ],
)
def test_the_map_opens_at_ones_own_area_unless_the_address_says_otherwise(
    world: World, path: str, is_mine: bool
) -> None:
    assert bool(re.search(r"data-my-area\s", page(path))) == is_mine
