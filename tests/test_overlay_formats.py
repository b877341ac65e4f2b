"""Every kind of file comes through the same door; the kind is told by content."""

import io
import json
import sqlite3
import zipfile
from pathlib import Path

import fiona
import pytest
from pyproj import Transformer
from shapely.geometry import mapping, shape

from geodata.models import Purpose, ReferenceFeature
from geodata.sources import Options
from layers import actions, importing
from layers.errors import WrongFile
from layers.models import ImportState, OverlayImport
from tests import overlays
from tests.world import World

PLACE = (0.5, 45.5)
"""In commune A of the toy world."""


def _metres(epsg: int, lon: float = PLACE[0], lat: float = PLACE[1]) -> tuple[float, float]:
    x, y = Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat)
    return round(x, 2), round(y, 2)


def _written(
    path: Path, driver: str, crs: str | None, epsg: int = 4326, layer: str | None = None
) -> Path:
    """One point with a name and a number."""
    schema = {"geometry": "Point", "properties": {"nom": "str", "no": "int"}}
    x, y = _metres(epsg)
    with fiona.open(path, "w", driver=driver, crs=crs, schema=schema, layer=layer) as file:
        geometry = {"type": "Point", "coordinates": (x, y)}
        file.write({"geometry": geometry, "properties": {"nom": layer or "École", "no": 7}})
    return path


def _zipped(folder: Path, *stems: str, without: tuple[str, ...] = ()) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            if path.stem in stems and path.suffix not in without:
                archive.write(path, f"carte/{path.name}")
    return packed.getvalue()


def _codes(overlay_import: OverlayImport) -> list[str]:
    return list(overlay_import.findings.values_list("code", flat=True))


def _place(overlay_import: OverlayImport) -> tuple[float, float]:
    x, y = overlay_import.features.get().geom.coords
    return round(x, 5), round(y, 5)


def geojson(*coordinates: list[float], **more: object) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"nom": f"P{number}", "n": number, "ok": True, "list": [1, "é"]},
            "geometry": {"type": "Point", "coordinates": position},
        }
        for number, position in enumerate(coordinates)
    ]
    return json.dumps({"type": "FeatureCollection", **more, "features": features}).encode()


def test_geojson_keeps_names_and_every_field_with_its_type(world: World) -> None:
    read = overlays.read(world, geojson([0.5, 45.5, 12.0]))
    feature = read.features.get()
    assert (read.state, read.kind, feature.name) == (ImportState.READ, "GeoJSON", "P0")
    assert feature.fields == {"nom": "P0", "n": 0, "ok": True, "list": [1, "é"]}
    assert feature.geom.hasz is False
    assert _codes(read) == ["altitude-dropped"]


def test_geojson_style_is_that_of_simplestyle(world: World) -> None:
    content = {
        "type": "Feature",
        "properties": {"stroke": "#F00", "stroke-width": 3, "fill": "red", "fill-opacity": 0.5},
        "geometry": json.loads(json.dumps(mapping(shape(_SQUARE)))),
    }
    feature = overlays.read(world, json.dumps(content).encode()).features.get()
    assert feature.style == {"stroke": "#ff0000", "stroke_width": 3.0, "fill_opacity": 0.5}


_SQUARE = {"type": "Polygon", "coordinates": [[(0, 45), (1, 45), (1, 46), (0, 46), (0, 45)]]}


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\n\x1e"], ids=["lf", "crlf", "rfc8142"])
def test_lines_of_geojson_are_read_each_with_its_line(world: World, separator: str) -> None:
    features = json.loads(geojson([0.5, 45.5], [0.6, 45.6]))["features"]
    start = "\x1e" if "\x1e" in separator else ""
    content = start + separator.join(json.dumps(feature) for feature in features) + "\n"
    read = overlays.read(world, content.encode())
    assert read.kind == "GeoJSON lines"
    assert list(read.features.values_list("name", "line")) == [("P0", 1), ("P1", 2)]


