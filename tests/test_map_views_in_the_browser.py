"""Every view of the map on the demo, wide and narrow: pictures for docs/map.md, no barrier, and the
keyboard's way through it.  `script/screenshots` takes the pictures anew."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
COMMUNES = "level=commune#overlays="
VIEWS = {
    "pins": "/map/?status=open#overlays=",
    "counts": f"/map/?display=areas&{COMMUNES}",
    "density": f"/map/?display=density&{COMMUNES}",
    "rate": f"/map/?display=rate&{COMMUNES}",
    "print": f"/map/print/?months=1&display=density&{COMMUNES}",
    "embed": f"/map/embed/?months=1&lang=fr&display=areas&{COMMUNES}",
}
NEARER = "&at=-7.45,46.33,10#"
"""On a narrow screen the département fits from further away than communes are drawn."""
FOCUS = """() => {
    const one = document.activeElement;
    if (one.closest(".leaflet-control")) return "control";
    return one.id || one.name || Object.keys(one.dataset)[0] || one.tagName;
}"""


def open_view(page: Page, origin: str, path: str, *, is_narrow: bool) -> None:
    page.goto("about:blank")
    page.goto(f"{origin}{path.replace('#', NEARER if is_narrow else '#')}")
    drawn = page.locator("[data-map]")
    if "display" in path:
        expect(drawn).to_have_attribute("data-areas-shown", "commune")
    else:
        expect(drawn).to_have_attribute("data-loaded-features", re.compile("^[1-9]"))
    if "/print/" not in path or "months" in path:
        expect(page.locator("[data-months]")).to_be_visible()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("width", [360, 1280])
def test_every_view_is_read_without_a_barrier(
    page: Page,
    live_server: LiveServer,
    demo: None,
    complaints: list[str],
    shoot: Callable[..., None],
    width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 740 if width == 360 else 860})
    for name, path in VIEWS.items():
        open_view(page, live_server.url, path, is_narrow=width == 360)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if width == 360 and path.startswith("/map/?"):
            page.locator("[data-display]").evaluate("one => one.scrollIntoView()")
        shoot(f"map-{name}-{width}", full_page=name == "print" and width > 360)


def test_the_keyboard_goes_from_the_switch_over_the_map_to_its_legend(
    page: Page, live_server: LiveServer, demo: None, complaints: list[str]
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    open_view(page, live_server.url, VIEWS["density"], is_narrow=True)
    page.get_by_role("radio", name="Par km²").focus()
    met = [page.evaluate(FOCUS)]
    while met[-1] != "month" and len(met) < 30:
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUS)
        assert focused != "BODY"
        met.append("month" if focused == "map-month" else focused)
    on_the_way = [one for one in dict.fromkeys(met) if one != "control"]
    assert on_the_way == ["map-display", "map-level", "map", "table", "month"]
    legend = page.get_by_role("region", name="Contributions par km² : Commune")
    items = legend.get_by_role("listitem")
    assert items.count() >= 3
    assert all(re.search(r"\d|Pas de données", text) for text in items.all_inner_texts())
    page.get_by_role("region", name="Carte", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup")).to_contain_text("par km²")
