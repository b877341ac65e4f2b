"""The slider of months on the map, in a real browser."""

import re
from datetime import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from geodata.models import Level
from tests.browsing import Visit
from tests.submissions import pinned

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
SENT = ["2026-01-05", "2026-01-31", "2026-03-01"]


@pytest.fixture
def sent(visit: Visit) -> Visit:
    """Two in January, none in February, one in March."""
    Level.objects.update(tile_min_zoom=0)
    zone = timezone.get_default_timezone()
    for day in SENT:
        moment = datetime.fromisoformat(f"{day}T23:30").replace(tzinfo=zone)
        pinned(0.25, 45.25, created_at=moment)
    return visit


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Mois d’envoi")


def said(visit: Visit, text: str, count: int) -> None:
    expect(visit.page.locator("[data-month-said]")).to_have_text(text)
    expect(slider(visit.page)).to_have_attribute("aria-valuetext", text)
    expect(visit.page.locator(".submission-item")).to_have_count(count)


def test_a_month_narrows_list_tiles_and_address_and_all_returns(sent: Visit) -> None:
    sent.go("/map/")
    sent.map_with(3)
    said(sent, "Tous les mois", 3)
    expect(sent.page.locator("[data-month-bars] rect")).to_have_count(3)
    slider(sent.page).focus()
    sent.page.keyboard.press("ArrowRight")
    said(sent, "janvier 2026 · 2", 2)
    sent.map_with(2)
    assert sent.page.url.endswith("/map/?from=2026-01-01&to=2026-01-31")
    sent.page.keyboard.press("End")
    said(sent, "mars 2026 · 1", 1)
    sent.page.get_by_role("button", name="Tous les mois").click()
    said(sent, "Tous les mois", 3)
    assert sent.page.url.endswith("/map/")
    sent.map_with(3)


def test_areas_follow_the_month_and_back_leaves_it(sent: Visit) -> None:
    sent.go("/map/?display=areas&level=commune")
    legend = sent.page.locator("[data-classes] li")
    expect(legend).to_have_text(["3", "Pas de données"])
    slider(sent.page).focus()
    sent.page.keyboard.press("End")
    expect(legend).to_have_text(["1", "Pas de données"])
    sent.page.keyboard.press("ArrowLeft")
    expect(legend).to_have_text(["0", "Pas de données"])
    said(sent, "février 2026 · 0", 0)
    sent.page.go_back()
    said(sent, "Tous les mois", 3)
    expect(legend).to_have_text(["3", "Pas de données"])
    sent.page.wait_for_load_state("networkidle")


def test_dates_of_the_filter_come_back(sent: Visit) -> None:
    sent.go("/map/?from=2026-01-10")
    said(sent, "Dates choisies dans le filtre", 2)
    slider(sent.page).focus()
    sent.page.keyboard.press("ArrowRight")
    said(sent, "janvier 2026 · 2", 2)
    sent.page.keyboard.press("Home")
    said(sent, "Dates choisies dans le filtre", 2)
    assert sent.page.url.endswith("?from=2026-01-10")


def test_the_address_says_the_month_in_the_language_of_the_page(sent: Visit) -> None:
    language = {"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": sent.origin}
    sent.page.context.add_cookies([language])
    sent.go("/map/?from=2026-03-01&to=2026-03-31")
    expect(sent.page.locator("[data-month-said]")).to_have_text("March 2026 · 1")
    expect(sent.page.locator("#map-month")).to_have_value("3")
    sent.page.wait_for_load_state("networkidle")


def test_playing_ends_at_the_last_month(sent: Visit) -> None:
    sent.go("/map/?from=2026-01-01&to=2026-01-31")
    said(sent, "janvier 2026 · 2", 2)
    sent.page.get_by_role("button", name="Faire défiler les mois").click()
    expect(sent.page.get_by_role("button", name="Pause")).to_be_visible()
    said(sent, "février 2026 · 0", 0)
    said(sent, "mars 2026 · 1", 1)
    expect(sent.page.get_by_role("button", name="Faire défiler les mois")).to_be_visible()
    sent.page.wait_for_load_state("networkidle")


