"""After a refused form of the rules' pages, what is wrong comes first and leads to its field."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from reports.models import Category, Competence, DraftedChange
from tests.submissions import pinned
from tests.test_changing_categories import lines
from tests.test_changing_competences import fields as rule_fields
from tests.world import World

Refusal = Callable[[Client], HttpResponse]


def _rule(client: Client, **changes: Any) -> HttpResponse:
    return client.post("/competences/new/", rule_fields(**changes))


def _category(client: Client) -> HttpResponse:
    return client.post("/competences/categories/new/", {"seen_version": 0})


def _group(client: Client) -> HttpResponse:
    return client.post("/competences/groups/new/", {"seen_version": 0})


def _question(client: Client) -> HttpResponse:
    category = Category.objects.get(code="voirie")
    sent = {"name_fr": "Où ?", "name_en": "Where?", "code": "ou", "seen_version": 0}
    return client.post(
        f"/competences/categories/{category.pk}/questions/new/",
        {**sent, **lines(("a", "A", ""))},
    )


def _drafted_tie(client: Client) -> HttpResponse:
    rule = Competence.objects.exclude(category=None).first()
    assert rule
    copied = {"about": f"category:{rule.category.code}", "level": "region"}
    for _twice in range(2):
        client.post("/competences/new/", rule_fields(**copied, priority=7, verb="draft"))
    draft = DraftedChange.objects.latest("pk").draft
    return client.post(
        f"/competences/drafts/{draft.pk}/", {"verb": "save", "seen_version": draft.version}
    )


def _replay(client: Client) -> HttpResponse:
    client.post("/competences/new/", rule_fields(verb="draft"))
    draft = DraftedChange.objects.latest("pk").draft
    return client.get(f"/competences/drafts/{draft.pk}/", {"number": "0", "area": "nowhere"})


def _try(client: Client) -> HttpResponse:
    return client.get("/competences/try/", {"lon": "nan", "lat": "45", "on": "never"})


def _transfer(client: Client) -> HttpResponse:
    return client.post(f"/triage/{pinned(0.75, 45.25).ref}/transfer/", {})


def _move(client: Client) -> HttpResponse:
    return client.post(f"/triage/{pinned(0.75, 45.25).ref}/move/", {"lon": "x", "lat": "45"})


REFUSED: dict[str, Refusal] = {
    "rule": lambda client: _rule(client, level=None, priority="x"),
    "rule's radios": lambda client: _rule(client, answers_by="dragon", condition="dragon"),
    "rule's checkboxes": lambda client: _rule(client, condition="answer"),
    "category": _category,
    "group": _group,
    "question's lines": _question,
    "draft": _drafted_tie,
    "replay": _replay,
    "try": _try,
    "transfer": _transfer,
    "move": _move,
}


class Read(HTMLParser):
    """The tags of a page in order, those inside the summary, and every id."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.summary: list[tuple[str, dict[str, str | None]]] = []
        self._depth = 0
        self.feed(answer.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = (tag, dict(attrs))
        self.tags.append(one)
        if tag == "div" and (self._depth or dict(attrs).get("class") == "error-summary"):
            self._depth += 1
        if self._depth:
            self.summary.append(one)

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._depth:
            self._depth -= 1

    def of_id(self, name: str) -> list[tuple[str, dict[str, str | None]]]:
        return [(tag, attrs) for tag, attrs in self.tags if attrs.get("id") == name]


@pytest.mark.parametrize("refusal", REFUSED.values(), ids=REFUSED)
def test_the_summary_gets_the_focus_and_leads_to_each_field(
    client: Client, world: World, refusal: Refusal
) -> None:
    client.force_login(world.user("root"))
    answer = refusal(client)
    assert answer.status_code == 400
    page = Read(answer)
    to_focus = [attrs for _tag, attrs in page.tags if "data-focus" in attrs]
    assert [one.get("class") for one in to_focus] == ["error-summary"]
    assert to_focus[0].get("tabindex") == "-1"
    targets = [attrs.get("href") or "" for tag, attrs in page.summary if tag == "a"]
    assert targets
    for target in targets:
        ((tag, attrs),) = page.of_id(target.removeprefix("#"))
        assert tag in ("input", "select", "textarea") or attrs.get("tabindex") == "-1"


def test_a_page_without_a_script_of_its_own_moves_the_focus(client: Client, world: World) -> None:
    client.force_login(world.user("root"))
    scripts = [attrs for tag, attrs in Read(_category(client)).tags if tag == "script"]
    assert [one.get("src") for one in scripts if "focus" in (one.get("src") or "")]