def test_bad_features_are_named_and_the_others_kept(world: World) -> None:
    collection = json.loads(geojson([0.5, 45.5], [0.6, 45.6], [0.7, 45.7], [0, 0]))
    collection["features"][1]["geometry"] = None
    collection["features"][2]["geometry"]["coordinates"] = ["east", "north"]
    read = overlays.read(world, json.dumps(collection).encode())
    told = read.findings.values_list("severity", "code", "placemark")
    assert list(told) == [
        ("error", "empty", "P1"),
        ("error", "broken-shape", "P2"),
        ("warning", "zero-position", "P3"),
        ("warning", "outside-territory", "P3"),
    ]
    assert [feature.name for feature in read.features.all()] == ["P0", "P3"]


def test_findings_of_geojson_in_one_line_name_the_feature_and_tell_no_false_line(
    world: World,
) -> None:
    """Most programs write it so; every finding would say line 1."""
    features = [
        {"type": "Feature", "properties": properties, "geometry": None}
        for properties in ({"nom": "École"}, {"code": 7}, {})
    ]
    collection = {"type": "FeatureCollection", "features": features}
    one_line = overlays.read(world, json.dumps(collection).encode())
    told = one_line.findings.values_list("placemark", "line")
    assert list(told) == [("École", None), ("#2", None), ("#3", None)]
    many_lines = overlays.read(world, json.dumps(collection, indent=1).encode())
    assert [line for (line,) in many_lines.findings.values_list("line")] == [4, 11, 18]
    own_lines = json.dumps(collection).replace('{"type": "Feature",', '\n{"type": "Feature",')
    read = overlays.read(world, own_lines.encode())
    assert [line for (line,) in read.findings.values_list("line")] == [2, 3, 4]


def test_feature_without_a_name_has_its_number_in_what_is_said_of_its_shape(world: World) -> None:
    far = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Point", "coordinates": [0, 0]},
    }
    read = overlays.read(world, json.dumps(far).encode())
    assert set(read.findings.filter(severity="warning").values_list("placemark", flat=True)) == {
        "#1",
        "",
    }
    assert read.features.get().name == ""


def test_pictures_that_are_taken_out_of_descriptions_are_told_of_once(world: World) -> None:
    picture = '<img src="https://example.org/a.png"><b>Fermée</b>'
    collection = json.loads(geojson([0.5, 45.5], [0.6, 45.6], [0.7, 45.7]))
    for feature in collection["features"][:2]:
        feature["properties"]["description"] = picture
    read = overlays.read(world, json.dumps(collection).encode())
    note = read.findings.get()
    assert (note.severity, note.code, note.values) == ("note", "pictures-left-out", {"count": 2})
    assert read.features.first().description == "<b>Fermée</b>"


@pytest.mark.parametrize(
    ("epsg", "place"),
    [
        (2154, PLACE),
        (3945, PLACE),
        (3946, (0.9, 45.9)),
        (5490, (-61.5, 16.2)),
        (2972, (-52.3, 4.9)),
        (2975, (55.5, -21.1)),
        (4471, (45.2, -12.8)),
        (4467, (-56.2, 46.8)),
        (32631, PLACE),
        (4171, PLACE),
    ],
)
def test_shapes_in_any_system_of_france_are_converted_and_it_is_said(
    world: World, tmp_path: Path, epsg: int, place: tuple[float, float]
) -> None:
    schema = {"geometry": "Point", "properties": {"nom": "str"}}
    path = tmp_path / "a.gpkg"
    with fiona.open(path, "w", driver="GPKG", crs=f"EPSG:{epsg}", schema=schema) as file:
        geometry = {"type": "Point", "coordinates": _metres(epsg, *place)}
        if epsg == 4171:
            geometry = {"type": "Point", "coordinates": place}
        file.write({"geometry": geometry, "properties": {"nom": "x"}})
    read = overlays.read(world, path.read_bytes())
    assert _place(read) == pytest.approx(place, abs=1e-5)
    said = read.findings.get(code="converted")
    assert f"EPSG:{epsg}" in said.sentence


