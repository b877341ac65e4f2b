"""Statistics: kept tallies and counted rows say the same; nobody is revealed."""

from __future__ import annotations

import random
import statistics
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client

from reports.actions.transfer import move_pin
from reports.actions.triage import set_hidden, transition
from reports.filters import SubmissionFilter
from reports.models import Category, Submission
from reports.pyramid import folding, tallies, truth
from reports.statistics import delays, numbers
from reports.workflow import OPEN, Status, transitions_from
from tests.asking_statistics import API, sent, sent_on, told
from tests.submissions import pinned
from tests.world import World


# ---------------------------------------------------------------- numbers
def test_numbers_of_an_area_by_category_and_month(client: Client, world: World) -> None:
    sent("2026-01-31 23:30")
    sent("2026-02-01 00:30", category="dechets")
    sent("2026-02-10", status=Status.RESOLVED, closed_at=sent_on("2026-04-02"))
    pinned(1.7, 46.7)
    found = told(client, "area=commune:90001")
    assert (found["total"], found["open"], found["closed"]) == (3, 2, 1)
    assert found["by_status"] == {"new": 2, "resolved": 1}
    assert [(row["category"], row["total"]) for row in found["by_category"]] == [
        ("voirie", 2),
        ("dechets", 1),
    ]
    months = {row["month"]: (row["total"], row["open"], row["ended"]) for row in found["by_month"]}
    assert months == {
        "2026-01": (1, 1, 0),
        "2026-02": (2, 1, 0),
        "2026-03": (0, 0, 0),
        "2026-04": (0, 0, 1),
    }


def test_months_are_those_of_the_deployment_as_in_the_filter(client: Client, world: World) -> None:
    pinned(0.3, 45.3, created_at=datetime.fromisoformat("2026-01-31T23:30:00+00:00"))
    assert [row["month"] for row in told(client)["by_month"]] == ["2026-02"]
    assert told(client, "from=2026-02-01&to=2026-02-28")["total"] == 1
    assert told(client, "from=2026-02-01&to=2026-02-27&kind=report")["total"] == 1


def test_delays_are_exact(client: Client, world: World) -> None:
    days = [1, 2, 3, 10, 40]
    for number in days:
        begun = sent_on("2026-01-05")
        one = sent("2026-01-05", status="resolved", closed_at=begun + timedelta(days=number))
        one.events.create(kind="note", is_public=False, text="a", at=begun)
        one.events.create(kind="transition", text="", at=begun)
        one.events.create(kind="reply", text="b", at=begun + timedelta(days=number / 2))
        one.events.create(kind="reply", text="c", at=begun + timedelta(days=number * 2))
    found = told(client, "area=commune:90001")
    cuts = statistics.quantiles(days, n=10, method="inclusive")
    assert found["closing"] == {"number": 5, "median_days": 3.0, "p90_days": round(cuts[-1], 2)}
    assert found["first_reply"]["median_days"] == 1.5
    assert found["by_month"][0]["closing"] == found["closing"]
    assert found["by_category"][0]["first_reply"] == found["first_reply"]
    assert told(client, "status=new")["closing"] == {
        "number": 0,
        "median_days": None,
        "p90_days": None,
    }


def test_delays_of_many_speak_of_the_newest_and_say_so(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delays, "MOST_SAMPLED", 2)
    for day, number in (("2026-01-01", 90), ("2026-02-01", 2), ("2026-03-01", 4)):
        sent(day, status="resolved", closed_at=sent_on(day) + timedelta(days=number))
    found = told(client, "area=commune:90001")
    assert (found["sampled"], found["is_sample_cut"], found["total"]) == (2, True, 3)
    assert found["closing"]["median_days"] == 3.0


def test_people_are_counted_by_fives_and_only_where_nobody_is_told_apart(
    client: Client, world: World
) -> None:
    for number in range(4):
        sent("2026-01-05", reporter_email=f"resident{number}@example.org")
    sent("2026-01-05", reporter_email="Resident1@example.org")
    assert told(client)["people"] is None
    for number in range(4, 7):
        sent("2026-01-05", reporter_email=f"resident{number}@example.org")
    assert told(client, "area=commune:90001")["people"] == 5
    assert told(client, "q=chaussée")["people"] is None
    assert b"example.org" not in client.get(API).content


