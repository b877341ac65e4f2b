"""A manager uploads, waits, looks and publishes, in a real browser on a phone-sized page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from layers.models import Overlay
from tests import overlays
from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def _signed_in(
    context: BrowserContext, world: World, server: LiveServer, username: str = "bob"
) -> None:
    client = Client()
    client.force_login(world.user(username))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}]
    )


def _upload(page: Page, server: LiveServer, tmp_path: Path) -> None:
    file = tmp_path / "halves.kml"
    file.write_bytes(overlays.HALVES)
    page.goto(f"{server.url}/overlays/")
    page.get_by_label("Nom du calque").fill("Moitiés")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", name="Moitiés")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()


def _publish(page: Page, *, sees_the_map: bool) -> None:
    expect(page.get_by_role("rowheader", name="West half")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("progressbar")).not_to_be_attached()
    if sees_the_map:
        expect(page.locator("#preview-map[data-preview-ready]")).to_be_visible(timeout=10_000)
        page.locator("#preview-map").click()  # the middle is a shape of the draft
        expect(page.locator(".leaflet-popup")).to_contain_text("half")
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.get_by_text("« Moitiés » est sur la carte publique.")).to_be_visible()
    assert Overlay.objects.get().published is not None


def test_page_follows_the_reading_by_itself_and_the_overlay_is_published(
    page: Page,
    live_server: LiveServer,
    live_world: World,
    run_jobs: Callable[[], None],
    tmp_path: Path,
) -> None:
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else 0)
    _signed_in(page.context, live_world, live_server)
    _upload(page, live_server, tmp_path)
    run_jobs()
    _publish(page, sees_the_map=True)
    assert wrong == []


@pytest.fixture
def page_without_javascript(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    yield context.new_page()
    context.close()


def test_the_same_without_javascript(
    page_without_javascript: Page,
    live_server: LiveServer,
    live_world: World,
    run_jobs: Callable[[], None],
    tmp_path: Path,
) -> None:
    page = page_without_javascript
    _signed_in(page.context, live_world, live_server)
    _upload(page, live_server, tmp_path)
    run_jobs()
    _publish(page, sees_the_map=False)


NEXT = overlays.kml(
    overlays.placemark("Old town", 0, 45, 0.5, 46, "Q1"),
    overlays.placemark("Harbour", 0.5, 45, 1, 45.5, "Q3"),
)


def _next_version(page: Page, tmp_path: Path, run_jobs: Callable[[], None]) -> None:
    file = tmp_path / "next.kml"
    file.write_bytes(NEXT)
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator(".drop-zone [role=status]")).to_contain_text("next.kml")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    run_jobs()


def test_new_version_is_compared_published_put_back_promoted_and_rolled_back(
    page: Page,
    live_server: LiveServer,
    live_world: World,
    run_jobs: Callable[[], None],
    tmp_path: Path,
    shoot: Callable[..., None],
    complaints: list[str],
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    first = overlays.read(live_world, name="Moitiés")
    overlays.actions.publish(overlay_import=first, by=None, code_field="CODE")
    _signed_in(page.context, live_world, live_server, "ada")
    page.goto(f"{live_server.url}/overlays/moities/")
    _next_version(page, tmp_path, run_jobs)
    expect(page.locator(".legend")).to_contain_text("Ajoutée 1", timeout=20_000)
    expect(page.locator(".legend")).to_contain_text("Modifiée 1")
    expect(page.locator(".legend")).to_contain_text("Supprimée 1")
    expect(page.locator("#preview-map[data-changes-ready='3']")).to_be_visible(timeout=10_000)
    shoot("overlay-changes-1280", full_page=True)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("() => document.documentElement.scrollWidth <= 360")
    shoot("overlay-changes-360", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})

    page.get_by_label("Nom", exact=False).first.select_option("CODE")
    expect(page.locator("[data-mapping-rows] tbody tr").first).to_contain_text("Q1")
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.get_by_text("« Moitiés » est sur la carte publique.")).to_be_visible()
    assert Overlay.objects.get().published_id != first.pk
    page.get_by_role("button", name="Remettre cette version").click()
    expect(page.get_by_text("a remis une version antérieure")).to_be_visible()
    assert Overlay.objects.get().published_id == first.pk

    page.get_by_role("link", name="En faire des territoires").click()
    page.get_by_label("Niveau").select_option(label="Quartier")
    page.get_by_role("button", name="Voir ce qui se passerait").click()
    page.get_by_role("button", name="Créer 2 territoires").click()
    page.get_by_role("button", name="Reprendre ces territoires").click()
    expect(page.get_by_text("Les territoires sont repris.")).to_be_visible()
    assert Overlay.objects.get().edition is None
    page.get_by_role("link", name="Nom, licence, accès").click()
    shoot("overlay-settings-1280", full_page=True)
