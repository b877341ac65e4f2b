"""Overlays from tables, and from files that hold several layers or parts."""

import sqlite3
from pathlib import Path

import pytest

from geodata.sources import Options
from layers.errors import WrongFile
from layers.models import ImportState
from tests import overlays
from tests.overlay_files import (
    PLACE,
    answered_with,
    codes,
    metres,
    place_of,
    read_and_answered,
    written,
    zipped,
)
from tests.world import World


def test_shapefile_without_prj_asks_and_is_read_with_the_answer(
    world: World, tmp_path: Path
) -> None:
    written(tmp_path / "a.shp", "ESRI Shapefile", "EPSG:2154", 2154)
    read = overlays.read(world, zipped(tmp_path, "a", without=(".prj",)))
    assert (read.state, read.question["asks"]) == (ImportState.ASKING, "crs")
    assert read.question["choices"][0] == "EPSG:2154"
    assert read.feature_count == 0
    answered = answered_with(read, Options(crs="EPSG:2154"))
    assert answered.state == ImportState.READ
    assert answered.question == {}
    assert place_of(answered) == pytest.approx(PLACE, abs=1e-5)


def test_prj_as_esri_writes_it_is_recognised(world: World, tmp_path: Path) -> None:
    written(tmp_path / "a.shp", "ESRI Shapefile", "EPSG:2154", 2154)
    assert "AUTHORITY" not in (tmp_path / "a.prj").read_text()
    read = overlays.read(world, zipped(tmp_path, "a"))
    assert (read.kind, place_of(read)) == ("zipped Shapefile", pytest.approx(PLACE, abs=1e-5))
    assert "RGF93 v1 / Lambert-93 (EPSG:2154)" in read.findings.get(code="converted").sentence
    assert read.features.get().name == "École"


@pytest.mark.parametrize("kind", ["gpkg", "zip", "gpx"])
def test_file_of_several_layers_asks_which_and_takes_all_as_folders(
    world: World, tmp_path: Path, kind: str
) -> None:
    if kind == "gpkg":
        path = written(tmp_path / "a.gpkg", "GPKG", "EPSG:4326", layer="parcs")
        written(path, "GPKG", "EPSG:4326", layer="écoles")
        content, names = path.read_bytes(), ["parcs", "écoles"]
    elif kind == "zip":
        for name in ("parcs", "écoles"):
            written(tmp_path / f"{name}.shp", "ESRI Shapefile", "EPSG:4326")
        content, names = zipped(tmp_path, "parcs", "écoles"), ["parcs", "écoles"]
    else:
        content, names = GPX, ["waypoints", "routes", "tracks"]
    read = overlays.read(world, content)
    assert read.question["asks"] == "layer"
    assert read.question["choices"] == [*names, "*"]
    assert answered_with(read, Options(layer=names[1])).feature_count == 1
    every = answered_with(read, Options(layer="*"))
    assert sorted(every.features.values_list("folder", flat=True)) == sorted(names)


GPX = b"""<?xml version="1.0"?>
<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><name>Balade</name></metadata>
<wpt lat="45.5" lon="0.5"><ele>120</ele><name>Banc</name><type>mobilier</type></wpt>
<rte><name>Retour</name><rtept lat="45.5" lon="0.5"/><rtept lat="45.6" lon="0.6"/></rte>
<trk><name>Aller</name><desc>Le matin</desc>
<trkseg><trkpt lat="45.1" lon="0.1"/><trkpt lat="45.2" lon="0.2"/>
<trkpt lat="x" lon="0.2"/></trkseg>
<trkseg><trkpt lat="45.3" lon="0.3"/><trkpt lat="45.4" lon="0.4"/></trkseg></trk>
</gpx>"""


def test_gpx_keeps_names_segments_and_says_what_it_left_out(world: World) -> None:
    read = overlays.uploaded(world, GPX)
    every = read_and_answered(read, Options(layer="*"))
    told = [(f.name, f.geom.geom_type, f.fields) for f in every.features.all()]
    assert told == [
        ("Banc", "Point", {"name": "Banc", "type": "mobilier"}),
        ("Retour", "LineString", {"name": "Retour"}),
        ("Aller", "MultiLineString", {"name": "Aller", "desc": "Le matin"}),
    ]
    assert every.features.get(name="Aller").description == "Le matin"
    assert sorted(codes(every)) == ["altitude-dropped", "points-left-out"]


def test_gpx_with_a_document_type_is_refused(world: World) -> None:
    content = GPX.replace(b"<gpx", b'<!DOCTYPE gpx [<!ENTITY a "b">]><gpx', 1)
    with pytest.raises(WrongFile, match="DOCTYPE"):
        overlays.uploaded(world, content)


