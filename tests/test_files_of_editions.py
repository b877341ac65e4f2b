"""Files that `manage.py load_edition` is given: every kind, broken ones, hostile ones."""

import sqlite3
import zipfile
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import fiona
import pytest
from shapely import box
from shapely.geometry import mapping

from geodata.models import Area
from tests.edition_files import SQUARES, Square, collection, feature, load, refusal

pytestmark = pytest.mark.usefixtures("in_english")


def test_missing_field_is_answered_with_the_fields_there_are(db: None, squares: Path) -> None:
    assert "no field “insee”; there are: code, nom" in refusal(squares, code="insee")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"  \n ", "The file is empty"),
        (b"<kml></kml>", "no kind of file we read"),
        (b"\x00\x01binary", "no kind of file we read"),
        (b'{"type": "FeatureCollection", "features": [', "breaks off"),
        (b'{"type": "FeatureCollection", "features": [{"type": "Fe', "breaks off"),
        (b'{"type": "FeatureCollection",\n"features": [,]}', "broken at line 2"),
        (b'{"type": "Topology", "objects": {}}', "has no features"),
        (b'{"features": [1]}', "has no features"),
        (b'{"type": "FeatureCollection", "features": []}', "nothing to load"),
        (b'{"nom": "\xe9"}', "not UTF-8"),
        (b'{"a": ' + b"[" * 100_000, "nested too deeply"),
        (b"PK\x03\x04 not a zip", "archive is damaged"),
        (b"SQLite format 3\x00 but no database", "not a GeoPackage"),
    ],
)
def test_broken_file_is_refused_in_a_sentence(
    db: None, tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "broken.geojson"
    path.write_bytes(content)
    assert sentence in refusal(path)


def test_linked_crs_is_never_fetched(db: None, tmp_path: Path) -> None:
    """GDAL's own GeoJSON driver would ask the address, pinned or not."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    link = {
        "type": "link",
        "properties": {"href": f"http://127.0.0.1:{server.server_port}/crs", "type": "esriwkt"},
    }
    path = tmp_path / "linked.geojson"
    path.write_text(collection(feature("X1", "Ouest", 10), crs=link))
    assert "links are never followed" in refusal(path)
    server.shutdown()
    assert asked == []


def test_vrt_renamed_to_geojson_is_not_opened(db: None, tmp_path: Path) -> None:
    path = tmp_path / "renamed.geojson"
    path.write_text(
        "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/vsicurl/http://127.0.0.1:9/a.shp"
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    assert "no kind of file we read" in refusal(path)


def write(
    path: Path, driver: str, crs: str, squares: list[Square], layer: str | None = None
) -> Path:
    schema = {"geometry": "Polygon", "properties": {"code": "str", "nom": "str"}}
    with fiona.open(path, "w", driver=driver, crs=crs, schema=schema, layer=layer) as file:
        for code, name, west in squares:
            file.write({"geometry": _placed(crs, west), "properties": {"code": code, "nom": name}})
    return path


def _placed(crs: str, west: int) -> dict[str, Any]:
    """A square; in Lambert-93, 10 km wide around Nantes."""
    if crs == "EPSG:4326":
        return dict(mapping(box(west, 45, west + 1, 46)))
    left = 350_000 + 10_000 * (west - 10)
    return dict(mapping(box(left, 6_684_000, left + 10_000, 6_694_000)))


def test_geopackage_and_shapefile_in_lambert_93_land_at_nantes(db: None, tmp_path: Path) -> None:
    gpkg = write(tmp_path / "a.bin", "GPKG", "EPSG:2154", SQUARES)
    shp = write(tmp_path / "b.shp", "ESRI Shapefile", "EPSG:2154", SQUARES)
    for number, path in enumerate((gpkg, shp)):
        load(path, "--commit", f"--series=s{number}", code=f"{number}-{{code}}")
        west, south, east, north = Area.objects.get(code=f"{number}-X1").geom.extent
        assert (west, south) == pytest.approx((-1.62, 47.17), abs=0.05)
        assert (east - west, north - south) == pytest.approx((0.137, 0.097), abs=0.01)


def test_zipped_shapefile_is_read_and_one_without_its_parts_is_refused(
    db: None, tmp_path: Path
) -> None:
    write(tmp_path / "b.shp", "ESRI Shapefile", "EPSG:4326", SQUARES)
    archive = tmp_path / "b.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for part in tmp_path.glob("b.[a-y]*"):
            packed.write(part, f"dossier/{part.name}")
    assert "Areas: 2." in load(archive, "--commit")
    (tmp_path / "b.dbf").unlink()
    assert "other parts are missing: .dbf" in refusal(tmp_path / "b.shp")


def test_shapefile_without_projection_asks_for_it(db: None, tmp_path: Path) -> None:
    path = write(tmp_path / "b.shp", "ESRI Shapefile", "EPSG:2154", SQUARES)
    (tmp_path / "b.prj").unlink()
    assert "--crs EPSG" in refusal(path)
    assert "not known" in refusal(path, "--crs=EPSG:1")
    assert "not known" in refusal(path, "--crs=/etc/passwd")
    load(path, "--commit", "--crs=EPSG:2154")
    assert Area.objects.get(code="X1").geom.extent[0] == pytest.approx(-1.62, abs=0.05)


def test_shapefile_with_broken_projection_is_refused(db: None, tmp_path: Path) -> None:
    path = write(tmp_path / "b.shp", "ESRI Shapefile", "EPSG:2154", SQUARES)
    for wkt in ('PROJCS["a', "http://127.0.0.1:9/wkt", "\x00"):
        (tmp_path / "b.prj").write_text(wkt)
        assert "b.shp" in refusal(path)


def test_view_in_a_geopackage_is_not_read(db: None, tmp_path: Path) -> None:
    """Views may call functions of GDAL's that open files and addresses."""
    path = write(tmp_path / "a.gpkg", "GPKG", "EPSG:4326", SQUARES, layer="base")
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE VIEW seen AS SELECT fid, geom, code,"
            " gdal_get_pixel_value('/vsicurl/http://127.0.0.1:9/x.tif', 1, 'georef', 1, 1) AS nom"
            " FROM base"
        )
        for table in ("gpkg_contents", "gpkg_geometry_columns"):
            database.execute(f"UPDATE {table} SET table_name = 'seen'")
        database.commit()
    assert "holds no table of features" in refusal(path)


