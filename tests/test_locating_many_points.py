"""locate_points: a CSV in, the same rows with areas and who answers out."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy
import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.utils import translation
from shapely import box

from geodata import editions
from geodata.bulk import Ground
from geodata.editions import IncomingArea
from geodata.locating import locate
from geodata.models import Level
from tests.roads import road
from tests.world import World


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def run(tmp_path: Path, text: str, *more: str) -> list[dict[str, str]]:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(text, encoding="utf-8")
    call_command("locate_points", str(source), str(target), *more, stdout=io.StringIO())
    with target.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def test_each_row_gets_its_areas_and_who_answers(world: World, tmp_path: Path) -> None:
    first, second = run(
        tmp_path, "id,lon,lat,category\n7,0.75,45.25,dechets\n8,0.25,45.25,voirie\n"
    )
    assert (first["id"], first["commune_code"], first["commune_name"]) == ("7", "90001", "A")
    assert (first["canton_code"], first["quartier_code"]) == ("9001", "")
    assert (first["responsible_level"], first["responsible_code"]) == ("epci", "200000001")
    assert first["reason"].startswith("South, because waste collection is a duty of")
    assert (first["border"], first["to_verify"], first["error"]) == ("false", "false", "")
    assert (second["quartier_code"], second["responsible_name"]) == ("A1", "A")
    assert second["to_verify"] == "true"


def test_bad_rows_say_why_and_do_not_stop_the_others(world: World, tmp_path: Path) -> None:
    rows = run(
        tmp_path,
        "lon;lat;category\nx;45;\n0,75;45,25;voirie\n0.75;45.25;dragons\n500000;6000000;\n"
        "0.75\n\n30;30;\n0.75;45.25;\n",
    )
    errors = [row["error"] for row in rows]
    assert "is not a number" in errors[0]
    assert errors[1] == ""
    assert "dragons" in errors[2]
    assert "metres" in errors[3]
    assert "latitude is missing" in errors[4]
    assert errors[5] == "Outside every area."
    assert rows[6]["responsible_code"] == "90001"
    assert len(rows) == 7


def test_roads_decide_where_they_are_known(world: World, tmp_path: Path) -> None:
    road("departmental", (0.7, 45.25), (0.8, 45.25), ref="D 9")
    on, off = run(tmp_path, "lon,lat,category\n0.75,45.25,voirie\n0.75,45.3,voirie\n")
    assert (on["responsible_code"], on["to_verify"]) == ("90", "false")
    assert (off["responsible_code"], off["to_verify"]) == ("90001", "false")


def test_another_day_has_other_areas(world: World, tmp_path: Path) -> None:
    (row,) = run(tmp_path, "lon,lat\n0.75,45.25\n", "--on=2010-01-01")
    assert row["error"] == "Outside every area."


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("", (), "lon, lat"),
        ("x,y\n1,2\n", (), "lon, lat"),
        ("lon,lat,reason\n1,2,3\n", (), "reason"),
        ("lon,lat\n1,2\n", ("--on=soon",), "soon"),
    ],
)
def test_a_file_that_is_none_is_refused(
    world: World, tmp_path: Path, text: str, more: tuple[str, ...], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        run(tmp_path, text, *more)
    assert not (tmp_path / "out.csv").exists()
    assert not (tmp_path / "out.csv.part").exists()


def test_a_refusal_leaves_an_older_answer_as_it_was(world: World, tmp_path: Path) -> None:
    run(tmp_path, "lon,lat\n0.75,45.25\n")
    before = (tmp_path / "out.csv").read_bytes()
    (tmp_path / "in.csv").write_bytes(b"lon,lat\n0.75,45.25\n\xff\xfe,1\n")
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("locate_points", str(tmp_path / "in.csv"), str(tmp_path / "out.csv"))
    assert (tmp_path / "out.csv").read_bytes() == before


def test_a_missing_file_and_the_same_file_are_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("locate_points", str(tmp_path / "no.csv"), str(tmp_path / "out.csv"))
    same = tmp_path / "in.csv"
    same.write_text("lon,lat\n")
    with pytest.raises(CommandError, match="must differ"):
        call_command("locate_points", str(same), str(same))


def test_borders_corners_and_holes_are_decided_as_for_one_pin(world: World) -> None:
    editions.load(
        [
            IncomingArea(
                "RING", "Ring", box(1.2, 46.2, 1.8, 46.8).difference(box(1.4, 46.4, 1.6, 46.6))
            ),
            IncomingArea("HEART", "Enclave", box(1.4, 46.4, 1.6, 46.6)),
        ],
        level=Level.objects.get(code="quartier"),
        valid_from=date(2019, 1, 1),
        series="rings",
    )
    lines = (0, 0.5, 1, 1.2, 1.4, 1.5, 1.6, 1.8, 2)
    metre = 1 / 111_150
    steps = (0, 0.005 * metre, 0.02 * metre, 3 * metre, -4.9 * metre, 5.1 * metre)
    pins = [(lon + step, 45 + lat + step / 2) for lon in lines for lat in lines for step in steps]
    ground = Ground.load(on=date(2020, 1, 1))
    located = ground.locate(*numpy.array(pins).T)
    found: list[list[tuple[int, bool, float]]] = [[] for _ in pins]
    for point, area, owns, metres in zip(
        located.point, located.area, located.is_owner, located.distance_m, strict=True
    ):
        found[point].append((ground.areas[area].id, bool(owns), round(float(metres), 3)))
    for number, (lon, lat) in enumerate(pins):
        areas = locate(Point(lon, lat, srid=4326), on=date(2020, 1, 1)).areas
        expected = [(area.id, area.is_owner, round(area.distance_m, 3)) for area in areas]
        assert found[number] == expected, (lon, lat)
