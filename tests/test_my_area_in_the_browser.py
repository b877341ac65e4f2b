""" "My area" in a real browser: chosen by name or by position, kept by the device alone."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browsing import Visit
from tests.submissions import pinned
from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def open_box(page: Page) -> None:
    page.locator("[data-my-area-box] > summary").click()
    expect(page.get_by_label("Nom de votre commune")).to_be_visible()


def says(page: Page, text: str) -> None:
    expect(page.locator("[data-my-area-box] [role=status]")).to_contain_text(text)


def stand_at(page: Page, lon: float, lat: float, accuracy: float = 20) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": accuracy})


def kept(page: Page) -> dict[str, object] | None:
    text = page.evaluate("localStorage.getItem('cantonnier.my-area')")
    return json.loads(text) if text else None


def choose(page: Page, name: str, label: str) -> None:
    page.get_by_label("Nom de votre commune").fill(name)
    page.get_by_role("button", name=label, exact=True).click()


def middle(page: Page) -> tuple[float, float]:
    """Where the map of the page looks, off the address of its paper: longitude, latitude."""
    url = page.locator("[data-print-link]").get_attribute("href") or ""
    lon, lat, _zoom = parse_qs(urlsplit(url).query)["at"][0].split(",")
    return float(lon), float(lat)


def test_an_area_chosen_by_name_is_where_the_map_opens_from_then_on(
    visit: Visit, live_world: World
) -> None:
    visit.go("/")
    open_box(visit.page)
    choose(visit.page, "sou", "South (Intercommunalité)")
    says(visit.page, "South est maintenant votre zone")
    assert kept(visit.page) == {"key": "epci:200000001", "name": "South", "bounds": [0, 45, 2, 46]}
    visit.go("/map/")
    expect(visit.page.locator("[data-mine]")).to_have_text("South")
    assert middle(visit.page) == pytest.approx((1, 45.5), abs=0.02)
    visit.go("/map/?at=0.25,46.5,11")
    assert middle(visit.page) == pytest.approx((0.25, 46.5), abs=0.001)


def test_only_my_area_filters_by_it_and_keeps_the_rest_of_the_filter(
    visit: Visit, live_world: World
) -> None:
    pinned(0.25, 45.25)
    pinned(0.26, 45.26, status="resolved")
    pinned(0.25, 46.75)
    visit.go("/map/?status=open")
    visit.map_with(2)
    open_box(visit.page)
    choose(visit.page, "sou", "South (Intercommunalité)")
    visit.page.get_by_role("link", name="Seulement ma zone").click()
    expect(visit.page).to_have_url(re.compile(r"/map/\?status=open&area=epci:200000001$"))
    visit.map_with(1)
    expect(visit.page.locator(".submission-item")).to_have_count(1)


def test_it_can_be_forgotten(visit: Visit, live_world: World) -> None:
    visit.go("/map/")
    open_box(visit.page)
    choose(visit.page, "sou", "South (Intercommunalité)")
    visit.page.get_by_role("button", name="Oublier ma zone").click()
    says(visit.page, "Votre zone est oubliée")
    expect(visit.page.locator("[data-mine]")).to_have_text("pas encore choisie")
    assert kept(visit.page) is None
    visit.go("/map/")
    assert middle(visit.page) == pytest.approx((1, 46), abs=0.02)


def test_a_position_offers_its_areas_smallest_first_and_is_sent_to_us_alone_and_rounded(
    visit: Visit, live_world: World
) -> None:
    stand_at(visit.page, 0.2512345678, 45.2512345678)
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    visit.go("/map/")
    open_box(visit.page)
    visit.page.get_by_role("button", name="Là où je suis").click()
    says(visit.page, "Vous êtes dans ces territoires")
    offered = visit.page.locator("[data-found] button")
    expect(offered.first).to_contain_text("A south-west")
    expect(offered.filter(has_text="Région (")).to_have_count(1)
    (question,) = [url for url in asked if "/locate" in url]
    assert question == f"{visit.origin}/api/v1/locate?lon=0.2512&lat=45.2512"
    assert not [url for url in asked if "0.25123" in url or "45.25123" in url]
    offered.first.click()
    says(visit.page, "est maintenant votre zone")
    assert (kept(visit.page) or {})["key"] == "quartier:A1"
    assert "0.2512" not in json.dumps(kept(visit.page))


def test_a_rough_position_is_said_to_be_rough(visit: Visit, live_world: World) -> None:
    stand_at(visit.page, 0.25, 45.25, accuracy=7_400)
    visit.go("/map/")
    open_box(visit.page)
    visit.page.get_by_role("button", name="Là où je suis").click()
    says(visit.page, "n’est connue qu’à 7 km près")
    expect(visit.page.locator("[data-found] button")).not_to_have_count(0)


def test_a_position_outside_every_area_is_said_to_be_outside(
    visit: Visit, live_world: World
) -> None:
    stand_at(visit.page, 30, 10)
    visit.go("/map/")
    open_box(visit.page)
    visit.page.get_by_role("button", name="Là où je suis").click()
    says(visit.page, "en dehors des territoires de ce site")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [(1, "ne donne pas votre position"), (2, "ne sait pas où il est"), (3, "à temps")],
)
def test_a_position_that_is_not_had_is_explained(
    visit: Visit, live_world: World, code: int, sentence: str
) -> None:
    visit.page.add_init_script(
        "navigator.geolocation.getCurrentPosition ="
        f" (_found, failed) => failed({{ code: {code} }});"
    )
    visit.go("/map/")
    open_box(visit.page)
    visit.page.get_by_role("button", name="Là où je suis").click()
    says(visit.page, sentence)


def test_a_name_that_is_none_is_said(visit: Visit, live_world: World) -> None:
    visit.go("/")
    open_box(visit.page)
    visit.page.get_by_label("Nom de votre commune").fill("Zzz")
    says(visit.page, "Aucun de nos territoires ne commence par « Zzz »")


def test_it_works_by_keyboard_alone(visit: Visit, live_world: World) -> None:
    visit.go("/map/")
    visit.page.locator("[data-my-area-box] > summary").focus()
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.type("canton")
    visit.page.keyboard.press("Enter")
    choice = visit.page.get_by_role("button", name="Canton across")
    expect(choice).to_be_visible()
    for _ in range(4):
        if choice.evaluate("button => button === document.activeElement"):
            break
        visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    says(visit.page, "Canton across est maintenant votre zone")
    expect(visit.page.locator("[data-my-area-box] > summary")).to_be_focused()


def test_what_is_kept_badly_is_as_good_as_nothing(visit: Visit, live_world: World) -> None:
    visit.page.add_init_script("localStorage.setItem('cantonnier.my-area', '{\"key\": 3}')")
    visit.go("/map/")
    expect(visit.page.locator("[data-mine]")).to_have_text("pas encore choisie")


def test_a_browser_that_keeps_nothing_is_told_so(visit: Visit, live_world: World) -> None:
    visit.page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full'); };"
    )
    visit.go("/map/")
    open_box(visit.page)
    choose(visit.page, "sou", "South (Intercommunalité)")
    says(visit.page, "ce navigateur ne retient rien")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/", "/map/"])
def test_no_barrier_that_axe_finds(visit: Visit, live_world: World, path: str, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 740})
    visit.go(path)
    open_box(visit.page)
    choose(visit.page, "sou", "South (Intercommunalité)")
    visit.page.get_by_label("Nom de votre commune").fill("canton")
    expect(visit.page.locator("[data-found] button")).to_have_count(1)
    found = Axe().run(visit.page)
    assert found.violations_count == 0, found.generate_report()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
