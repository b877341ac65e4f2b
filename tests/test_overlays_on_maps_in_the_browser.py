"""Overlays on the public map and on that of the pin: legend, on and off, opacity, telling, keys."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from layers.models import Overlay
from tests.overlays import kml, placemark, published
from tests.submissions import pinned
from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

RED = "<Style><PolyStyle><color>ff0000ff</color></PolyStyle></Style><ExtendedData>"
STYLED = kml(
    placemark("West half", 0, 45, 0.5, 46, "Q1"),
    placemark("East half", 0.5, 45, 1, 46, "Q2").replace("<ExtendedData>", RED),
)
ON_A1 = "/map/?area=quartier:A1"
"""Looks at the south-west quarter of commune A: inside the western half."""


@pytest.fixture
def origin(live_server: object, live_world: World) -> str:
    overlay = published(live_world, STYLED)
    Overlay.objects.filter(pk=overlay.pk).update(code_field="CODE")
    return str(live_server)


@pytest.fixture
def heard(page: Page) -> Iterator[list[str]]:
    """Nothing may be complained of."""
    complaints: list[str] = []
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield complaints
    assert complaints == []


def ready(page: Page, address: str) -> Locator:
    """The panel of overlays, open."""
    page.goto(address)
    expect(page.locator("[data-map]")).to_have_attribute("data-overlays-ready", "1")
    page.wait_for_load_state("networkidle")
    panel = page.locator(".map-overlays")
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
    return panel


def middle(page: Page) -> tuple[float, float]:
    drawn = page.locator("[data-map]")
    drawn.scroll_into_view_if_needed()
    box = drawn.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_legend_opacity_and_switch_are_kept_by_the_browser(
    page: Page, origin: str, heard: list[str]
) -> None:
    panel = ready(page, origin + ON_A1)
    legend = panel.get_by_role("list", name="Légende")
    expect(legend.get_by_role("listitem")).to_have_count(2)
    expect(legend).to_contain_text("East half (1)")
    slider = panel.get_by_role("slider", name="Opacité")
    slider.fill("40")
    layer = page.locator(".leaflet-overlays-pane .leaflet-layer")
    expect(layer).to_have_css("opacity", "0.4")
    panel = ready(page, origin + ON_A1)
    expect(page.locator(".leaflet-overlays-pane .leaflet-layer")).to_have_css("opacity", "0.4")
    panel.get_by_role("checkbox", name="Halves").uncheck()
    expect(legend).to_be_hidden()
    panel = ready(page, origin + ON_A1)
    expect(panel.get_by_role("checkbox", name="Halves")).not_to_be_checked()
    expect(page.locator(".leaflet-overlays-pane canvas")).to_have_count(0)
    page.goto("about:blank")
    panel = ready(page, f"{origin}{ON_A1}#overlays=halves")
    expect(panel.get_by_role("checkbox", name="Halves")).to_be_checked()


def test_click_tells_fields_and_counts_that_lead_to_the_filtered_map(
    page: Page, origin: str, heard: list[str]
) -> None:
    inside = pinned(0.1, 45.9)
    pinned(0.75, 45.9)
    panel = ready(page, origin + ON_A1)
    panel.locator("summary").click()
    page.mouse.click(*middle(page))
    popup = page.locator(".leaflet-popup")
    expect(popup).to_contain_text("West half")
    expect(popup).to_contain_text("CODE")
    popup.get_by_role("link", name="1 signalement ou proposition en cours ici").click()
    expect(page).to_have_url(re.compile("area=overlay%3Ahalves%3AQ1"))
    expect(page.locator("[data-part=results]")).to_contain_text(inside.ref)


def test_with_the_keyboard_enter_tells_what_lies_in_the_middle(
    page: Page, origin: str, heard: list[str]
) -> None:
    ready(page, origin + ON_A1)
    page.locator("[data-map]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup")).to_contain_text("West half")


def test_all_shapes_are_a_list_away(page: Page, origin: str, heard: list[str]) -> None:
    panel = ready(page, origin + ON_A1)
    panel.get_by_role("link", name="Liste des formes").click()
    page.get_by_role("link", name="East half").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("East half")


def test_map_of_the_pin_tells_in_which_shape_it_lies(
    page: Page, origin: str, heard: list[str]
) -> None:
    panel = ready(page, f"{origin}/submissions/new/?lon=0.75&lat=45.25")
    panel.locator("summary").click()
    page.mouse.click(*middle(page))
    expect(page.locator("[data-picker-status]")).to_contain_text("East half (Halves)")


def test_names_are_written_where_there_is_room(page: Page, origin: str, heard: list[str]) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    ready(page, f"{origin}/map/?area=commune:90001")
    expect(page.locator(".map-label-overlay")).to_have_count(2)


def test_panel_is_accessible(page: Page, origin: str, heard: list[str]) -> None:
    ready(page, origin + ON_A1)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
