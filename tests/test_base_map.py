"""What lies under the pins: somebody's base map while it answers, else our own areas."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
OWN_GROUND = ".leaflet-ground-pane canvas"


def test_own_areas_stand_in_for_a_base_map_that_does_not_answer(
    page: Page, live_server: object, live_world: World, settings: Settings
) -> None:
    settings.BASEMAP_URL = "/no-such-tiles/{z}/{x}/{y}.png"
    page.goto(f"{live_server}/map/")
    page.wait_for_load_state("networkidle")
    expect(page.locator(OWN_GROUND).first).to_be_visible()
    expect(page.locator(".map-label span").first).to_be_visible()
    shown = page.evaluate(
        "() => [...document.querySelectorAll('img.leaflet-tile')].every((i) => i.naturalWidth)"
    )
    assert shown, "a broken image is on the map"


def test_own_areas_give_way_to_a_base_map_that_answers(
    page: Page, live_server: object, live_world: World, settings: Settings
) -> None:
    settings.BASEMAP_URL = "/static/img/mark.svg?{z}/{x}/{y}"
    page.goto(f"{live_server}/map/")
    expect(page.locator("img.leaflet-tile-loaded").first).to_be_visible()
    expect(page.locator(OWN_GROUND)).to_have_count(0)
