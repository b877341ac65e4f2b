"""Overlays on the public map and on that of the pin: legend, on and off, opacity, telling, keys."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from geodata import thinning
from layers.models import Overlay
from tests.browsing import click_in_popup
from tests.overlays import kml, placemark, published
from tests.submissions import pinned
from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
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


def ready(page: Page, address: str, *, overlays: int = 1) -> Locator:
    """The panel of overlays, open."""
    page.goto(address)
    expect(page.locator("[data-map]")).to_have_attribute("data-overlays-ready", str(overlays))
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
    click_in_popup(page, "1 signalement ou proposition en cours ici")
    expect(page).to_have_url(re.compile("area=overlay%3Ahalves%3AQ1"))
    expect(page.locator("[data-part=results]")).to_contain_text(inside.ref)
    page.wait_for_load_state("networkidle")  # a tile that is still asked for would block the flush


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


RED_PIXELS = """() => {
 const drawn = [...document.querySelectorAll(".leaflet-overlays-pane canvas")];
 return drawn.some((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 0; at < data.length; at += 4)
    if (data[at + 3] > 20 && data[at] > 200 && data[at + 1] < 60) return true;
  return false;
 });
}"""


def test_signs_of_the_legend_are_switched_one_by_one_and_remembered(
    page: Page, origin: str, heard: list[str]
) -> None:
    """Also by keyboard; what is off is neither drawn nor named nor told of."""
    page.set_viewport_size({"width": 1280, "height": 900})
    ground = f"{origin}/map/?area=commune:90001"
    panel = ready(page, ground)
    names = page.locator(".map-label-overlay")
    expect(names).to_have_count(2)
    page.wait_for_function(RED_PIXELS)
    panel.get_by_role("checkbox", name="East half (1)").focus()
    page.keyboard.press("Space")
    expect(names).to_have_text(["West half"])
    assert not page.evaluate(RED_PIXELS)
    panel = ready(page, ground)
    expect(panel.get_by_role("checkbox", name="East half (1)")).not_to_be_checked()
    expect(panel.get_by_role("checkbox", name="Halves")).to_be_checked()
    expect(names).to_have_text(["West half"])
    page.goto("about:blank")
    panel = ready(page, f"{ground}#hide=halves:1")
    expect(names).to_have_text(["East half"])
    panel.get_by_role("checkbox", name="West half (1)").check()
    expect(names).to_have_count(2)


def test_shapes_of_a_sign_that_is_off_are_not_told_of(
    page: Page, origin: str, heard: list[str]
) -> None:
    panel = ready(page, f"{origin}{ON_A1}#hide=halves:1")
    panel.locator("summary").click()
    page.mouse.click(*middle(page))
    page.wait_for_timeout(300)
    expect(page.locator(".leaflet-popup", has_text="West half")).to_have_count(0)


def test_map_says_where_a_tile_could_not_hold_all_shapes(
    page: Page, origin: str, live_world: World, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is lowered: a file too full for it would be too slow a test."""
    strips = (
        placemark(f"Parcelle {n}", n / 400, 45, (n + 0.5) / 400, 45.5, f"P{n}") for n in range(200)
    )
    published(live_world, kml(*strips), name="Parcelles")
    monkeypatch.setattr(thinning, "MOST_BYTES", 2_000)
    panel = ready(page, origin + ON_A1, overlays=2)
    said = panel.locator(".map-thinned", has_text="zoomez")
    expect(said).to_have_text(re.compile(r"^\d+ formes sur \d+ sont dessinées ici"))
    panel.get_by_role("checkbox", name="Parcelles").uncheck()
    expect(said).to_be_hidden()
