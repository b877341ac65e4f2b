"""Statistics of areas side by side, the page, and its file."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from geodata.models import Collectivity
from reports.actions.triage import reply
from reports.models import Submission, SubmissionArea
from reports.workflow import Status
from tests.asking_statistics import API, sent, sent_on, told
from tests.submissions import pinned
from tests.world import World

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
                category_id=copy.category_id,
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
