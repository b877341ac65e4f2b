"""Files made to lead GDAL, PROJ or SQLite astray: each ends as a sentence, and nobody is asked.

Each is read twice: as uploads are, apart and confined, and in this process, where nothing but the
reader itself keeps it from the network.
"""

import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import fiona
import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from pytest_django.fixtures import Settings

from layers import importing
from layers.models import ImportState, OverlayImport
from tests.world import World

SECRET = "root:"
"""In /etc/passwd, which some of these files name."""

Asked = tuple[str, list[str]]


@pytest.fixture(params=[True, False], ids=["apart", "here"], autouse=True)
def _where(request: pytest.FixtureRequest, settings: Settings) -> None:
    settings.OVERLAY_READ_APART = request.param


@pytest.fixture(autouse=True)
def _in_french() -> Iterator[None]:
    """The pages asked for in English leave this thread as it was."""
    with translation.override("fr"):
        yield


def _outcome(world: World, asked: Asked, content: bytes, name: str) -> OverlayImport | str:
    """What becomes of an upload: the import once it is read, or the sentence of the refusal."""
    client = Client()
    client.force_login(world.user("bob"))
    client.cookies["django_language"] = "en"
    file = SimpleUploadedFile(name, content)
    commune = world.collectivity("commune", "90001").pk
    response = client.post(
        "/overlays/",
        {"name": "Halves", "collectivity": commune, "colour": "#123456", "file": file},
    )
    assert response.status_code in (302, 400)
    if response.status_code == 400:
        assert asked[1] == []
        return str(response.content.decode())
    version = OverlayImport.objects.get()
    importing.read(version.pk)
    version.refresh_from_db()
    page = client.get("/overlays/halves/")
    assert page.status_code == 200
    assert SECRET not in page.content.decode()
    assert asked[1] == []
    return version


def _read(world: World, asked: Asked, content: bytes, name: str) -> OverlayImport:
    version = _outcome(world, asked, content, name)
    assert isinstance(version, OverlayImport), version
    return version


def _errors(version: OverlayImport) -> list[str]:
    return list(version.findings.filter(severity="error").values_list("code", flat=True))


# ---------------------------------------------------------------- GeoPackage


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A GeoPackage of one point, in a table `parcs`."""
    path = tmp_path / "a.gpkg"
    schema = {"geometry": "Point", "properties": {"nom": "str"}}
    with fiona.open(path, "w", driver="GPKG", layer="parcs", crs="EPSG:4326", schema=schema) as to:
        point = {"type": "Point", "coordinates": (0.5, 45.5)}
        to.write({"geometry": point, "properties": {"nom": "Beaumont"}})
    return path


def _sql(path: Path, script: str, *values: object) -> bytes:
    with closing(sqlite3.connect(path)) as database, database:
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _shape: 0)  # which triggers of GDAL's call
        if values:
            database.execute(script, values)
        else:
            database.executescript(script)
    return path.read_bytes()


def _with_system(path: Path, definition: str) -> bytes:
    """The package with a spatial reference of its own, defined so."""
    _sql(
        path,
        "INSERT INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization,"
        " organization_coordsys_id, definition) VALUES ('x', 990001, 'NONE', 990001, ?)",
        definition,
    )
    return _sql(
        path,
        "UPDATE gpkg_geometry_columns SET srs_id = 990001;"
        "UPDATE gpkg_contents SET srs_id = 990001;",
    )


GRID = (
    'BOUNDCRS[SOURCECRS[GEOGCRS["x",DATUM["d",ELLIPSOID["e",6378137,298]],CS[ellipsoidal,2],'
    'AXIS["lat",north],AXIS["lon",east],ANGLEUNIT["degree",0.0174532925199433]]],'
    'TARGETCRS[GEOGCRS["WGS 84",DATUM["World Geodetic System 1984",'
    'ELLIPSOID["WGS 84",6378137,298.257223563]],CS[ellipsoidal,2],AXIS["lat",north],'
    'AXIS["lon",east],ANGLEUNIT["degree",0.0174532925199433]]],'
    'ABRIDGEDTRANSFORMATION["t",METHOD["NTv2"],'
    'PARAMETERFILE["Latitude and longitude difference file","{address}/grid.gsb"]]]'
)
DEFINITIONS = {
    "address": "{address}/crs.wkt",
    "vsicurl": "/vsicurl/{address}/crs.wkt",
    "file": "/etc/passwd",
    "file address": "file:///etc/passwd",
    "PROJ pipeline": "+proj=pipeline +step +proj=hgridshift +grids={address}/grid.gsb",
    "PROJ grid": "+proj=longlat +nadgrids={address}/grid.gsb +type=crs",
    "PROJ init": "+init=/etc/passwd:root",
    "URN": "urn:ogc:def:crs:{address}::1",
    "grid in WKT": GRID,
    "WKT 1 with a grid": (
        'GEOGCS["x",DATUM["d",SPHEROID["s",6378137,298],'
        'EXTENSION["PROJ4_GRIDS","{address}/g.gsb"]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    ),
    "WKT with a PROJ string": (
        'PROJCS["x",GEOGCS["x",DATUM["d",SPHEROID["s",6378137,298]],PRIMEM["Greenwich",0],'
        'UNIT["degree",0.0174532925199433]],PROJECTION["custom_proj4"],UNIT["metre",1],'
        'EXTENSION["PROJ4","+proj=longlat +nadgrids={address}/g.gsb +wktext"]]'
    ),
    "nested without end": "GEOGCS[" * 20_000,
    "five million letters": "A" * 5_000_000,
    "words": "somewhere in France",
    "nothing": "",
}


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=DEFINITIONS.keys())
def test_spatial_reference_of_a_geopackage_is_read_or_refused_and_never_followed(
    world: World, package: Path, asked: Asked, definition: str
) -> None:
    content = _with_system(package, definition.replace("{address}", asked[0]))
    version = _read(world, asked, content, "a.gpkg")
    told = _errors(version)
    assert version.state in (ImportState.READ, ImportState.ASKING, ImportState.FAILED)
    assert "reading-died" not in told
    assert bool(told) == (version.state == ImportState.FAILED)
    assert all(len(finding.sentence) < 400 for finding in version.findings.all())


def _replaced(table: str, select: str) -> str:
    """A view where a reader expects one of the package's own tables."""
    return f"ALTER TABLE {table} RENAME TO old_one; CREATE VIEW {table} AS {select};"