# ---------------------------------------------------------------- kept = counted = brute force
def random_change(dice: random.Random, world: World) -> None:
    root = world.user("root")
    one = dice.choice(list(Submission.objects.all()))
    what = dice.choice(["hide", "move", "status", "category", "links", "fold"])
    if what == "hide":
        set_hidden(submission=one, by=root, hidden=not one.is_hidden, reason="x")
    elif what == "move" and one.is_open:
        pin = one.pin.clone()
        pin.x, pin.y = dice.uniform(0.1, 1.9), dice.uniform(45.1, 46.9)
        move_pin(submission=one, by=root, pin=pin, reason="x")
    elif what == "status":
        if steps := transitions_from(one.kind, one.status):
            transition(
                submission=one, to=dice.choice(steps), by=root, seen_status=one.status, reply="x"
            )
    elif what == "category":
        Submission.objects.filter(pk=one.pk).update(category=Category.objects.order_by("?")[0])
    elif what == "links":
        one.area_links.filter(area__level__code="commune").delete()
    elif what == "fold":
        folding.fold()


@pytest.mark.parametrize("seed", [1, 2])
def test_tallies_are_exact_whatever_happens(world: World, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(12):
        pinned(
            dice.uniform(0.1, 1.9),
            dice.uniform(45.1, 46.9),
            created_at=sent_on("2026-01-01") + timedelta(days=dice.randrange(100)),
        )
    for _ in range(40):
        random_change(dice, world)
    assert truth.miscounts() == []
    folding.fold()
    assert truth.miscounts() == []


def test_verify_finds_a_wrong_tally_and_rebuild_mends_it(world: World) -> None:
    sent("2026-01-05")
    folding.fold()
    call_command("pyramid", "verify")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_tally SET new = new + 1 WHERE area = 0 AND month > 0")
    with pytest.raises(CommandError):
        call_command("pyramid", "verify")
    call_command("pyramid", "rebuild")
    call_command("pyramid", "verify")
    assert tallies.totals([0])[0]["new"] == 1


def test_what_is_loaded_uncounted_is_in_the_tallies_after_a_rebuild(world: World) -> None:
    one = sent("2026-01-05")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reports_areadelta")
        cursor.execute("DELETE FROM reports_tally")
    assert tallies.totals([0]) == {}
    list(truth.rebuild())
    area = one.area_links.get(area__level__code="commune").area_id
    assert tallies.totals([0, area]) == {
        key: dict.fromkeys(tallies.WHATS, 0) | {"new": 1} for key in (0, area)
    }


def test_statuses_of_tallies_are_those_of_the_workflow() -> None:
    assert set(tallies.WHATS) - set(tallies.ENDS.values()) == set(Status.values)
    assert set(tallies.ENDS) == set(Status.values) - OPEN


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kept_numbers_are_those_of_the_rows(world: World, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(25):
        day = sent_on("2026-01-01") + timedelta(minutes=dice.randrange(150 * 1440))
        status = dice.choice(Status.values)
        pinned(
            dice.uniform(0.1, 1.9),
            dice.uniform(45.1, 46.9),
            category=dice.choice(["voirie", "dechets", "nature"]),
            created_at=day,
            status=status,
            closed_at=None if status in OPEN else day + timedelta(days=dice.randrange(60)),
            is_hidden=dice.random() < 0.2,
        )
        if dice.random() < 0.2:
            folding.fold()
    for query in (
        "",
        "kind=report",
        "category=voirie&category=nature",
        "status=open",
        "status=resolved&status=new",
        "area=commune:90001",
        "area=departement:90&status=closed&kind=report",
        "area=canton:9001&from=2026-02-01&to=2026-03-31",
        "to=2026-02-28",
        "from=2026-03-01&category=dechets",
    ):
        wanted = SubmissionFilter(QueryDict(query))
        assert wanted.is_valid()
        kept, anew = numbers.count(wanted), numbers._counted_anew(wanted)
        assert kept.is_kept, query
        assert _said(kept) == _said(anew), query


def _said(found: numbers.Counted) -> Any:
    def plain(one: numbers.Numbers) -> Any:
        return (+one.by_status, one.ended)

    return (
        plain(found.all),
        {key: plain(one) for key, one in found.by_category.items()},
        {key: plain(one) for key, one in found.by_month.items()},
    )
