"""Files we write are read by others: GeoJSON and GeoPackage, from rows that are no models."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import fiona
import pytest
import shapely
from shapely import Point, Polygon, box

from geodata.writing import About, Row, geojson, geopackage
from geodata.writing.geopackage import MOMENT, NUMBER, TEXT, WHOLE, YES_OR_NO, column_names

ABOUT = About("Été à Pau", attribution="Ville de Pau", licence="Licence Ouverte 2.0")
CLOCKWISE = Polygon([(0, 0), (0, 1), (1, 1), (1, 0)], [[(0.2, 0.2), (0.4, 0.2), (0.4, 0.4)]])


def _row(shape: shapely.Geometry | None, **properties: object) -> Row:
    return Row(None if shape is None else shapely.to_wkb(shape), properties, id=7)


def test_geojson_keeps_shapes_texts_and_licence_and_runs_outer_rings_counterclockwise() -> None:
    rows = [_row(CLOCKWISE, name="« L’été »\n", count=3), _row(None, name=None)]
    document = json.loads(b"".join(geojson(rows, about=ABOUT)))
    assert document["type"] == "FeatureCollection"
    assert (document["name"], document["licence"]) == ("Été à Pau", "Licence Ouverte 2.0")
    first, second = document["features"]
    assert first["properties"] == {"name": "« L’été »\n", "count": 3}
    assert first["id"] == 7
    shape = shapely.geometry.shape(first["geometry"])
    assert shape.equals(CLOCKWISE)
    assert shape.exterior.is_ccw
    assert not shape.interiors[0].is_ccw
    assert second["geometry"] is None


def test_geojson_of_nothing_is_an_empty_collection() -> None:
    assert json.loads(b"".join(geojson([], about=ABOUT)))["features"] == []


def test_geojson_asks_for_rows_as_it_is_read_and_not_before() -> None:
    asked = 0

    def rows() -> Iterator[Row]:
        nonlocal asked
        for number in range(10_000):
            asked = number + 1
            yield _row(Point(number / 100, 0))

    pieces = geojson(rows(), about=ABOUT)
    next(pieces), next(pieces)
    assert asked <= 200


def _opened(tmp_path: Path, rows: list[Row], columns: dict[str, str]) -> Path:
    path = tmp_path / "written.gpkg"
    with geopackage(rows, about=ABOUT, columns=columns, table="quartiers") as file:
        path.write_bytes(file.read())
    return path


def test_geopackage_is_read_back_by_gdal_with_types_shapes_and_licence(tmp_path: Path) -> None:
    moment = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    columns = {"name": TEXT, "n": WHOLE, "share": NUMBER, "open": YES_OR_NO, "at": MOMENT}
    rows = [
        _row(CLOCKWISE, name="Élan", n=3_000_000_000, share=0.5, open=False, at=moment),
        _row(box(2, 2, 3, 3), name=["a", 1], n="x", share="", open=None, at="no day"),
        _row(None, name="nowhere"),
    ]
    path = _opened(tmp_path, rows, columns)
    with fiona.open(path, driver="GPKG", layer="quartiers") as source:
        assert source.crs == "EPSG:4326"
        assert source.tags()["licence"] == "Licence Ouverte 2.0"
        first, second, third = list(source)
    assert shapely.geometry.shape(first.geometry).equals(CLOCKWISE)
    assert dict(first.properties) == {
        "name": "Élan",
        "n": 3_000_000_000,
        "share": 0.5,
        "open": False,
        "at": "2026-11-25T08:30:00+00:00",
    }
    assert second.properties["name"] == '["a", 1]'
    assert second.properties["n"] is None
    assert second.properties["at"] is None
    assert third.geometry is None


def test_geopackage_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with geopackage([_row(Point(0, 0), name="A")], about=ABOUT, columns={"name": TEXT}) as file:
        assert file.read(6) == b"SQLite"
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (["Code", "code"], ["Code", "code_2"]),
        (["fid", "GEOM"], ["fid_2", "GEOM_2"]),
        (["", "a_2", "a", "A"], ["_", "a_2", "a", "A_3"]),
    ],
)
def test_column_names_differ_for_sqlite_too(keys: list[str], names: list[str]) -> None:
    assert list(column_names(keys).values()) == names
