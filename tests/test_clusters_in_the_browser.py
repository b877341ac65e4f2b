"""Circles for many, and the list in step with the map, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from reports.pyramid import drawing
from tests.browsing import Visit, click_in_popup, click_middle, middle_of_map
from tests.submissions import pinned

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
FAR = "/map/?kind=report&bbox=0.9,45,1.7,45.5"
TO_THE_LIST = "Les montrer tous dans la liste"


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch, visit: Visit) -> Visit:
    """More pins than a tile is to draw one by one."""
    monkeypatch.setattr(drawing, "MOST_PINS", 2)
    monkeypatch.setattr(drawing, "MOST_PINS_DEEP", 2)
    for step in range(6):
        pinned(1.25 + step / 100, 45.25)
    return visit


def test_a_circle_says_in_words_how_many_and_parts_on_enter(many: Visit) -> None:
    many.go(FAR)
    many.map_with(6)
    many.page.locator("[data-groups] summary").click()
    button = many.page.get_by_role("button", name="6 signalements", exact=True)
    button.focus()
    expect(many.page.locator(".map-ring").first).to_be_visible()
    button.press("Enter")
    expect(button).to_have_count(0)
    expect(many.page.locator("[data-map]")).to_be_focused()
    many.page.wait_for_load_state("networkidle")


def test_the_mouse_is_told_how_many(many: Visit) -> None:
    many.go("/map/?kind=report&bbox=0.975,45,1.575,45.5")
    many.map_with(6)
    many.page.mouse.move(*middle_of_map(many.page))
    many.page.mouse.move(*(at + 2 for at in middle_of_map(many.page)))
    expect(many.page.locator(".leaflet-tooltip")).to_have_text(re.compile(r"signalements?$"))


def test_list_and_pins_point_at_each_other(visit: Visit) -> None:
    first, second = pinned(0.25, 45.25), pinned(0.2501, 45.3)
    visit.go("/map/?bbox=0.2,45.2,0.3,45.3")
    visit.map_with(2)
    item = visit.page.locator(f'[data-id="{first.pk}"]')
    visit.page.mouse.move(*middle_of_map(visit.page))
    visit.page.mouse.move(*(at + 1 for at in middle_of_map(visit.page)))
    expect(item).to_have_class(re.compile("is-pointed-at"))
    links = visit.page.locator("[data-ref]")
    links.first.focus()
    expect(links.first).to_have_attribute("data-ref", second.ref)
    expect(visit.page.locator(".map-ring")).to_be_visible()
    visit.page.keyboard.press("ArrowDown")
    expect(links.last).to_be_focused()
    visit.page.keyboard.press("Enter")
    expect(visit.page).to_have_url(re.compile(first.ref))


def test_a_click_on_a_circle_zooms_in(many: Visit) -> None:
    many.go("/map/?kind=report&bbox=0.975,45,1.575,45.5")
    many.map_with(6)
    group = many.page.locator("[data-groups]")
    before = group.inner_text()
    click_middle(many.page)
    expect(group).not_to_have_text(before)
    many.page.wait_for_load_state("networkidle")


def test_a_stack_at_the_closest_zoom_leads_to_the_list_of_its_members(many: Visit) -> None:
    """Others a few metres off are not among them."""
    for _time in range(4):
        pinned(0.75, 45.25)
    pinned(0.7502, 45.25)
    many.go("/map/?kind=report&at=0.75,45.25,20")
    many.map_with(5)
    map_ = many.page.locator("[data-map]")
    map_.focus()
    map_.press("Enter")
    expect(many.page.locator(".leaflet-popup")).to_contain_text("4 signalements")
    click_in_popup(many.page, TO_THE_LIST)
    expect(many.page).to_have_url(re.compile("kind=report.*bbox="))
    expect(many.page.locator("[data-ref]")).to_have_count(4)


def test_pins_of_one_spot_too_many_for_a_popup_lead_to_their_list(visit: Visit) -> None:
    for _time in range(8):
        pinned(0.75, 45.25)
    visit.go("/map/?at=0.75,45.25,20")
    visit.map_with(8)
    click_middle(visit.page)
    click_in_popup(visit.page, TO_THE_LIST)
    expect(visit.page.locator("[data-ref]")).to_have_count(8)
