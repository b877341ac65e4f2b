"""Fixtures every test may ask for."""

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import BrowserContext, Page, expect
from procrastinate.contrib.django import app as procrastinate_app
from pytest_django import DjangoDbBlocker

from tests import putting_back
from tests import world as toy
from tests.browsing import Visit
from tests.edition_files import SQUARES, collection, feature

# Playwright's event loop lives in the tests' thread; Django's guard would mistake it for ours.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# How long an example takes says how busy the machine is, and nothing of ours.
hypothesis_settings.register_profile(
    "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("busy")

PATIENCE_MS = 60_000
expect.set_options(timeout=20_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", action="store_true", help="Write docs/screenshots anew.")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Each process made a folder for media; later than this, xdist may have ended it."""
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What migrations wrote is kept, to be put back; no connection is left behind.

    Those that jobs' threads leave would keep the database from going.
    """
    with django_db_blocker.unblock():
        putting_back.prepare(connection)
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def world(db: None) -> toy.World:
    """The toy world of `tests/world.py`."""
    return toy.build()


@pytest.fixture
def in_english() -> Iterator[None]:
    """For commands, which speak the language of the deployment."""
    with translation.override("en"):
        yield


@pytest.fixture
def squares(tmp_path: Path) -> Path:
    """A GeoJSON file of two squares, one degree wide: X1 « Ouest » and X2 « Est »."""
    path = tmp_path / "squares.geojson"
    squares = (feature(*square) for square in SQUARES)
    path.write_text(collection(*squares), encoding="utf-8")
    return path


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server of ours, and what it was asked for."""
    paths: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data beside the project; tests that ask for it are skipped where it is missing."""
    folder = settings.BASE_DIR.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}")
    return folder


@pytest.fixture
def run_jobs(transactional_db: None) -> Callable[[], None]:
    """Does every job that waits, in this process, through the real queue."""

    def run() -> None:
        worker_app = procrastinate_app.with_connector(
            procrastinate_app.connector.get_worker_connector()  # type: ignore[attr-defined]
        )
        worker_app.run_worker(
            wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="never"
        )

    def run_in_a_thread() -> None:
        # Playwright's event loop lives in this one, and the worker brings its own.
        with ThreadPoolExecutor(max_workers=1) as pool:
            pool.submit(run).result()

    return run_in_a_thread


@pytest.fixture
def live_world(transactional_db: None) -> toy.World:
    """The toy world, committed, for live servers and jobs."""
    return toy.build()


@pytest.fixture
def demo(transactional_db: None, settings: Any, tmp_path: Path) -> None:
    """The fictional département, committed."""
    settings.HTTPS = False
    settings.MEDIA_ROOT = tmp_path
    call_command("load_demo")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Debian's Chromium, kept from calling home."""
    return {
        **browser_type_launch_args,
        "executable_path": "/usr/bin/chromium",
        "headless": True,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "locale": "fr-FR", "viewport": {"width": 360, "height": 740}}


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    """Patient: two cores may be shared with a second process of tests."""
    context.set_default_timeout(PATIENCE_MS)
    return context


@pytest.fixture
def shoot(page: Page, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keeps a picture of the page for the docs, when asked to."""
    wanted = request.config.getoption("--screenshots")

    def keep(name: str, *, full_page: bool = False) -> None:
        if wanted:
            page.wait_for_timeout(800)
            folder = settings.BASE_DIR / "docs" / "screenshots"
            folder.mkdir(exist_ok=True)
            page.screenshot(path=folder / f"{name}.png", full_page=full_page)

    return keep


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser objected to: script errors, broken policies."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda m: heard.append(m.text) if m.type == "error" else None)
    yield heard
    assert heard == []


@pytest.fixture
def visit(page: Page, live_server: object, live_world: toy.World) -> Iterator[Visit]:
    """Fails the test on a console error, a broken policy, a request to somebody else."""
    visitor = Visit(page, str(live_server))
    visitor.watch()
    yield visitor
    assert visitor.complaints == []