TABLES: dict[str, tuple[str, str]] = {
    "semicolons and decimal commas": ("Nom;Longitude;Latitude\nÉcole;0,5;45,5\n", "utf-8"),
    "commas and points": ('name,lon,lat\n"École, rue",0.5,45.5\n', "utf-8"),
    "tabs": ("nom\tlat\tlng\nÉcole\t45.5\t0.5\n", "utf-8"),
    "windows": ("nom;lon;lat\nÉcole d’été;0,5;45,5\n", "windows-1252"),
    "utf-16": ("nom;lon;lat\nÉcole;0,5;45,5\n", "utf-16"),
    "utf-8 with BOM": ("nom;lon;lat\r\nÉcole;0,5;45,5\r\n", "utf-8-sig"),
    "wkt": ("nom;geom\nÉcole;POINT (0.5 45.5)\n", "utf-8"),
    "lat, lon in one": ('nom;Geo Point\nÉcole;"45.5, 0.5"\n', "utf-8"),
    "quoted line end": ('nom;lon;lat\n"École\nrue";0,5;45,5\n', "utf-8"),
}


@pytest.mark.parametrize(("text", "encoding"), TABLES.values(), ids=TABLES.keys())
def test_table_is_read_however_it_was_written(world: World, text: str, encoding: str) -> None:
    read = overlays.read(world, text.encode(encoding))
    assert (read.state, read.kind) == (ImportState.READ, "CSV")
    assert place_of(read) == PLACE
    assert read.features.get().name.startswith("École")
    assert codes(read) == ["columns-found"]


def test_rows_without_a_place_are_named_by_line_and_never_land_at_zero(world: World) -> None:
    rows = "nom;lon;lat\nA;0,5;45,5\nB;;\nC;0;0\nD;est;nord\nE;0,6;45,6\n"
    read = overlays.read(world, rows.encode())
    told = read.findings.filter(severity="error").values_list("code", "placemark", "line")
    assert list(told) == [
        ("row-without-place", "B", 3),
        ("row-at-zero", "C", 4),
        ("not-numbers", "D", 5),
    ]
    assert [feature.name for feature in read.features.all()] == ["A", "E"]


def test_x_and_y_in_metres_ask_and_offer_lambert_93(world: World) -> None:
    x, y = metres(2154)
    read = overlays.read(world, f"nom;x;y\nÉcole;{x};{y}\n".replace(".", ",").encode())
    assert read.question["asks"] == "crs"
    assert read.question["choices"][0] == "EPSG:2154"
    assert place_of(answered_with(read, Options(crs="EPSG:2154"))) == pytest.approx(PLACE, abs=1e-5)


def test_columns_named_after_lambert_93_are_taken_for_it_and_it_is_said(world: World) -> None:
    x, y = metres(2154)
    read = overlays.read(world, f"nom;X_L93;Y_L93\nÉcole;{x};{y}\n".encode())
    assert place_of(read) == pytest.approx(PLACE, abs=1e-5)
    assert codes(read) == ["columns-found", "converted"]


def test_cc_zone_is_guessed_from_the_numbers(world: World) -> None:
    x, y = metres(3946, 0.9, 45.9)
    read = overlays.read(world, f"nom;x;y\nÉcole;{x};{y}\n".encode())
    assert "EPSG:3946" in read.question["choices"]


def test_wkt_with_srid_is_converted(world: World) -> None:
    x, y = metres(2154)
    read = overlays.read(world, f"nom,wkt\nÉcole,SRID=2154;POINT({x} {y})\n".encode())
    assert place_of(read) == pytest.approx(PLACE, abs=1e-5)


def test_table_whose_columns_nobody_knows_asks_for_them(world: World) -> None:
    read = overlays.read(world, b"nom;est;nord\nA;0,5;45,5\n")
    assert read.question["asks"] == "columns"
    assert read.question["choices"] == ["nom", "est", "nord"]
    assert place_of(answered_with(read, Options(x_column="est", y_column="nord"))) == PLACE


def test_views_and_virtual_tables_of_a_geopackage_are_no_layers(
    world: World, tmp_path: Path
) -> None:
    path = written(tmp_path / "a.gpkg", "GPKG", "EPSG:4326", layer="parcs")
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIEW vue AS SELECT * FROM parcs")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
            " VALUES ('vue', 'features', 'vue', 4326)"
        )
    read = overlays.read(world, path.read_bytes())
    assert (read.state, read.feature_count) == (ImportState.READ, 1)
