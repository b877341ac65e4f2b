"""Submissions as files, read back with independent readers."""

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from reports.exports import rows_under
from reports.filters import SubmissionFilter
from reports.models import Submission
from reports.records import FIELDS
from tests.exported import FORMATS, exported, refs_in, rows_in
from tests.submissions import pinned
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("extension", FORMATS)
def test_a_file_holds_what_the_filter_means_and_nothing_hidden(
    world: World, extension: str
) -> None:
    kept = [pinned(0.3, 45.3), pinned(0.4, 45.4, reporter_email="resident@example.org")]
    pinned(0.3, 45.3, is_hidden=True)
    pinned(0.3, 46.3)
    data = exported(extension, "area=commune:90001&sort=oldest")
    assert refs_in(extension, data) == [one.ref for one in kept]
    assert b"resident@example.org" not in data


@pytest.mark.parametrize("extension", FORMATS)
def test_an_empty_answer_is_a_whole_file(world: World, extension: str) -> None:
    assert refs_in(extension, exported(extension, "kind=proposal")) == []


@pytest.mark.parametrize("extension", ["geojson", "kml", "gpkg"])
def test_the_place_is_longitude_first(world: World, extension: str) -> None:
    pinned(0.3, 45.25)
    [row] = rows_in(extension, exported(extension))
    assert row["point"] == pytest.approx([0.3, 45.25])


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_tables_have_every_field_and_the_place(world: World, extension: str) -> None:
    pinned(0.3, 45.25)
    [row] = rows_in(extension, exported(extension))
    assert (float(row["lon"]), float(row["lat"])) == (0.3, 45.25)
    assert row["areas"] == ("region:99 departement:90 epci:200000001 commune:90001 quartier:A1")
    assert row["responsible_code"] == "commune:90001"
    if extension == "csv":
        assert set(row) == {field.name for field in FIELDS} | {"lon", "lat"}


@pytest.mark.parametrize("begin", [*"=+-@\t\r＝", "=HYPERLINK(1;2)"])
def test_no_spreadsheet_runs_what_a_resident_wrote(world: World, begin: str) -> None:
    pinned(0.3, 45.3, description=f"{begin}1+1")
    [row] = rows_in("csv", exported("csv"))
    assert row["description"].startswith("'")
    [row] = rows_in("xlsx", exported("xlsx"))  # the reader refuses formulas
    assert "1+1" in row["description"]


def test_quotes_semicolons_and_lines_stay_in_their_cell(world: World) -> None:
    said = 'Un "trou" ; ici\net là <b>&\x0b</b>'
    pinned(0.3, 45.3, description=said)
    for extension in ("csv", "geojson", "gpkg"):
        [row] = rows_in(extension, exported(extension))
        assert row["description"] == said, extension


def test_files_say_their_licence(world: World) -> None:
    document = json.loads(exported("geojson"))
    assert document["licence"].startswith("Licence Ouverte")
    assert document["attribution"]
    assert "Licence Ouverte" in exported("kml").decode()
    assert b"Licence Ouverte" in exported("gpkg")
    with zipfile.ZipFile(BytesIO(exported("xlsx"))) as archive:
        assert b"Licence Ouverte" in archive.read("xl/worksheets/sheet3.xml")
    answer = Client().get("/exports/submissions.csv")
    assert 'rel="license"' in answer["Link"]


def test_what_is_hidden_while_a_client_reads_is_left_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which ones is asked once; each batch is read when its turn comes."""
    monkeypatch.setattr("reports.exports.rows._BATCH", 2)
    sent = [pinned(0.3, 45.3) for _ in range(5)]
    wanted = SubmissionFilter(_query("sort=oldest"))
    assert wanted.is_valid()
    rows = rows_under(wanted)
    assert next(rows).id == sent[0].ref
    Submission.objects.filter(pk=sent[3].pk).update(is_hidden=True)
    late = pinned(0.3, 45.3)
    assert [row.id for row in rows] == [sent[1].ref, sent[2].ref, sent[4].ref]
    assert late.ref not in exported("csv", "status=closed").decode()


def test_a_longer_file_asks_a_few_questions_a_batch(
    world: World, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        pinned(0.3, 45.3)
    with django_assert_max_num_queries(10):
        exported("csv")


def test_head_asks_nothing_and_says_what_would_come(
    world: World, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(1):
        answer = Client().head("/exports/submissions.csv?kind=report")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; filename=")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/exports/submissions.pdf", 404),
        ("/exports/submissions.csv?statut=open", 400),
        ("/exports/submissions.csv?cursor=x", 400),
        ("/exports/submissions.csv?within={", 400),
        ("/exports/?kind=wish", 400),
        ("/exports/?kind=report", 200),
    ],
)
def test_what_is_asked_wrongly_is_refused(world: World, path: str, status: int) -> None:
    assert Client().get(path).status_code == status


def test_a_client_takes_so_many_files_a_minute(world: World, settings: Any) -> None:
    caches["limits"].clear()
    settings.EXPORTS_PER_MINUTE = 2
    assert len(exported("csv")) == len(exported("csv"))
    refused = Client().get("/exports/submissions.csv")
    assert refused.status_code == 429
    assert refused["Retry-After"]
    caches["limits"].clear()


def test_a_file_that_takes_too_long_is_refused_before_it_begins(
    live_world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports.filters import meaning

    pinned(0.3, 45.3)
    settings.EXPORT_TIMEOUT_S = 0.1
    sleeping = ["(SELECT TRUE FROM pg_sleep(5)) AND reports_submission.id IS NOT NULL"]
    monkeypatch.setattr(meaning, "but_areas", lambda rows, given: rows.extra(where=sleeping))
    assert Client().get("/exports/submissions.csv").status_code == 422


def test_the_page_names_every_field_and_parameter(world: World) -> None:
    page = Client().get("/exports/?kind=report").content.decode()
    for field in FIELDS:
        assert f"<code>{field.name}</code>" in page
    assert "/exports/submissions.gpkg?kind=report" in page


def _query(text: str) -> Any:
    from django.http import QueryDict

    return QueryDict(text)