def test_shapefile_without_prj_asks_and_is_read_with_the_answer(
    world: World, tmp_path: Path
) -> None:
    _written(tmp_path / "a.shp", "ESRI Shapefile", "EPSG:2154", 2154)
    read = overlays.read(world, _zipped(tmp_path, "a", without=(".prj",)))
    assert (read.state, read.question["asks"]) == (ImportState.ASKING, "crs")
    assert read.question["choices"][0] == "EPSG:2154"
    assert read.feature_count == 0
    answered = _answered(read, Options(crs="EPSG:2154"))
    assert answered.state == ImportState.READ
    assert answered.question == {}
    assert _place(answered) == pytest.approx(PLACE, abs=1e-5)


def _answered(overlay_import: OverlayImport, options: Options) -> OverlayImport:
    actions.answer(overlay_import=overlay_import, options=options)
    importing.read(overlay_import.pk)
    overlay_import.refresh_from_db()
    return overlay_import


def test_prj_as_esri_writes_it_is_recognised(world: World, tmp_path: Path) -> None:
    _written(tmp_path / "a.shp", "ESRI Shapefile", "EPSG:2154", 2154)
    assert "AUTHORITY" not in (tmp_path / "a.prj").read_text()
    read = overlays.read(world, _zipped(tmp_path, "a"))
    assert (read.kind, _place(read)) == ("zipped Shapefile", pytest.approx(PLACE, abs=1e-5))
    assert "RGF93 v1 / Lambert-93 (EPSG:2154)" in read.findings.get(code="converted").sentence
    assert read.features.get().name == "École"


@pytest.mark.parametrize("kind", ["gpkg", "zip", "gpx"])
def test_file_of_several_layers_asks_which_and_takes_all_as_folders(
    world: World, tmp_path: Path, kind: str
) -> None:
    if kind == "gpkg":
        path = _written(tmp_path / "a.gpkg", "GPKG", "EPSG:4326", layer="parcs")
        _written(path, "GPKG", "EPSG:4326", layer="écoles")
        content, names = path.read_bytes(), ["parcs", "écoles"]
    elif kind == "zip":
        for name in ("parcs", "écoles"):
            _written(tmp_path / f"{name}.shp", "ESRI Shapefile", "EPSG:4326")
        content, names = _zipped(tmp_path, "parcs", "écoles"), ["parcs", "écoles"]
    else:
        content, names = GPX, ["waypoints", "routes", "tracks"]
    read = overlays.read(world, content)
    assert read.question["asks"] == "layer"
    assert read.question["choices"] == [*names, "*"]
    assert _answered(read, Options(layer=names[1])).feature_count == 1
    every = _answered(read, Options(layer="*"))
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
    every = _answered_first(read, Options(layer="*"))
    told = [(f.name, f.geom.geom_type, f.fields) for f in every.features.all()]
    assert told == [
        ("Banc", "Point", {"name": "Banc", "type": "mobilier"}),
        ("Retour", "LineString", {"name": "Retour"}),
        ("Aller", "MultiLineString", {"name": "Aller", "desc": "Le matin"}),
    ]
    assert every.features.get(name="Aller").description == "Le matin"
    assert sorted(_codes(every)) == ["altitude-dropped", "points-left-out"]


def _answered_first(overlay_import: OverlayImport, options: Options) -> OverlayImport:
    importing.read(overlay_import.pk)
    return _answered(overlay_import, options)


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
    assert _place(read) == PLACE
    assert read.features.get().name.startswith("École")
    assert _codes(read) == ["columns-found"]


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
    x, y = _metres(2154)
    read = overlays.read(world, f"nom;x;y\nÉcole;{x};{y}\n".replace(".", ",").encode())
    assert read.question["asks"] == "crs"
    assert read.question["choices"][0] == "EPSG:2154"
    assert _place(_answered(read, Options(crs="EPSG:2154"))) == pytest.approx(PLACE, abs=1e-5)


