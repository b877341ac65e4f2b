"""Drawing an area on the map, and what lies near: in a real browser, by mouse and by keyboard."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browsing import Visit
from tests.submissions import pinned

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

AROUND = "/map/?bbox=0.2,45.2,0.3,45.3"


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def open_tools(page: Page) -> None:
    page.locator("[data-filter] > summary").click()
    expect(page.get_by_role("button", name="Dessiner une zone")).to_be_visible()


def click_map(page: Page, right: float, down: float) -> None:
    """At a part of the map's width and height."""
    shown = page.locator("[data-map]")
    shown.scroll_into_view_if_needed()
    box = shown.bounding_box()
    assert box
    page.mouse.click(box["x"] + right * box["width"], box["y"] + down * box["height"])


def test_a_drawn_area_filters_list_and_pins_and_can_be_taken_away(visit: Visit) -> None:
    pinned(0.25, 45.25, description="Au milieu")
    pinned(0.205, 45.205, description="Au coin")
    visit.go(AROUND)
    visit.map_with(2)
    open_tools(visit.page)
    visit.page.get_by_role("button", name="Dessiner une zone").click()
    expect(visit.page.locator("[data-where-status]")).to_contain_text("Cliquez")
    for right, down in ((0.35, 0.35), (0.65, 0.35), (0.65, 0.65), (0.35, 0.65), (0.35, 0.35)):
        click_map(visit.page, right, down)
    visit.map_with(1)
    expect(visit.page.locator(".submission-item")).to_have_count(1)
    expect(visit.page.locator(".submission-item")).to_contain_text("Au milieu")
    expect(visit.page.locator(".leaflet-popup")).to_have_count(0)
    ring = json.loads(asked(visit.page)["within"][0])["coordinates"][0]
    assert len(ring) == 5
    assert ring[0] == ring[-1]
    expect(visit.page.locator("path.map-drawn")).to_have_count(1)
    expect(visit.page.get_by_role("link", name="CSV")).to_have_attribute(
        "href", re.compile("within=")
    )
    visit.page.reload()  # the address is the state
    expect(visit.page.locator("path.map-drawn")).to_have_count(1)
    open_tools(visit.page)
    visit.page.get_by_role("button", name="Effacer la zone dessinée").click()
    visit.map_with(2)
    assert "within" not in asked(visit.page)
    expect(visit.page.locator("path.map-drawn")).to_have_count(0)


def test_an_area_is_drawn_with_the_keyboard_alone(visit: Visit) -> None:
    pinned(0.25, 45.25)
    visit.go(AROUND)
    visit.map_with(1)
    open_tools(visit.page)
    visit.page.get_by_role("button", name="Dessiner une zone").press("Enter")
    for keys in (
        ["Enter"],
        ["ArrowRight", "Enter"],
        ["Enter", "Backspace"],
        ["ArrowDown", "Enter"],
    ):
        for key in keys:
            visit.page.keyboard.press(key)
            visit.page.wait_for_timeout(400)  # the map glides
    visit.page.get_by_role("button", name="Terminer").press("Enter")
    expect(visit.page.locator("path.map-drawn")).to_have_count(1)
    assert len(json.loads(asked(visit.page)["within"][0])["coordinates"][0]) == 4


def test_giving_up_changes_nothing(visit: Visit) -> None:
    visit.go(AROUND)
    open_tools(visit.page)
    before = visit.page.url
    visit.page.get_by_role("button", name="Dessiner une zone").click()
    click_map(visit.page, 0.4, 0.4)
    visit.page.keyboard.press("Escape")
    expect(visit.page.get_by_role("button", name="Dessiner une zone")).to_be_visible()
    assert visit.page.url == before


def test_near_me_asks_the_browser_and_fills_the_filter(visit: Visit) -> None:
    pinned(0.25, 45.25)
    pinned(0.75, 45.75)
    visit.page.context.grant_permissions(["geolocation"])
    visit.page.context.set_geolocation({"latitude": 45.25001, "longitude": 0.25001})
    visit.go("/map/")
    visit.map_with(2)
    open_tools(visit.page)
    visit.page.get_by_role("button", name="Près de moi").click()
    visit.map_with(1)
    assert asked(visit.page)["near"] == ["0.2500,45.2500,500"]
    visit.page.locator("[data-near-radius]").select_option("1000")
    expect(visit.page).to_have_url(re.compile("1000"))
    expect(visit.page.locator(".submission-item")).to_have_count(1)


def test_the_filter_fits_a_phone_and_is_accessible(visit: Visit) -> None:
    visit.go("/map/?near=0.25,45.25,500")
    open_tools(visit.page)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    found = Axe().run(visit.page, context="[data-explore]").response["violations"]
    assert [one["id"] for one in found] == []