SCHEMES: dict[str, tuple[str, list[str] | None]] = {
    "view among the contents": (
        "CREATE VIEW vue AS SELECT *, ogr_geocode('{address}') FROM parcs;"
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
        " VALUES ('vue', 'features', 'vue', 4326);",
        None,
    ),
    "contents are a view": (
        _replaced(
            "gpkg_contents",
            "SELECT *, ogr_datasource_load_layers('/vsicurl/{address}/a') FROM old_one",
        ),
        ["not-geopackage"],
    ),
    "geometry columns are a view": (
        _replaced("gpkg_geometry_columns", "SELECT * FROM old_one WHERE load_extension('x') = 1"),
        ["not-geopackage"],
    ),
    "spatial references are a view": (
        _replaced("gpkg_spatial_ref_sys", "SELECT *, ogr_geocode('{address}') FROM old_one"),
        ["not-geopackage"],
    ),
    "extensions are a view": (
        "DROP TABLE IF EXISTS gpkg_extensions; CREATE VIEW gpkg_extensions AS SELECT"
        " 'parcs' AS table_name, 'geom' AS column_name, ogr_geocode('{address}') AS"
        " extension_name, 'x' AS definition, 'read-write' AS scope;",
        ["not-geopackage"],
    ),
    "features are a virtual table": (
        "CREATE VIRTUAL TABLE index_of USING fts4(nom);"
        "UPDATE gpkg_contents SET table_name = 'index_of';"
        "UPDATE gpkg_geometry_columns SET table_name = 'index_of';",
        ["no-layer"],
    ),
    "contents name a table that is not there": (
        "PRAGMA foreign_keys = OFF; UPDATE gpkg_contents SET table_name = '../../etc/passwd';",
        ["no-layer"],
    ),
    "contents name an address": (
        "PRAGMA foreign_keys = OFF; UPDATE gpkg_contents SET table_name = '/vsicurl/{address}/a';",
        ["no-layer"],
    ),
    "contents name the schema": (
        "PRAGMA foreign_keys = OFF; UPDATE gpkg_contents SET table_name = 'sqlite_master';",
        ["no-layer"],
    ),
    "contents name a table without a shape": (
        "CREATE TABLE plain (fid INTEGER PRIMARY KEY, nom TEXT); INSERT INTO plain VALUES (1, 'x');"
        "DELETE FROM gpkg_geometry_columns; UPDATE gpkg_contents SET table_name = 'plain';",
        None,
    ),
    "trigger that asks an address": (
        "CREATE TRIGGER t1 AFTER UPDATE ON gpkg_contents BEGIN"
        " SELECT ogr_geocode('{address}'); END;",
        ["broken-file"],
    ),
    "trigger that nothing sets off": (
        "CREATE TRIGGER t2 AFTER INSERT ON parcs BEGIN SELECT load_extension('/etc/passwd'); END;",
        [],
    ),
    "computed column": (
        "ALTER TABLE parcs ADD COLUMN c TEXT AS (ogr_geocode('{address}')) VIRTUAL;",
        None,
    ),
    "shape that is no shape": ("UPDATE parcs SET geom = x'47500001E6100000FFFFFFFF';", None),
    "shape that is text": ("UPDATE parcs SET geom = '/vsicurl/{address}/a';", None),
    "no tables at all": (
        "PRAGMA foreign_keys = OFF; DROP TABLE gpkg_contents;",
        ["not-geopackage"],
    ),
}


@pytest.mark.parametrize(("script", "told"), SCHEMES.values(), ids=SCHEMES.keys())
def test_schema_of_a_geopackage_is_looked_at_and_never_run(
    world: World, package: Path, asked: Asked, script: str, told: list[str] | None
) -> None:
    content = _sql(package, script.replace("{address}", asked[0]))
    version = _read(world, asked, content, "a.gpkg")
    errors = _errors(version)
    assert "reading-died" not in errors
    assert version.feature_count or errors
    if told is not None:
        assert errors == told