def test_columns_named_after_lambert_93_are_taken_for_it_and_it_is_said(world: World) -> None:
    x, y = _metres(2154)
    read = overlays.read(world, f"nom;X_L93;Y_L93\nÉcole;{x};{y}\n".encode())
    assert _place(read) == pytest.approx(PLACE, abs=1e-5)
    assert _codes(read) == ["columns-found", "converted"]


def test_cc_zone_is_guessed_from_the_numbers(world: World) -> None:
    x, y = _metres(3946, 0.9, 45.9)
    read = overlays.read(world, f"nom;x;y\nÉcole;{x};{y}\n".encode())
    assert "EPSG:3946" in read.question["choices"]


def test_wkt_with_srid_is_converted(world: World) -> None:
    x, y = _metres(2154)
    read = overlays.read(world, f"nom,wkt\nÉcole,SRID=2154;POINT({x} {y})\n".encode())
    assert _place(read) == pytest.approx(PLACE, abs=1e-5)


def test_table_whose_columns_nobody_knows_asks_for_them(world: World) -> None:
    read = overlays.read(world, b"nom;est;nord\nA;0,5;45,5\n")
    assert read.question["asks"] == "columns"
    assert read.question["choices"] == ["nom", "est", "nord"]
    assert _place(_answered(read, Options(x_column="est", y_column="nord"))) == PLACE


def test_geojson_in_metres_that_does_not_say_so_asks(world: World) -> None:
    read = overlays.read(world, geojson(list(_metres(2154))))
    assert (read.state, read.question["choices"][0]) == (ImportState.ASKING, "EPSG:2154")


def test_one_map_in_a_zip_is_read_as_what_it_is(world: World) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lisez-moi.txt", "Bonjour")
        archive.writestr("carte.kmlx.csv", geojson([0.5, 45.5]))
    assert _place(overlays.read(world, packed.getvalue())) == PLACE


def test_axes_are_exchanged_when_asked_for(world: World) -> None:
    read = overlays.read(world, geojson([45.5, 0.5]))
    assert "axes-swapped" in _codes(read)
    assert _place(_answered(read, Options(swap_axes=True))) == PLACE


@pytest.mark.parametrize(
    "content",
    [
        b"words",
        b"%PDF-1.7 ...",
        b"\x89PNG\r\n\x1a\n0000",
        b"<html><body>;</body></html>",
        b"PK\x03\x04 not a zip",
        b"\x00\x00\x27\x0a" + b"\0" * 96,
    ],
)
def test_what_is_no_map_is_refused_at_the_door(world: World, content: bytes) -> None:
    with pytest.raises(WrongFile):
        overlays.uploaded(world, content)
    assert not OverlayImport.objects.exists()


def test_lines_of_any_kind_may_become_a_reference(world: World, tmp_path: Path) -> None:
    """Roads come through the same door: what rules look at is the published shapes."""
    schema = {"geometry": "LineString", "properties": {"nature": "str", "numero": "str"}}
    path = tmp_path / "routes.gpkg"
    with fiona.open(path, "w", driver="GPKG", crs="EPSG:2154", schema=schema) as file:
        ends = [_metres(2154, 0.2, 45.2), _metres(2154, 0.8, 45.8)]
        geometry = {"type": "LineString", "coordinates": ends}
        file.write({"geometry": geometry, "properties": {"nature": "D", "numero": "D 904"}})
    overlay = overlays.published(world, path.read_bytes(), name="Routes")
    actions.refer(
        overlay=overlay,
        purpose=Purpose.ROADS,
        class_field="nature",
        ref_field="numero",
        name_field="",
        manager_field="",
    )
    assert ReferenceFeature.objects.get().ref == "D 904"


def test_views_and_virtual_tables_of_a_geopackage_are_no_layers(
    world: World, tmp_path: Path
) -> None:
    path = _written(tmp_path / "a.gpkg", "GPKG", "EPSG:4326", layer="parcs")
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIEW vue AS SELECT * FROM parcs")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
            " VALUES ('vue', 'features', 'vue', 4326)"
        )
    read = overlays.read(world, path.read_bytes())
    assert (read.state, read.feature_count) == (ImportState.READ, 1)
