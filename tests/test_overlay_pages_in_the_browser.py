"""Pages of overlays as people meet them: a file that is dragged, pages on a phone in both
languages, what a withdrawal takes from a map that is open, and evidence."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from layers.models import Overlay
from reports.models import Event, EventKind
from tests import accidents, overlays
from tests.submissions import pinned
from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def sign_in(page: Page, live_server: LiveServer, live_world: World) -> Callable[..., None]:
    def enter(username: str, language: str = "fr") -> None:
        client = Client()
        client.force_login(live_world.user(username))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: language}
        page.context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in cookies.items()
            ]
        )

    return enter


DROP = """([name, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name));
  const zone = document.querySelector(".drop-zone");
  const fire = (kind) =>
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  const wasKept = ["dragenter", "dragover"].map(fire);
  const isLit = zone.classList.contains("drop-zone-over");
  return { opened: [...wasKept, fire("drop")], isLit };
}"""


def _dropped(page: Page, name: str, content: bytes) -> None:
    told = page.evaluate(DROP, [name, base64.b64encode(content).decode()])
    # An event that nobody prevents would make the browser open the file in place of the page.
    assert told == {"opened": [False, False, False], "isLit": True}


@pytest.mark.parametrize(("language", "size"), [("fr", "0,5 ko"), ("en", "0.5 kB")])
def test_file_dropped_on_the_page_is_sent_and_read(
    page: Page,
    live_server: LiveServer,
    sign_in: Callable[..., None],
    run_jobs: Callable[[], None],
    complaints: list[str],
    language: str,
    size: str,
) -> None:
    sign_in("bob", language)
    page.goto(f"{live_server.url}/overlays/")
    _dropped(page, "zones_de-travaux.kml", overlays.HALVES)
    told = page.locator(".drop-zone [role=status]").inner_text()
    assert " ".join(told.split()) == f"zones_de-travaux.kml · {size}"
    expect(page.locator("input[name=name]")).to_have_value("zones de travaux")
    page.locator("input[type=file]").evaluate("(input) => input.form.requestSubmit()")
    page.wait_for_url("**/overlays/zones-de-travaux/")
    run_jobs()
    expect(page.get_by_role("rowheader", name="West half")).to_be_visible(timeout=20_000)
    with Overlay.objects.get().imports.get().file.open("rb") as kept:
        assert kept.read() == overlays.HALVES


PATHS = ["", "halves/", "halves/history/", "halves/settings/", "halves/promote/"]
PATHS += ["halves/reference/", "halves/view/", "halves/shapes/", "halves/shapes/0/"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_of_an_overlay_fit_a_phone_and_have_no_barrier(
    page: Page,
    live_server: LiveServer,
    live_world: World,
    sign_in: Callable[..., None],
    complaints: list[str],
    language: str,
) -> None:
    overlays.published(live_world)
    tangled = overlays.HALVES.replace(b"0.5,46", b"0.5,46 0.5,46").replace(b"West", b"Ouest")
    overlays.read(live_world, tangled, overlay=Overlay.objects.get())
    sign_in("root", language)
    for path in PATHS:
        page.goto(f"{live_server.url}/overlays/{path}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360, path
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())


def test_withdrawn_by_click_it_is_gone_from_map_tiles_and_legend(
    page: Page,
    live_server: LiveServer,
    live_world: World,
    sign_in: Callable[..., None],
    complaints: list[str],
) -> None:
    overlays.published(live_world)
    visitor = page.context.browser.new_page()  # type: ignore[union-attr]
    visitor.goto(f"{live_server.url}/map/?area=commune:90001")
    expect(visitor.locator("[data-map]")).to_have_attribute("data-overlays-ready", "1")
    visitor.wait_for_load_state("networkidle")
    tile = f"{live_server.url}/tiles/overlays/halves/8/128/91.mvt"
    assert visitor.request.get(tile).status == 200
    sign_in("bob")
    page.goto(f"{live_server.url}/overlays/halves/")
    page.get_by_role("button", name="Retirer de la carte").click()
    page.wait_for_load_state("networkidle")
    assert Overlay.objects.get().published is None
    assert visitor.request.get(tile).status == 404
    visitor.reload()
    expect(visitor.locator("[data-map]")).to_have_attribute("data-overlays-ready", "0")
    expect(visitor.locator(".map-overlays")).to_have_count(0)
    visitor.wait_for_load_state("networkidle")
    visitor.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_evidence_is_looked_at_then_added_to_the_submission(
    page: Page,
    live_server: LiveServer,
    live_world: World,
    sign_in: Callable[..., None],
    complaints: list[str],
    shoot: Callable[..., Any],
    width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    content = accidents.packed(accidents.OLD, accidents.NEW)
    overlays.published(live_world, content, name="Accidents")
    submission = pinned(0.5, 45.5)
    sign_in("alice")
    page.goto(f"{live_server.url}/triage/{submission.ref}/evidence/")
    page.get_by_label("Rayon", exact=False).fill("200")
    page.get_by_role("button", name="Montrer ce qui serait ajouté").click()
    expect(page.get_by_text("Accidents : 2", exact=False)).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    shoot(f"evidence-{width}", full_page=True)
    page.get_by_role("button", name="Ajouter à l’historique public").click()
    page.wait_for_url(f"**/triage/{submission.ref}/**")
    assert Event.objects.filter(kind=EventKind.EVIDENCE).count() == 1
    page.goto(live_server.url + submission.get_absolute_url())
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
