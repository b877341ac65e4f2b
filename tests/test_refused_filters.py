"""A filter that is refused stands in its fields as it was typed, with the reason beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.test.html import Element, parse_html
from django.utils.http import urlencode

from tests.submissions import pinned
from tests.world import World

pytestmark = pytest.mark.django_db

DOORS = ["/map/", "/statistics/", "/exports/", "/triage/"]
REFUSED = [
    ("kind", "complaint"),
    ("category", "unicorns"),
    ("status", "lost"),
    ("area", "commune:99999"),
    ("on", "yesterday"),
    ("from", "31 février"),
    ("to", "2026-02-31"),
    ("q", "trou " * 40),
    ("responsible", "commune:99999"),
    ("has_photo", "maybe"),
    ("sort", "loudest"),
    ("group", "none-such"),
    ("near", "1,2"),
    ("within", '{"type": "Point"}'),
    ("bbox", "1,2,3"),
]


@pytest.fixture
def staff(world: World) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.user("root"))
    return client


def asked(client: Client, path: str, status: int = 400) -> Element:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:2_000]
    return page_of(answer)


def page_of(answer: Any) -> Element:
    return parse_html(answer.content.decode().partition("<!doctype html>")[2])


def every(of: Element, *names: str) -> Iterator[tuple[Element, dict[str, str]]]:
    """The elements of these names, with their attributes."""
    for child in of.children:
        if isinstance(child, Element):
            if child.name in names:
                yield child, {name: value or "" for name, value in child.attributes}
            yield from every(child, *names)


def texts(of: Element) -> str:
    parts = (texts(child) if isinstance(child, Element) else child for child in of.children)
    return " ".join(parts).strip()


def field(page: Element, name: str) -> tuple[Element, dict[str, str]]:
    """The one control of that name that people see."""
    (found,) = (
        (control, said)
        for control, said in every(page, "input", "select")
        if said.get("name") == name and said.get("type") != "hidden"
    )
    return found


def seen_in(page: Element, name: str) -> str:
    control, said = field(page, name)
    if control.name == "select":
        return "|".join(of["value"] for _o, of in every(control, "option") if "selected" in of)
    value = said.get("value", "")
    if said.get("type") == "date" and len(value.split("-")) != 3:
        return "nothing: a browser shows no such text as a day"
    return value.strip()


def said_beside(page: Element, name: str) -> str:
    ids = field(page, name)[1].get("aria-describedby", "").split()
    slots = [slot for slot, said in every(page, "div") if said.get("id") in ids]
    return " ".join(texts(slot) for slot in slots).strip()


def links_of_summary(page: Element) -> list[str]:
    alerts = [alert for alert, said in every(page, "div") if said.get("role") == "alert"]
    return [said["href"] for alert in alerts for _a, said in every(alert, "a")]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("name", "typed"), REFUSED)
def test_what_was_refused_stands_in_its_field_with_the_reason(
    staff: Client, door: str, name: str, typed: str
) -> None:
    page = asked(staff, f"{door}?{urlencode({name: typed})}")
    said = field(page, name)[1]
    assert seen_in(page, name) == typed.strip()
    assert said["aria-invalid"] == "true"
    assert said_beside(page, name)
    assert f"#{said['id']}" in links_of_summary(page)


@pytest.mark.parametrize("door", DOORS)
def test_what_was_right_stays_beside_what_was_wrong(staff: Client, door: str) -> None:
    given = {
        "status": "open", "area": "commune:90001", "from": "2026-01-01", "q": "trou", "near": "x",
    }  # fmt: skip
    page = asked(staff, f"{door}?{urlencode(given)}")
    assert {name: seen_in(page, name) for name in given} == given
    assert said_beside(page, "near")
    assert said_beside(page, "q") == ""


def test_a_bad_day_leaves_the_field_of_the_next_reader_alone(staff: Client) -> None:
    asked(staff, "/map/?from=tomorrow")
    assert field(asked(staff, "/map/", status=200), "from")[1]["type"] == "date"


@pytest.mark.parametrize("typed", ["01/02/2026", "20260102", "2026-02-30"])
def test_a_day_is_written_in_one_way_in_any_language(staff: Client, typed: str) -> None:
    for language in ("fr", "en"):
        staff.cookies["django_language"] = language
        assert seen_in(asked(staff, f"/map/?from={typed}"), "from") == typed
        written = staff.get(f"/map/?from={typed}").content.decode()
        assert (
            '<input type="text" name="from"' in written
        )  # of two types, a browser takes the first


@pytest.mark.parametrize("door", DOORS)
def test_a_filter_that_is_slowed_down_stays_in_its_fields(
    staff: Client, settings: Any, door: str
) -> None:
    """A page of `/exports/` asks nothing of the database: it is never slowed down."""
    settings.FILTERS_PER_MINUTE = 1
    staff.get(f"{door}?q=banc", REMOTE_ADDR="192.0.2.77")
    status = 200 if door == "/exports/" else 429
    answer = staff.get(f"{door}?q=trou&status=open", REMOTE_ADDR="192.0.2.77")
    assert answer.status_code == status
    page = page_of(answer)
    assert seen_in(page, "q") == "trou"
    assert seen_in(page, "status") == "open"


def test_levels_that_cannot_be_compared_stay_chosen(staff: Client) -> None:
    page = asked(staff, "/statistics/?compare=planet")
    assert seen_in(page, "compare") == "planet"
    assert "planet" in said_beside(page, "compare")


def test_the_page_of_open_data_offers_the_filter(staff: Client) -> None:
    pinned(0.25, 45.25)
    page = asked(staff, "/exports/?kind=report&status=open", status=200)
    assert seen_in(page, "kind") == "report"
    links = [said.get("href") for _a, said in every(page, "a")]
    assert "/exports/submissions.csv?kind=report&status=open" in links


ITEMS = "/ogc/collections/submissions/items"


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("filter", "status = 'new' AND"),
        ("filter", "colour = 'red'"),
        ("bbox", "1,2"),
        ("datetime", "soon"),
        ("limit", "many"),
    ],
)
def test_a_refused_question_in_cql2_stays_in_its_field(
    staff: Client, name: str, typed: str
) -> None:
    given = {"f": "html", "filter": "status = 'new'", name: typed}
    page = asked(staff, f"{ITEMS}?{urlencode(given)}")
    assert field(page, name)[1]["aria-invalid"] == "true"
    assert said_beside(page, name)
    assert links_of_summary(page)
    del given["f"]
    assert {name: seen_in(page, name) for name in given} == given


def test_a_parameter_that_is_none_does_not_come_along(staff: Client) -> None:
    page = asked(staff, f"{ITEMS}?f=html&dragons=1&status=new")
    kept = {said.get("name"): said.get("value") for _i, said in every(page, "input")}
    assert kept["status"] == "new"
    assert "dragons" not in kept


def test_a_costly_question_in_cql2_stays_in_its_field(staff: Client, settings: Any) -> None:
    settings.FILTERS_PER_MINUTE = 1
    for number, status in ((1, 200), (2, 429)):
        typed = f"created_at > TIMESTAMP('2026-01-0{number}T00:00:00Z')"
        query = urlencode({"f": "html", "filter": typed})
        answer = staff.get(f"{ITEMS}?{query}", REMOTE_ADDR="192.0.2.78")
        assert answer.status_code == status
        page = page_of(answer)
        assert seen_in(page, "filter") == typed
    assert "Retry-After" in answer
