"""The map in a real browser: pins, filters, popups, overlays, the keyboard."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from reports.models import Submission
from tests.browsing import Visit, click_in_popup, click_middle
from tests.overlays import published
from tests.submissions import pinned
from tests.test_pyramid import scatter
from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def ink_in_the_middle(page: Page) -> list[int]:
    """Red, green, blue, alpha of what the pins' canvases show at the centre of the map."""
    return page.evaluate(
        """() => {
            const map = document.querySelector("[data-map]").getBoundingClientRect();
            const [x, y] = [map.x + map.width / 2, map.y + map.height / 2];
            for (const canvas of document.querySelectorAll(".leaflet-pins-pane canvas")) {
                const box = canvas.getBoundingClientRect();
                if (x < box.x || x >= box.right || y < box.y || y >= box.bottom) continue;
                const ratio = canvas.width / box.width;
                const at = [(x - box.x) * ratio, (y - box.y) * ratio];
                return [...canvas.getContext("2d").getImageData(...at, 1, 1).data];
            }
            return null;
        }"""
    )


def test_a_pin_is_drawn_in_the_colour_of_its_status_and_leads_to_its_page(visit: Visit) -> None:
    submission = pinned(0.25, 45.25)
    visit.go("/map/?bbox=0.2,45.2,0.3,45.3")
    visit.map_with(1)
    assert ink_in_the_middle(visit.page) == [0xB2, 0x55, 0x10, 255]
    click_middle(visit.page)
    click_in_popup(visit.page, submission.category.name)
    expect(visit.page).to_have_url(re.compile(f"/submissions/{submission.ref}/"))


def test_a_change_of_the_filter_changes_the_url_the_list_and_the_pins(visit: Visit) -> None:
    pinned(0.25, 45.25, description="Un trou")
    pinned(0.26, 45.26, description="Un lampadaire éteint", status="resolved")
    visit.go("/map/")
    visit.map_with(2)
    visit.page.get_by_text("Filtrer", exact=True).click()
    visit.page.locator("select[name=status]").select_option("resolved")
    visit.map_with(1)
    expect(visit.page.locator(".submission-item")).to_have_count(1)
    expect(visit.page.locator(".submission-item")).to_contain_text("lampadaire")
    assert "status=resolved" in visit.page.url
    visit.page.go_back()
    visit.map_with(2)
    expect(visit.page.locator(".submission-item")).to_have_count(2)
    expect(visit.page.locator("select[name=status]")).to_have_value("")


def test_a_filter_that_takes_too_long_is_said_above_the_map(visit: Visit, settings: Any) -> None:
    scatter(20_000, lon=0.25, lat=45.6, spread=0.5)
    visit.go("/map/?kind=report")
    refused = visit.page.locator(".map-refused")
    expect(refused).to_be_hidden()
    settings.FILTER_TIMEOUT_S = 0.001
    visit.go("/map/?has_photo=false")
    expect(refused).to_contain_text("Cette recherche est trop longue")
    settings.FILTER_TIMEOUT_S = 60
    visit.page.locator("[data-clear]").evaluate("link => link.click()")
    expect(refused).to_be_hidden()
    assert all("422" in said for said in visit.complaints)
    visit.complaints.clear()


