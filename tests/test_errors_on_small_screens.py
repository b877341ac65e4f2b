"""What is wrong with a field can be read on a telephone, without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.submissions import pinned
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTH = 360
MARGINS = 72
"""Of the page, of a card in it, and of the bar beside what is wrong."""


@pytest.fixture
def phone(browser: Browser, live_server: object, live_world: World) -> Iterator[Page]:
    context = browser.new_context(
        base_url=str(live_server),
        viewport={"width": WIDTH, "height": 740},
        java_script_enabled=False,
        locale="fr-FR",
    )
    yield context.new_page()
    context.close()


def sign_in(phone: Page, username: str) -> None:
    phone.goto("/accounts/login/")
    phone.fill("[name=username]", username)
    phone.fill("[name=password]", "correct horse")
    phone.click("main button[type=submit]")


def send_no_place(phone: Page) -> None:
    phone.fill("[name=lon]", "abc")
    phone.fill("[name=lat]", "45.5")
    phone.click("form:has([name=lon]) .button[type=submit] >> nth=-1")


def assert_it_can_be_read(phone: Page) -> None:
    error = phone.locator("#id_lon_error .error")
    error.wait_for()
    box = error.bounding_box()
    assert box is not None
    assert box["width"] >= WIDTH - MARGINS
    assert phone.evaluate("document.documentElement.scrollWidth") == WIDTH


def test_beside_a_longitude_when_sending(phone: Page) -> None:
    phone.goto("/submissions/new/")
    phone.click("details.coordinates summary")
    send_no_place(phone)
    assert_it_can_be_read(phone)


def test_beside_a_longitude_when_trying_the_rules(phone: Page) -> None:
    sign_in(phone, "alice")
    phone.goto("/competences/try/")
    send_no_place(phone)
    assert_it_can_be_read(phone)


def test_beside_a_longitude_when_moving_a_pin(phone: Page) -> None:
    sent = pinned(0.25, 45.25)
    sign_in(phone, "alice")
    phone.goto(f"/triage/{sent.ref}/move/")
    send_no_place(phone)
    assert_it_can_be_read(phone)
