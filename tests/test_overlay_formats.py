"""Every kind of file comes through the same door; the kind is told by content."""

import io
import json
import zipfile
from pathlib import Path

import fiona
import pytest
from shapely.geometry import mapping, shape

from geodata.models import Purpose, ReferenceFeature
from geodata.sources import Options
from layers import actions
from layers.errors import WrongFile
from layers.models import ImportState, OverlayImport
from tests import overlays
from tests.overlay_files import (
    PLACE,
    answered_with,
    codes,
    metres,
    place_of,
)
from tests.world import World


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
    assert codes(read) == ["altitude-dropped"]


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
        geometry = {"type": "Point", "coordinates": metres(epsg, *place)}
        if epsg == 4171:
            geometry = {"type": "Point", "coordinates": place}
        file.write({"geometry": geometry, "properties": {"nom": "x"}})
    read = overlays.read(world, path.read_bytes())
    assert place_of(read) == pytest.approx(place, abs=1e-5)
    said = read.findings.get(code="converted")
    assert f"EPSG:{epsg}" in said.sentence


def test_geojson_in_metres_that_does_not_say_so_asks(world: World) -> None:
    read = overlays.read(world, geojson(list(metres(2154))))
    assert (read.state, read.question["choices"][0]) == (ImportState.ASKING, "EPSG:2154")


def test_one_map_in_a_zip_is_read_as_what_it_is(world: World) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lisez-moi.txt", "Bonjour")
        archive.writestr("carte.kmlx.csv", geojson([0.5, 45.5]))
    assert place_of(overlays.read(world, packed.getvalue())) == PLACE


def test_axes_are_exchanged_when_asked_for(world: World) -> None:
    read = overlays.read(world, geojson([45.5, 0.5]))
    assert "axes-swapped" in codes(read)
    assert place_of(answered_with(read, Options(swap_axes=True))) == PLACE


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
        ends = [metres(2154, 0.2, 45.2), metres(2154, 0.8, 45.8)]
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
