"""Pages of administrators and agents: no barrier that axe finds, and no sideways scrolling."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.roads import road
from tests.submissions import pinned
from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PATHS = [
    "/competences/",
    "/competences/new/",
    "/competences/try/?lon=0.75&lat=45.25&category=voirie",
    "/triage/{ref}/",
    "/triage/{ref}/transfer/",
    "/triage/{ref}/move/",
    "/territory/",
    "/territory/editions/{edition}/",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_staff_page_fits_a_phone_and_has_no_barrier(
    page: Page, live_server: Any, live_world: World, client: Any, path: str
) -> None:
    road("departmental", (0.7, 45.25), (0.8, 45.25), ref="D 9")
    submission = pinned(0.75, 45.25)
    client.force_login(live_world.user("root"))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**cookie, "url": live_server.url}])
    edition = live_world.editions["commune"].pk
    page.goto(live_server.url + path.format(ref=submission.ref, edition=edition))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