def test_who_wants_less_motion_steps_by_hand(sent: Visit) -> None:
    sent.page.emulate_media(reduced_motion="reduce")
    sent.go("/map/")
    button = sent.page.get_by_role("button", name="Mois suivant")
    button.click()
    said(sent, "janvier 2026 · 2", 2)
    sent.page.wait_for_timeout(1_800)
    said(sent, "janvier 2026 · 2", 2)
    button.click()
    said(sent, "février 2026 · 0", 0)
    sent.page.wait_for_load_state("networkidle")


def test_the_months_are_those_of_the_filter(sent: Visit) -> None:
    pinned(0.25, 45.25, category="dechets")
    sent.go("/map/?category=voirie")
    expect(slider(sent.page)).to_have_attribute("max", "3")
    sent.go("/map/?category=eclairage")
    sent.page.wait_for_load_state("networkidle")
    expect(sent.page.locator("[data-months]")).to_be_hidden()


@pytest.mark.parametrize("door", ["/map/print/", "/map/embed/"])
def test_paper_and_frame_go_from_month_to_month(sent: Visit, door: str) -> None:
    sent.go(f"{door}?kind=report&display=areas&level=commune&months=1")
    legend = sent.page.locator("[data-classes] li")
    expect(legend).to_have_text(["3", "Pas de données"])
    slider(sent.page).focus()
    sent.page.keyboard.press("End")
    title = sent.page.locator("[data-part=title]")
    expect(title).to_contain_text("1 contribution")
    expect(title).to_contain_text("du 1er mars 2026 au 31 mars 2026")
    expect(legend).to_have_text(["1", "Pas de données"])
    expect(sent.page.locator("[data-month-said]")).to_have_text("mars 2026 · 1")
    live = sent.page.locator("[data-live]")
    expect(live).to_have_attribute("href", re.compile("/map/.*from=2026-03-01.*to=2026-03-31"))
    sent.page.wait_for_load_state("networkidle")


def test_the_map_at_a_month_has_a_sheet_with_the_months(sent: Visit) -> None:
    sent.go("/map/?from=2026-03-01&to=2026-03-31")
    said(sent, "mars 2026 · 1", 1)
    sent.page.get_by_text("Intégrer cette carte").click()
    sent.page.get_by_label("Avec le curseur des mois").check()
    expect(sent.page.get_by_label("Code à intégrer")).to_have_value(re.compile("months=1"))
    sent.page.get_by_role("link", name="Imprimer cette carte").click()
    expect(sent.page).to_have_url(re.compile("/map/print/.*months=1"))
    expect(sent.page.locator("[data-month-said]")).to_have_text("mars 2026 · 1")
    drawn = sent.page.locator("[data-map]")
    seen = drawn.bounding_box()
    sent.page.emulate_media(media="print")
    expect(sent.page.locator("[data-month-bars]")).to_be_visible()
    expect(sent.page.locator("#map-month")).to_be_hidden()
    printed = drawn.bounding_box()
    assert seen
    assert printed
    assert (printed["width"], printed["height"]) == (seen["width"], seen["height"])
    sent.page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("width", [360, 1280])
def test_no_barrier_that_axe_finds(sent: Visit, width: int) -> None:
    sent.page.set_viewport_size({"width": width, "height": 800})
    sent.go("/map/?from=2026-01-01&to=2026-01-31")
    said(sent, "janvier 2026 · 2", 2)
    sent.page.wait_for_load_state("networkidle")
    found = Axe().run(sent.page)
    assert found.violations_count == 0, found.generate_report()
    assert sent.page.evaluate("() => document.documentElement.scrollWidth") <= width
