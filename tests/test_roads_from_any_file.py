"""Roads come through the overlays' door, whatever file holds them: upload, choose the fields,
publish, let rules look at it, and a pin is routed by it.  All of it over HTTP."""

import io
import json
import zipfile
from pathlib import Path

import fiona
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pyproj import Transformer

from layers import importing
from layers.models import ImportState, Overlay
from tests.submissions import pinned
from tests.test_who_answers import rule
from tests.world import World

ROADS = [
    ("D", "D 9", "Département", ((0.7, 45.25), (0.75, 45.25), (0.8, 45.25))),
    ("Voie communale", "VC 2", "90002", ((0.7, 45.75), (0.8, 45.75))),
]
"""Class, reference, manager, positions; commune B keeps a road in commune A."""


def _features() -> list[dict[str, object]]:
    return [
        {
            "type": "Feature",
            "properties": {"classe": kind, "numero": ref, "gest": manager},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for kind, ref, manager, line in ROADS
    ]


def _through_fiona(path: Path, driver: str, epsg: int) -> None:
    """In the metres of `epsg`, as national road files are."""
    project = Transformer.from_crs(4326, epsg, always_xy=True).transform
    schema = {
        "geometry": "LineString",
        "properties": {"classe": "str", "numero": "str", "gest": "str"},
    }
    with fiona.open(path, "w", driver=driver, crs=f"EPSG:{epsg}", schema=schema) as file:
        for feature in _features():
            line = feature["geometry"]["coordinates"]  # type: ignore[index]
            metres = [project(lon, lat) for lon, lat in line]
            file.write({**feature, "geometry": {"type": "LineString", "coordinates": metres}})


def geopackage(folder: Path) -> bytes:
    _through_fiona(folder / "routes.gpkg", "GPKG", 2154)
    return (folder / "routes.gpkg").read_bytes()


def shapefile(folder: Path) -> bytes:
    _through_fiona(folder / "routes.shp", "ESRI Shapefile", 3945)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in sorted(folder.glob("routes.*")):
            archive.write(part, part.name)
    return packed.getvalue()


def geojson(_folder: Path) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": _features()}).encode()


def geojson_lines(_folder: Path) -> bytes:
    return "\n".join(json.dumps(feature) for feature in _features()).encode()


def table(_folder: Path) -> bytes:
    rows = ["classe;numero;gest;wkt"]
    for kind, ref, manager, line in ROADS:
        places = ", ".join(f"{lon} {lat}" for lon, lat in line)
        rows.append(f"{kind};{ref};{manager};LINESTRING ({places})")
    return "\n".join(rows).encode()


def kml(_folder: Path) -> bytes:
    def field(name: str, value: str) -> str:
        return f"<Data name='{name}'><value>{value}</value></Data>"

    placemarks = [
        f"<Placemark><ExtendedData>{field('classe', kind)}{field('numero', ref)}"
        f"{field('gest', manager)}</ExtendedData><LineString><coordinates>"
        + " ".join(f"{lon},{lat}" for lon, lat in line)
        + "</coordinates></LineString></Placemark>"
        for kind, ref, manager, line in ROADS
    ]
    return f"<kml><Document>{''.join(placemarks)}</Document></kml>".encode()


FILES = {
    "routes.gpkg": geopackage,
    "routes.zip": shapefile,
    "routes.geojson": geojson,
    "routes.geojsonl": geojson_lines,
    "routes.csv": table,
    "routes.kml": kml,
}
CHOICE = {
    "purpose": "roads",
    "class_field": "classe",
    "ref_field": "numero",
    "manager_field": "gest",
}


def _published(client: Client, world: World, name: str, content: bytes) -> Overlay:
    sent = client.post(
        "/overlays/",
        {
            "name": "Routes",
            "collectivity": world.collectivity("commune", "90001").pk,
            "colour": "#123456",
            "file": SimpleUploadedFile(name, content),
        },
    )
    assert (sent.status_code, sent["Location"]) == (302, "/overlays/routes/")
    overlay = Overlay.objects.get()
    version = overlay.imports.get()
    importing.read(version.pk)
    version.refresh_from_db()
    assert version.state == ImportState.READ
    meanings = {"import": version.pk, "name_field": "numero", "group_field": "classe"}
    assert client.post("/overlays/routes/publish/", meanings).status_code == 302
    overlay.refresh_from_db()
    assert overlay.published == version
    return overlay


@pytest.mark.parametrize("name", FILES)
def test_roads_of_any_file_are_mapped_published_and_route_a_pin(
    client: Client, world: World, tmp_path: Path, name: str
) -> None:
    client.force_login(world.user("root"))
    client.cookies["django_language"] = "fr"
    _published(client, world, name, FILES[name](tmp_path))
    rule(answers_by="road_manager", condition="road")
    preview = client.get("/overlays/routes/reference/", CHOICE).content.decode()
    assert "Route départementale" in preview
    assert "Personne" not in preview
    assert "qu’aucune collectivité" not in preview
    assert pinned(0.75, 45.25).is_to_verify
    assert client.post("/overlays/routes/reference/", CHOICE).status_code == 302
    by_department, by_commune = pinned(0.75, 45.25), pinned(0.75, 45.75)
    assert str(by_department.responsible) == "Département"
    assert by_commune.responsible == world.collectivity("commune", "90002")
    page = client.get(by_department.get_absolute_url()).content.decode()
    assert "D 9" in page


def test_new_version_of_the_roads_is_looked_at_when_rules_are_told_so(
    client: Client, world: World, tmp_path: Path
) -> None:
    client.force_login(world.user("root"))
    overlay = _published(client, world, "routes.gpkg", geopackage(tmp_path))
    rule(answers_by="road_manager", condition="road")
    client.post("/overlays/routes/reference/", CHOICE)
    moved = geojson(tmp_path).replace(b"45.75", b"45.6")
    client.post("/overlays/routes/upload/", {"file": SimpleUploadedFile("b.geojson", moved)})
    version = overlay.imports.latest("pk")
    importing.read(version.pk)
    assert client.post("/overlays/routes/publish/", {"import": version.pk}).status_code == 302
    assert pinned(0.75, 45.75).responsible == world.collectivity("commune", "90002")
    assert client.post("/overlays/routes/reference/", CHOICE).status_code == 302
    assert pinned(0.75, 45.6).responsible == world.collectivity("commune", "90002")
    assert pinned(0.75, 45.75).responsible != world.collectivity("commune", "90002")
