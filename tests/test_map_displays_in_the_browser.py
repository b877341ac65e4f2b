"""Areas in the colours of their numbers, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from geodata.models import Collectivity, Level
from reports.api import statistics
from reports.models import Submission
from tests.browsing import Visit, click_in_popup, click_middle, middle_of_map
from tests.submissions import pinned

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
OF_A, OF_B, OF_C = (0.25, 45.25), (1.75, 45.75), (0.25, 46.75)
COMMUNES = "/map/?display=areas&level=commune"
INKS = """(places) => {
    const map = document.querySelector("[data-map]").getBoundingClientRect();
    return places.map(([across, down]) => {
        const [x, y] = [map.x + map.width * across, map.y + map.height * down];
        for (const canvas of document.querySelectorAll(".leaflet-choropleth-pane canvas")) {
            const box = canvas.getBoundingClientRect();
            if (x < box.x || x >= box.right || y < box.y || y >= box.bottom) continue;
            const ratio = canvas.width / box.width;
            const at = [(x - box.x) * ratio, (y - box.y) * ratio];
            const pixel = document.createElement("canvas").getContext("2d");
            pixel.drawImage(canvas, ...at, 1, 1, 0, 0, 1, 1);
            return [...pixel.getImageData(0, 0, 1, 1).data].join(" ");
        }
        return null;
    });
}"""


@pytest.fixture
def counted(visit: Visit) -> Visit:
    """A has 3 submissions, B has 1, C had one that is closed; nothing was ever sent in D."""
    Level.objects.update(tile_min_zoom=0)
    Collectivity.objects.filter(level__code="commune").update(population=2_000)
    for _ in range(3):
        pinned(*OF_A)
    pinned(*OF_B)
    pinned(*OF_C, status="resolved")
    return visit


def shown(visit: Visit, level: str) -> None:
    expect(visit.page.locator("[data-map]")).to_have_attribute("data-areas-shown", level)
    visit.page.wait_for_load_state("networkidle")


def legend(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("[data-classes] li").all_inner_texts()]


def colours(page: Page) -> list[str]:
    """What lies off the middle of the map, in the order A, B, C, D."""
    page.locator("[data-map]").scroll_into_view_if_needed()
    return page.evaluate(INKS, [[0.45, 0.55], [0.55, 0.55], [0.45, 0.45], [0.55, 0.45]])


def test_colours_follow_the_numbers_and_the_legend_says_them(counted: Visit) -> None:
    counted.go(COMMUNES)
    shown(counted, "commune")
    assert legend(counted.page) == ["1", "3", "Pas de données"]
    a, b, c, d = colours(counted.page)
    assert b == c
    assert len({a, b, d}) == 3
    expect(counted.page.locator(".leaflet-pins-pane canvas")).to_have_count(0)


def test_the_numbers_are_those_of_the_filter(counted: Visit) -> None:
    counted.go(COMMUNES + "&status=open")
    shown(counted, "commune")
    assert legend(counted.page) == ["0", "1", "3", "Pas de données"]
    counted.page.locator("summary", has_text="Filtrer").first.click()
    counted.page.locator("select[name=status]").select_option("resolved")
    expect(counted.page.locator("[data-classes] li")).to_have_text(["0", "1", "Pas de données"])
    assert "display=areas" in counted.page.url


def test_a_click_tells_the_number_and_leads_to_the_same_number_in_the_list(counted: Visit) -> None:
    counted.go(COMMUNES + "&bbox=0.2,45.2,0.9,45.9")
    shown(counted, "commune")
    click_middle(counted.page)
    popup = counted.page.locator(".leaflet-popup")
    expect(popup).to_contain_text("3 contributions")
    expect(popup).to_contain_text("1,5 pour 1 000 habitants")
    click_in_popup(counted.page, "Seulement A")
    expect(counted.page).to_have_url(re.compile("area=commune%3A90001"))
    expect(counted.page.locator("[data-part=count]")).to_have_text("3 contributions")
    counted.page.wait_for_load_state("networkidle")


def test_mouse_and_keyboard_are_told_as_well(counted: Visit) -> None:
    counted.go("/map/?display=rate&level=commune&bbox=0.2,45.2,0.9,45.9")
    shown(counted, "commune")
    counted.page.mouse.move(*middle_of_map(counted.page))
    counted.page.mouse.move(*(at + 2 for at in middle_of_map(counted.page)))
    expect(counted.page.locator(".leaflet-tooltip")).to_have_text("A · 1,5 pour 1 000 habitants")
    counted.page.locator("[data-map]").focus()
    counted.page.keyboard.press("Enter")
    expect(counted.page.locator(".leaflet-popup")).to_contain_text("3 contributions")


def test_the_switch_writes_the_address_and_back_returns(counted: Visit) -> None:
    counted.go("/map/")
    counted.map_with(5)
    counted.page.get_by_role("radio", name="Par territoire").check()
    counted.page.get_by_label("Niveau").select_option("departement")
    shown(counted, "departement")
    assert counted.page.url.endswith("/map/?display=areas&level=departement")
    assert legend(counted.page) == ["5"]
    counted.page.go_back()
    expect(counted.page.get_by_label("Niveau")).to_have_value("")
    counted.page.go_back()
    expect(counted.page.get_by_role("radio", name="Points")).to_be_checked()
    counted.map_with(5)
    expect(counted.page.locator("[data-classes]")).to_be_hidden()


def test_from_too_far_a_coarser_level_is_shown_and_said(counted: Visit) -> None:
    Level.objects.filter(code="commune").update(tile_min_zoom=15)
    asked: list[str] = []
    counted.page.on("request", lambda request: asked.append(request.url))
    counted.go(COMMUNES)
    shown(counted, "canton")
    expect(counted.page.locator("[data-display-status]")).to_contain_text("Trop loin")
    assert not any("areas?" in url and "level=commune" in url for url in asked)


def test_where_too_many_areas_are_in_view_a_coarser_level_is_shown_and_said(
    counted: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit of 5,000 is lowered: so many would be too slow a test."""
    monkeypatch.setattr(statistics, "MOST_AREAS", 3)
    counted.page.on("console", lambda _: counted.complaints.clear())  # the refusal is heard of
    counted.go(COMMUNES)
    shown(counted, "canton")
    said = counted.page.locator("[data-display-status]")
    expect(said).to_contain_text("Trop de territoires à l’écran pour « Commune »")
    assert legend(counted.page) == ["Pas de données"]
    monkeypatch.setattr(statistics, "MOST_AREAS", 0)
    counted.page.get_by_label("Niveau").select_option("region")
    expect(said).to_have_text("Trop de territoires à l’écran pour les colorer. Zoomez.")
    expect(counted.page.locator("[data-classes] li")).to_have_count(0)
    expect(counted.page.locator(".leaflet-choropleth-pane canvas").first).to_be_visible()
    counted.page.wait_for_load_state("networkidle")
    counted.complaints.clear()


