"""An administrator without a mouse writes a rule, from the list to the list."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from reports.models import Competence
from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
MOST_KEYS = 120


def tab_to(page: Page, wanted: Locator) -> None:
    """Tab until it has the focus: whatever cannot be reached so fails here."""
    for _step in range(MOST_KEYS):
        if _has_focus(wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way by keyboard to {wanted}")


def choose(page: Page, select: Locator, value: str) -> None:
    """Down the list until the value stands there."""
    tab_to(page, select)
    for _step in range(MOST_KEYS):
        if select.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} is not in {select}")


def _has_focus(wanted: Locator) -> bool:
    return bool(wanted.evaluate("element => element === document.activeElement"))


def test_a_rule_is_written_by_keyboard_alone(
    page: Page, live_server: Any, live_world: World, client: Client
) -> None:
    client.force_login(live_world.user("root"))
    cookie: Any = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}/competences/")
    tab_to(page, page.get_by_role("link", name="Nouvelle règle"))
    page.keyboard.press("Enter")
    save = page.get_by_role("button", name="Enregistrer", exact=True)
    expect(save).to_be_visible()

    choose(page, page.locator("#id_about"), "category:voirie")
    tab_to(page, page.locator("[name=condition]:checked"))
    page.keyboard.press("ArrowDown")
    departmental = page.locator("[name=road_classes][value=departmental]")
    expect(departmental).to_be_visible()
    tab_to(page, departmental)
    page.keyboard.press("Space")
    tab_to(page, page.locator("#id_priority"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("7")
    tab_to(page, save)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    # The level was forgotten: the page says so first, and leads there.
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_level")).to_be_focused()
    choose(page, page.locator("#id_level"), "region")
    expect(departmental).to_be_checked()
    tab_to(page, save)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    rule = Competence.objects.latest("pk")
    assert (rule.priority, rule.condition, rule.road_classes) == (7, "road", ["departmental"])
    assert str(rule.level.code if rule.level else "") == "region"
