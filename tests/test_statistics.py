"""Statistics: kept tallies and counted rows say the same; nobody is revealed."""

from __future__ import annotations

import csv
import random
import statistics
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from geodata.models import Collectivity
from reports.actions.transfer import move_pin
from reports.actions.triage import reply, set_hidden, transition
from reports.filters import SubmissionFilter
from reports.models import Category, Submission, SubmissionArea
from reports.pyramid import folding, tallies, truth
from reports.statistics import delays, numbers
from reports.workflow import OPEN, Status, transitions_from
from tests.submissions import pinned
from tests.world import World

API = "/api/v1/statistics"
PARIS = timezone.get_default_timezone()


def told(client: Client, query: str = "", path: str = API) -> dict[str, Any]:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def sent_on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def sent(day: str, **fields: Any) -> Submission:
    """One in commune A, sent on a day and closed where `closed_at` says so."""
    return pinned(0.3, 45.3, created_at=sent_on(day), **fields)


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
    for one in Submission.objects.all():
        one.area_links.update(created_at=one.created_at)
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


# ---------------------------------------------------------------- areas
AREAS = f"{API}/areas"


def populate(code: str, population: int | None) -> None:
    Collectivity.objects.filter(level__code="commune", code=code).update(population=population)


def ground_km2(code: str) -> float:
    """As PostGIS measures it, through geography."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Area(geom::geography) / 1e6 FROM geodata_area WHERE code = %s", [code]
        )
        return float(cursor.fetchone()[0])


def by_code(found: dict[str, Any]) -> dict[str, Any]:
    return {row["code"]: row for row in found["areas"]}


def test_totals_of_areas_for_a_map(client: Client, world: World) -> None:
    populate("90001", 2_000)
    pinned(0.3, 45.3)
    pinned(0.3, 45.4, status="resolved")
    pinned(1.7, 45.5, category="dechets")
    found = by_code(told(client, "level=commune&category=voirie", AREAS))
    per_km2, area_km2 = found["90001"].pop("per_km2"), found["90001"].pop("area_km2")
    assert area_km2 == pytest.approx(ground_km2("90001"), rel=1e-3)
    assert per_km2 == pytest.approx(2 / area_km2, rel=1e-3)
    assert found["90001"] == {
        "code": "90001",
        "name": "A",
        "total": 2,
        "open": 1,
        "per_1000": 1.0,
        "population": 2_000,
        "rank": None,
        "rank_per_1000": None,
    }
    assert (found["90002"]["total"], found["90002"]["per_1000"]) == (0, None)
    assert (found["90002"]["per_km2"], found["90002"]["area_km2"] > 0) == (0, True)
    assert found["90003"]["total"] is None, "nothing was ever sent there"
    assert found["90003"]["per_km2"] is None


def test_little_is_never_rounded_to_nothing(client: Client, world: World) -> None:
    populate("90001", 4_000_000)
    pinned(0.3, 45.3)
    found = by_code(told(client, "level=commune", AREAS))["90001"]
    assert found["per_1000"] == 0.00025
    assert found["per_km2"] == pytest.approx(1 / found["area_km2"], rel=1e-3)


def test_months_alone_are_those_in_which_something_was_sent(client: Client, world: World) -> None:
    sent("2026-01-31 23:30")
    sent("2026-03-10", status=Status.RESOLVED, closed_at=sent_on("2026-05-02"))
    pinned(1.7, 46.7)
    counted = [
        {"month": "2026-01", "total": 1, "open": 1},
        {"month": "2026-02", "total": 0, "open": 0},
        {"month": "2026-03", "total": 1, "open": 0},
    ]
    assert told(client, "area=commune:90001", f"{API}/months") == {"months": counted}
    words = told(client, "area=commune:90001&q=trou&to=2026-02-28", f"{API}/months")
    assert words == {"months": counted[:1]}


@pytest.mark.parametrize("path", [f"{API}/areas?level=commune", f"{API}/months?"])
def test_what_maps_ask_again_is_not_sent_again(client: Client, world: World, path: str) -> None:
    submission = sent("2026-01-31")
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    Submission.objects.filter(pk=submission.pk).update(is_hidden=True)
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_which_areas_and_which_submissions_are_two_questions(client: Client, world: World) -> None:
    pinned(0.3, 45.3, description="lampadaire")
    pinned(1.7, 46.7)
    view = told(client, "level=commune&view=0.1,45.1,0.2,45.2", AREAS)
    assert list(by_code(view)) == ["90001"]
    parent = told(client, "level=commune&parent=epci:200000002", AREAS)
    assert list(by_code(parent)) == ["90003", "90004"]
    words = by_code(told(client, "level=commune&q=lampadaire&from=2026-01-03", AREAS))
    assert (words["90001"]["total"], words["90004"]["total"]) == (1, 0)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "level"),
        ("level=lost", "level"),
        ("level=commune&view=1,2,3", "view"),
        ("level=commune&parent=commune", "parent"),
        ("level=commune&parent=%00:x", "parent"),
        ("level=%00", "level"),
        ("level=commune&area=commune:90001", "area"),
        ("level=commune&lost=1", "lost"),
        ("level=commune&status=lost", "status"),
    ],
)
def test_bad_questions_about_areas_are_refused_by_name(
    client: Client, world: World, query: str, name: str
) -> None:
    answer = client.get(f"{AREAS}?{query}")
    assert answer.status_code == 400, answer.content
    assert list(answer.json()["errors"]) == [name]


def test_nobody_is_ranked_below_thirty(client: Client, world: World) -> None:
    populate("90001", 1_000)
    populate("90002", 100)
    for code, lon, number in (("90001", 0.3, 31), ("90002", 1.7, 30), ("90003", 0.3, 29)):
        one = pinned(lon, 46.5 if code == "90003" else 45.5)
        copies = []
        for _ in range(number - 1):
            copy = Submission.objects.get(pk=one.pk)
            copy.pk, copy.client_uuid, copy.ref = None, None, None
            copies.append(copy)
        for n, copy in enumerate(copies):
            copy.client_uuid = f"00000000-0000-4000-8000-{code}{n:07d}"
            copy.ref = f"T{code}{n}"
            copy.save()
        links = list(one.area_links.all())
        SubmissionArea.objects.bulk_create(
            SubmissionArea(
                submission=copy,
                area_id=link.area_id,
                is_owner=True,
                created_at=copy.created_at,
                is_open=True,
            )
            for copy in copies
            for link in links
        )
    found = by_code(told(client, "level=commune", AREAS))
    ranks = {code: (row["total"], row["rank"], row["rank_per_1000"]) for code, row in found.items()}
    assert ranks == {
        "90001": (31, 1, 2),
        "90002": (30, 2, 1),
        "90003": (29, None, None),
        "90004": (None, None, None),
    }


def test_reply_event_through_the_verb_counts_as_an_answer(client: Client, world: World) -> None:
    one = pinned(0.3, 45.3)
    reply(submission=one, by=world.user("root"), text="Merci")
    assert told(client)["first_reply"]["number"] == 1


# ---------------------------------------------------------------- the page and its file
PAGE, FILE = "/statistics/", "/exports/statistics.csv"


def test_the_page_says_it_in_a_sentence_a_drawing_and_tables(client: Client, world: World) -> None:
    sent("2026-01-05", status="resolved", closed_at=sent_on("2026-01-08"))
    sent("2026-03-05")
    answer = client.get(f"{PAGE}?area=commune:90001", headers={"Accept-Language": "fr"})
    page = " ".join(answer.content.decode().split())
    assert "<strong>2</strong> envois : 1 ouvert, 1 clos." in page
    assert "la moitié en 3,0 jours" in page
    assert page.count('<rect class="chart-open"') == 3
    assert page.count("<title id=") == page.count("<desc id=") == 1
    assert ">février 2026</th>" in page
    assert "<style" not in page
    assert 'style="' not in page


def test_where_there_is_nothing_the_page_says_so(client: Client, world: World) -> None:
    answer = client.get(PAGE, headers={"Accept-Language": "fr"})
    assert "Pas de données" in answer.content.decode()


def test_the_page_compares_areas_and_says_why_some_are_not_ranked(
    client: Client, world: World
) -> None:
    populate("90001", 1_000)
    pinned(0.3, 45.3)
    pinned(1.7, 45.5)
    inside = client.get(f"{PAGE}?area=epci:200000001&compare=commune").context["compared"]
    assert [row.place.code for row in inside] == ["90001", "90002"]
    page = client.get(f"{PAGE}?compare=commune", headers={"Accept-Language": "fr"})
    text = page.content.decode()
    assert "moins de 30 envois ne sont pas classés" in text
    assert all(said in text for said in ("population inconnue", "pas de données", "1,00"))
    chosen = client.get(f"{PAGE}?area=commune:90002&area=commune:90003").context["compared"]
    assert [row.place.code for row in chosen] == ["90002", "90003"]


@pytest.mark.parametrize("path", [PAGE, FILE])
@pytest.mark.parametrize("query", ["compare=lost", "compare=%00", "status=lost", "lost=1"])
def test_bad_questions_are_refused(client: Client, world: World, path: str, query: str) -> None:
    assert client.get(f"{path}?{query}").status_code == 400


def test_the_file_says_what_the_api_says(client: Client, world: World) -> None:
    sent("2026-01-05", status="resolved", closed_at=sent_on("2026-01-08"))
    sent("2026-01-06", category="dechets")
    answer = client.get(f"{FILE}?compare=epci")
    text = answer.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    everything = told(client)
    assert (rows[0]["about"], rows[0]["total"]) == ("all", str(everything["total"]))
    assert float(rows[0]["closing_median_days"]) == everything["closing"]["median_days"]
    assert [row["key"] for row in rows[1:]] == [
        "dechets",
        "voirie",
        "2026-01",
        "epci:200000001",
        "epci:200000002",
    ]
    assert client.head(FILE).status_code == 200


def test_the_territory_page_leads_there(client: Client, world: World) -> None:
    assert b"/statistics/?area=commune:90001" in client.get("/areas/commune/90001/").content