@pytest.mark.parametrize("door", ["/map/print/", "/map/embed/"])
def test_paper_and_frame_have_the_colours_of_the_map(counted: Visit, door: str) -> None:
    counted.go(f"{door}?display=rate&level=commune")
    shown(counted, "commune")
    assert legend(counted.page) == ["0,5", "1,5", "Pas de données"]
    a, b, _c, d = colours(counted.page)
    assert len({a, b, d}) == 3
    expect(counted.page.locator(".leaflet-pins-pane canvas")).to_have_count(0)
    counted.page.locator("[data-map]").focus()
    counted.page.keyboard.press("Enter")
    link = counted.page.locator(".leaflet-popup a", has_text="Seulement")
    expect(link).to_have_attribute("href", re.compile("/map/.*display=rate.*area=commune%3A9000"))


def test_the_zoom_chooses_the_level_where_nobody_does(counted: Visit) -> None:
    Level.objects.filter(code="commune").update(tile_min_zoom=9)
    counted.go("/map/?display=areas")
    shown(counted, "canton")
    counted.go("/map/?display=rate")
    shown(counted, "departement")
    counted.go("/map/?display=density")
    shown(counted, "canton")
    counted.go("/map/?display=areas&bbox=0.2,45.2,0.3,45.3")
    shown(counted, "commune")


def test_density_and_rate_say_each_their_own(counted: Visit) -> None:
    """A and B hold 2,000 inhabitants each on some 8,800 km², C nobody that is known of."""
    Collectivity.objects.filter(code="90003").update(population=None)
    counted.go("/map/?display=rate&level=commune")
    shown(counted, "commune")
    assert legend(counted.page) == ["0,5", "1,5", "Pas de données"]
    counted.page.get_by_role("radio", name="Par km²").check()
    expect(counted.page.locator("[data-classes-title]")).to_contain_text("par km²")
    expect(counted.page.locator("[data-classes] li")).to_have_count(4)
    expect(counted.page.locator("[data-classes] li").last).to_have_text("Pas de données")
    a, b, c, d = colours(counted.page)
    assert len({a, b, c, d}) == 4
    assert "display=density" in counted.page.url


def test_what_is_hidden_leaves_the_areas(counted: Visit) -> None:
    of_a = Submission.objects.order_by("pk").values_list("pk", flat=True)[:3]
    Submission.objects.filter(pk__in=list(of_a)).update(is_hidden=True)
    counted.go(COMMUNES)
    shown(counted, "commune")
    assert legend(counted.page) == ["1", "Pas de données"]


@pytest.mark.parametrize("width", [360, 1280])
def test_no_barrier_that_axe_finds_and_no_sideways_scrolling(counted: Visit, width: int) -> None:
    counted.page.set_viewport_size({"width": width, "height": 800})
    counted.go("/map/?display=density&level=commune")
    shown(counted, "commune")
    found = Axe().run(counted.page)
    assert found.violations_count == 0, found.generate_report()
    assert counted.page.evaluate("() => document.documentElement.scrollWidth") <= width
