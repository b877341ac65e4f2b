"""The map on paper and in a frame, in a real browser."""

import re
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote, unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browsing import Visit, click_in_popup
from tests.overlays import published
from tests.submissions import pinned
from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

MM = 96 / 25.4  # px of CSS


def width_mm(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box
    return box["width"] / MM


# ---------------------------------------------------------------- paper


def test_the_map_leads_to_a_sheet_of_what_it_shows(visit: Visit, live_world: World) -> None:
    pinned(0.25, 45.25)
    published(live_world, name="Moitiés")
    visit.go("/map/?status=open&at=0.25,45.25,12")
    expect(visit.page.locator("[data-map]")).to_have_attribute("data-overlays-ready", "1")
    visit.page.locator("[data-map]").focus()
    visit.page.keyboard.press("-")
    expect(visit.page.locator("[data-print-link]")).to_have_attribute("href", re.compile(",11#"))
    visit.page.get_by_role("link", name="Imprimer cette carte").click()
    expect(visit.page).to_have_url(
        re.compile(r"/map/print/\?status=open&at=0\.2[45]\d*,45\.2[45]\d*,11#overlays=moities$")
    )
    visit.map_with(1)
    expect(visit.page.locator(".sheet-overlay h2")).to_have_text("Moitiés")
    expect(visit.page.locator(".print-bar")).to_contain_text("imprimée à taille réelle")
    expect(visit.page.locator("[data-live-text]")).to_contain_text("#overlays=moities")


def test_the_scale_is_that_of_the_paper(visit: Visit, live_world: World) -> None:
    """156,543.03 m a px at zoom 0 on the equator; a px is 25.4 / 96 mm."""
    visit.go("/map/print/?at=0.5,60,12")  # cos 60° = 1/2
    ratio = visit.page.locator("[data-scale-ratio]")
    expect(ratio).to_have_text(re.compile(r"^1:72\s200$"))
    expect(visit.page.locator("[data-scale-length]")).to_have_text("2 km")
    assert width_mm(visit.page, "[data-scale-bar]") == pytest.approx(2_000_000 / 72_200, abs=0.3)


@pytest.mark.parametrize(("paper", "mm"), [("portrait", (210, 297)), ("landscape", (297, 210))])
def test_it_prints_on_one_sheet_of_a4(
    visit: Visit, live_world: World, paper: str, mm: tuple[int, int]
) -> None:
    pinned(0.25, 45.25)
    published(live_world)
    visit.go(f"/map/print/?paper={paper}")
    visit.map_with(1)
    expect(visit.page.locator(".sheet-overlay")).to_have_count(1)
    paper_sheet = visit.page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper_sheet)
    assert len(re.findall(rb"/Type /Page\b(?!s)", paper_sheet)) == 1
    assert [tuple(round(float(side) * 25.4 / 72) for side in box) for box in boxes] == [mm]


def test_paper_has_no_buttons_and_the_screen_has(visit: Visit, live_world: World) -> None:
    pinned(0.25, 45.25)
    visit.go("/map/print/")
    visit.map_with(1)
    expect(visit.page.get_by_role("button", name="Imprimer")).to_be_visible()
    visit.page.emulate_media(media="print")
    for chrome in (".site-header", ".site-footer", ".print-bar", ".leaflet-control-zoom"):
        expect(visit.page.locator(chrome)).to_be_hidden()
    for kept in (".sheet-legend", "[data-scale]", ".sheet-north", ".sheet-foot"):
        expect(visit.page.locator(kept)).to_be_visible()


def test_other_pages_print_without_their_chrome(visit: Visit, live_world: World) -> None:
    pinned(0.25, 45.25)
    visit.go("/map/")
    visit.map_with(1)
    visit.page.emulate_media(media="print")
    for chrome in (".site-header", ".site-footer", ".explore-filter", ".map-more", ".downloads"):
        expect(visit.page.locator(chrome)).to_be_hidden()
    expect(visit.page.locator(".submission-item")).to_be_visible()


def test_the_button_prints(visit: Visit, live_world: World) -> None:
    visit.page.add_init_script("window.print = () => { document.title = 'printed'; }")
    visit.go("/map/print/")
    visit.page.get_by_role("button", name="Imprimer").click()
    expect(visit.page).to_have_title("printed")


# ---------------------------------------------------------------- frame


class Elsewhere(BaseHTTPRequestHandler):
    """A page of somebody else's that frames the address in its query."""

    def do_GET(self) -> None:
        framed = escape(unquote(urlsplit(self.path).query))
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        html = f'<!doctype html><title>Ailleurs</title><iframe src="{framed}" height=480></iframe>'
        self.wfile.write(html.encode())

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of another site: pages of `localhost` are strangers to it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_somebody_elses_page_frames_the_map_and_gets_no_cookie(
    page: Page, live_server: object, live_world: World, elsewhere: str
) -> None:
    submission = pinned(0.25, 45.25)
    framed = f"{live_server}/map/embed/?at=0.25,45.25,13&lang=fr"
    page.goto(f"{elsewhere}?{quote(framed)}")
    frame = page.frame_locator("iframe")
    expect(frame.locator("[data-map]")).to_have_attribute("data-loaded-features", "1")
    expect(frame.locator("body")).to_contain_text("1 contribution")
    assert page.context.cookies() == []
    frame.locator("[data-map]").click()
    with page.expect_popup() as opened:
        click_in_popup(frame, submission.category.name)
    expect(opened.value).to_have_url(re.compile(f"/submissions/{submission.ref}/"))
    assert page.url.startswith(elsewhere)


def test_somebody_elses_page_cannot_frame_the_rest(
    page: Page, live_server: object, live_world: World, elsewhere: str
) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{elsewhere}?{quote(f'{live_server}/map/')}")
    page.wait_for_timeout(500)
    expect(page.frame_locator("iframe").locator("[data-map]")).to_have_count(0)
    assert any("frame" in text.lower() for text in refused)


def test_the_code_to_embed_shows_what_the_map_shows(visit: Visit, live_world: World) -> None:
    pinned(0.25, 45.25)
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.go("/map/?at=0.25,45.25,12&status=open")
    visit.page.get_by_text("Intégrer cette carte").click()
    code = visit.page.get_by_label("Code à intégrer")
    expect(code).to_have_value(
        re.compile(
            r'^<iframe src="http.*/map/embed/\?status=open&amp;at=0\.2[45]\d*,45\.2[45]\d*,12'
            r'&amp;lang=fr" .*height="480"'
        )
    )
    visit.page.get_by_label("Hauteur").select_option("640")
    expect(code).to_have_value(re.compile('height="640"'))
    visit.page.get_by_role("button", name="Copier").click()
    expect(visit.page.get_by_role("status").filter(has_text="Copié.")).to_be_visible()
    assert visit.page.evaluate("navigator.clipboard.readText()") == code.input_value()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "path", ["/map/print/", "/map/print/?paper=landscape", "/map/embed/", "/map/"]
)
def test_no_barrier_that_axe_finds(visit: Visit, live_world: World, path: str, width: int) -> None:
    pinned(0.25, 45.25)
    visit.page.set_viewport_size({"width": width, "height": 740})
    visit.go(path)
    visit.map_with(1)
    if path == "/map/":
        visit.page.get_by_text("Intégrer cette carte").click()
    found = Axe().run(visit.page)
    assert found.violations_count == 0, found.generate_report()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