def test_the_list_follows_the_map_when_asked_to(visit: Visit) -> None:
    pinned(0.25, 45.25)
    pinned(1.75, 46.75)
    visit.go("/map/?area=commune:90001")
    visit.map_with(1)
    visit.go("/map/")
    visit.page.wait_for_load_state("networkidle")  # the months, which push the list down
    expect(visit.page.locator(".submission-item")).to_have_count(2)
    visit.page.get_by_label("Seulement ce que montre la carte").check()
    expect(visit.page).to_have_url(re.compile("bbox="))
    visit.page.locator("[data-map]").focus()
    for _ in range(3):
        visit.page.keyboard.press("+")
        visit.page.wait_for_timeout(350)
    expect(visit.page.locator(".submission-item")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/map/", "/submissions/new/", "/areas/commune/90001/"])
def test_a_page_with_a_map_has_no_barrier_that_axe_finds(visit: Visit, path: str) -> None:
    pinned(0.25, 45.25)
    visit.go(path)
    visit.page.wait_for_load_state("networkidle")
    found = Axe().run(visit.page)
    assert found.violations_count == 0, found.generate_report()


def test_pages_fit_a_phone(visit: Visit) -> None:
    pinned(0.25, 45.25)
    for path in ("/", "/map/", "/submissions/new/", "/areas/commune/90001/"):
        visit.go(path)
        visit.page.wait_for_load_state("networkidle")
        assert visit.page.evaluate("() => document.documentElement.scrollWidth") <= 360, path


def coordinates(page: Page) -> tuple[float, float]:
    lon, lat = (page.locator(f"input[name={name}]").input_value() for name in ("lon", "lat"))
    return float(lon or "nan"), float(lat or "nan")


Placing = Callable[[Page], None]


def by_click(page: Page) -> None:
    click_middle(page)


def by_button(page: Page) -> None:
    page.get_by_role("button", name="Placer l’épingle ici").click()


def by_keyboard(page: Page) -> None:
    page.locator("[data-map]").focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("placing", [by_click, by_button, by_keyboard])
def test_the_pin_is_placed(visit: Visit, placing: Placing) -> None:
    visit.go("/submissions/new/")
    visit.page.wait_for_load_state("networkidle")
    placing(visit.page)
    lon, lat = coordinates(visit.page)
    assert (round(lon, 1), round(lat, 1)) == (1.0, 46.0)
    status = visit.page.locator("[data-picker-status]")
    expect(status).to_contain_text("Épingle placée : latitude 46")


def test_arrow_keys_move_the_map_under_the_cross(visit: Visit) -> None:
    visit.go("/submissions/new/")
    visit.page.wait_for_load_state("networkidle")
    visit.page.locator("[data-map]").focus()
    visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_timeout(500)
    visit.page.keyboard.press("Enter")
    assert coordinates(visit.page)[0] > 1.1


def test_whoever_places_a_pin_reads_who_answers_before_sending(visit: Visit) -> None:
    visit.go("/submissions/new/?lon=0.25&lat=45.25")
    visit.page.locator("select[name=category]").select_option("voirie")
    expect(visit.page.locator("[data-who-answers]")).to_contain_text("A")
    expect(visit.page.locator("[data-who-answers]")).to_contain_text("voirie")


def test_a_place_by_its_name_moves_the_pin(visit: Visit) -> None:
    visit.go("/submissions/new/")
    visit.page.get_by_label("Adresse ou lieu").fill("canton")
    visit.page.get_by_role("button", name="Canton across (9001)").click()
    expect(visit.page.locator("input[name=lon]")).not_to_have_value("")
    assert (round(coordinates(visit.page)[0]), visit.page.locator(".map-pin").count()) == (1, 1)


def test_typed_coordinates_move_the_pin(visit: Visit) -> None:
    visit.go("/submissions/new/")
    visit.page.locator("details.coordinates > summary").click()
    visit.page.locator("input[name=lat]").fill("45,25")
    visit.page.locator("input[name=lon]").fill("0.25")
    visit.page.locator("input[name=lon]").blur()
    status = visit.page.locator("[data-picker-status]")
    expect(status).to_contain_text("latitude 45,25, longitude 0,25")
    expect(visit.page.locator(".map-pin")).to_be_visible()


def test_an_overlay_is_switched_on_and_off_and_tells_its_names(
    visit: Visit, live_world: World
) -> None:
    published(live_world, name="Halves")
    visit.go("/map/?area=quartier:A1")
    switch = visit.page.locator(".map-overlays input[value=halves]")
    expect(switch).to_be_checked()
    canvas = visit.page.locator(".leaflet-overlays-pane canvas")
    expect(canvas.first).to_be_visible()
    visit.page.wait_for_load_state("networkidle")
    click_middle(visit.page)
    expect(visit.page.locator(".leaflet-popup")).to_contain_text("West half")
    visit.page.locator(".map-overlays summary").click()
    switch.uncheck()
    expect(canvas).to_have_count(0)


def test_a_pin_is_clicked_at_the_closest_zoom(visit: Visit) -> None:
    """Beyond the zooms of base maps, too."""
    submission = pinned(0.75, 45.25)
    visit.go("/map/?bbox=0.74999,45.24999,0.75001,45.25001")
    visit.map_with(1)
    assert visit.page.locator(".leaflet-control-zoom-in.leaflet-disabled").count() == 1
    click_middle(visit.page)
    click_in_popup(visit.page, submission.category.name)
    expect(visit.page).to_have_url(re.compile(submission.ref))


def test_a_second_area_of_the_url_survives_another_choice(visit: Visit) -> None:
    west, east = pinned(0.25, 45.25), pinned(1.25, 45.25)
    visit.go("/map/?area=commune:90001&area=commune:90002")
    visit.map_with(2)
    visit.page.locator("[data-filter] > summary").click()
    visit.page.get_by_label("Statut").select_option("new")
    expect(visit.page).to_have_url(re.compile("status=new"))
    for submission in (west, east):
        expect(visit.page.locator("[data-part=results]")).to_contain_text(submission.ref)


def test_on_a_border_the_page_asks_before_it_is_sent(visit: Visit) -> None:
    visit.go("/submissions/new/?lon=0.25&lat=46")
    answers = visit.page.locator("[data-who-answers]")
    expect(answers).to_contain_text(
        "Vous êtes à la limite de C / A : de quel côté est-ce ?".replace(" :", "\u00a0:").replace(
            " ?", "\u00a0?"
        )
    )
    visit.page.get_by_label("Catégorie").select_option("voirie")
    expect(answers.locator("[data-reason]")).to_contain_text("C, car")
    answers.get_by_label("A", exact=True).check()
    expect(answers.locator("[data-reason]")).to_contain_text("A, car")
    visit.page.get_by_label("Description").fill("Du côté de A")
    visit.page.get_by_role("button", name="Envoyer").click()
    expect(visit.page.get_by_text("Merci, c’est bien reçu.")).to_be_visible()
    sent = Submission.objects.get()
    assert (sent.side, str(sent.responsible)) == ("commune:90001", "A")