def test_table_with_a_column_called_virtual_is_a_table(
    world: World, package: Path, asked: Asked
) -> None:
    content = _sql(package, "ALTER TABLE parcs ADD COLUMN virtual TEXT;")
    assert _read(world, asked, content, "a.gpkg").feature_count == 1


def test_sqlite_file_of_any_other_kind_is_refused(
    world: World, tmp_path: Path, asked: Asked
) -> None:
    content = _sql(tmp_path / "a.db", "CREATE TABLE a (b); INSERT INTO a VALUES (1);")
    assert _errors(_read(world, asked, content, "a.gpkg")) == ["not-geopackage"]


# ---------------------------------------------------------------- in another's clothes

VRT = (
    "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/vsicurl/{address}/a.shp"
    "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
)
WFS = "<OGRWFSDataSource><URL>{address}/wfs</URL></OGRWFSDataSource>"
SERVICE = '{"type": "FeatureServer", "url": "{address}/rest", "features": []}'
TOPOLOGY = '{"type": "Topology", "href": "{address}/t.json", "objects": {}, "arcs": []}'


@pytest.mark.parametrize("name", ["a.geojson", "a.kml", "a.gpkg", "a.csv", "a.vrt"])
@pytest.mark.parametrize("content", [VRT, WFS, "<!-- x -->" + VRT], ids=["vrt", "wfs", "comment"])
def test_list_of_addresses_under_a_maps_name_is_refused_at_the_door(
    world: World, asked: Asked, content: str, name: str
) -> None:
    said = _outcome(world, asked, content.replace("{address}", asked[0]).encode(), name)
    assert isinstance(said, str)
    assert "not KML" in said


@pytest.mark.parametrize("content", [SERVICE, TOPOLOGY, '"/vsicurl/{address}/a"'])
def test_json_that_names_an_address_is_no_map(world: World, asked: Asked, content: str) -> None:
    said = _outcome(world, asked, content.replace("{address}", asked[0]).encode(), "a.geojson")
    if isinstance(said, OverlayImport):
        assert _errors(said) in (["not-geojson"], ["no-features"])
    else:
        assert "no kind of map" in said


def _zipped(path: Path, parts: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path.read_bytes()


def test_vrt_inside_a_zip_under_a_maps_name_is_refused(
    world: World, tmp_path: Path, asked: Asked
) -> None:
    vrt = VRT.replace("{address}", asked[0]).encode()
    said = _outcome(world, asked, _zipped(tmp_path / "a.zip", {"a.geojson": vrt}), "a.zip")
    if isinstance(said, OverlayImport):
        assert _errors(said) == ["archive-without-map"]


PROJECTIONS = {key: text for key, text in DEFINITIONS.items() if key != "nothing"}


@pytest.mark.parametrize("prj", PROJECTIONS.values(), ids=PROJECTIONS.keys())
def test_prj_of_a_shapefile_is_read_or_refused_and_never_followed(
    world: World, tmp_path: Path, asked: Asked, prj: str
) -> None:
    schema = {"geometry": "Point", "properties": {"nom": "str"}}
    with fiona.open(tmp_path / "a.shp", "w", driver="ESRI Shapefile", schema=schema) as file:
        point = {"type": "Point", "coordinates": (0.5, 45.5)}
        file.write({"geometry": point, "properties": {"nom": "x"}})
    (tmp_path / "a.prj").write_text(prj.replace("{address}", asked[0]))
    parts = {path.name: path.read_bytes() for path in tmp_path.glob("a.*")}
    version = _read(world, asked, _zipped(tmp_path / "all.zip", parts), "a.zip")
    assert "reading-died" not in _errors(version)
    assert bool(_errors(version)) == (version.state == ImportState.FAILED)


CELLS = ["/vsicurl/{address}/a.csv", '=WEBSERVICE("{address}")', "<img src='{address}/a.png'>"]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    "table",
    ['nom,lon,lat\n"{cell}",0.5,45.5\nB,0.6,45.6\n', 'nom,wkt\nA,"{cell}"\nB,POINT (0.6 45.6)\n'],
    ids=["a name", "a place"],
)
def test_cell_that_names_an_address_is_text(
    world: World, asked: Asked, table: str, cell: str
) -> None:
    said = cell.replace("{address}", asked[0])
    content = table.replace("{cell}", said.replace('"', '""'))
    version = _read(world, asked, content.encode(), "a.csv")
    assert version.state == ImportState.READ
    assert "B" in version.features.values_list("name", flat=True)
    taken = version.features.filter(name=said).exists()
    assert taken or _errors(version) == ["broken-shape"]


_OPENS = """
import sys, django, fiona
django.setup()
print(len(fiona.open(sys.argv[1], driver="GPKG")))
"""


def test_gdal_does_not_complain_on_stderr_of_drivers_it_was_told_to_leave_out(
    package: Path,
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _OPENS, str(package)],
        cwd=configured.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert (told.stdout, told.stderr) == ("1\n", "")