@pytest.mark.parametrize("driver", ["GPKG", "ESRI Shapefile"])
def test_truncated_binary_file_is_refused(db: None, tmp_path: Path, driver: str) -> None:
    many = [(f"X{n}", "n", 10) for n in range(500)]
    path = write(tmp_path / "t.shp", driver, "EPSG:4326", many)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "t.shp" in refusal(path)


def test_geopackage_of_several_tables_asks_which(db: None, tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    write(path, "GPKG", "EPSG:4326", SQUARES, layer="communes")
    write(path, "GPKG", "EPSG:4326", SQUARES[:1], layer="cantons")
    assert "choose with --layer. (cantons, communes)" in refusal(path)
    assert "no layer “x”" in refusal(path, "--layer=x")
    assert "Areas: 1." in load(path, "--layer=cantons", "--commit")


def test_folder_loads_every_file_in_it(db: None, tmp_path: Path) -> None:
    for square in SQUARES:
        (tmp_path / f"{square[0]}.geojson").write_text(collection(feature(*square)))
    (tmp_path / "readme.txt").write_text("not ground")
    assert "Areas: 2." in load(tmp_path, "--commit")


def test_real_download_that_broke_off_is_refused(
    db: None, shared_data: Path, tmp_path: Path
) -> None:
    whole = shared_data / "toulouse" / "quartiers-de-democratie-locale.geojson"
    path = tmp_path / "half.geojson"
    path.write_bytes(whole.read_bytes()[:80_000])
    assert "breaks off" in refusal(path, "--name-field=nom_quartier", code="quartier")
