"""`manage.py load_edition`: dry run, commit, and refusals, on files of every kind."""

import io
import json
import os
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import fiona
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation
from shapely import box
from shapely.geometry import mapping

from geodata.models import Area, AreaPart, Collectivity, Edition, Level
from tests.world import World

Square = tuple[str, str, int]  # code, name, western edge of a one-degree square at 45° north
SQUARES: list[Square] = [("X1", "Ouest", 10), ("X2", "Est", 11)]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def feature(code: object, name: object, west: float) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "nom": name},
        "geometry": mapping(box(west, 45, west + 1, 46)),
    }


def collection(*features: object, **more: object) -> str:
    return json.dumps({"type": "FeatureCollection", **more, "features": features})


@pytest.fixture
def squares(tmp_path: Path) -> Path:
    path = tmp_path / "squares.geojson"
    path.write_text(collection(*(feature(*square) for square in SQUARES)), encoding="utf-8")
    return path


def load(path: Path, *more: str, day: str = "2018-01-01", code: str = "code") -> str:
    out = io.StringIO()
    call_command(
        "load_edition",
        *("--level=quartier", f"--file={path}", f"--code-field={code}", "--name-field=nom"),
        *(f"--valid-from={day}", *more),
        stdout=out,
    )
    return out.getvalue()


def refusal(path: Path, *more: str, **options: str) -> str:
    before = Edition.objects.count()
    with pytest.raises(CommandError) as refused:
        load(path, "--commit", *more, **options)
    assert Edition.objects.count() == before
    return str(refused.value)


def test_dry_run_tells_what_it_would_do_and_writes_nothing(db: None, squares: Path) -> None:
    said = load(squares)
    assert "Areas: 2." in said
    assert "nothing was written" in said
    assert not Edition.objects.exists()


def test_commit_writes_areas_pieces_and_the_source(db: None, squares: Path) -> None:
    load(squares, "--commit", "--source=Ville", "--licence=Licence Ouverte 2.0")
    edition = Edition.objects.get()
    assert (edition.label, edition.source) == ("2018-01-01", "Ville")
    assert edition.licence == "Licence Ouverte 2.0"
    areas = Area.objects.order_by("code")
    assert [(a.code, a.name) for a in areas] == [("X1", "Ouest"), ("X2", "Est")]
    assert areas[0].area_m2 == areas[1].area_m2 == pytest.approx(111_150 * 78_100, rel=0.005)
    assert AreaPart.objects.count() == 2


def test_next_edition_ends_the_one_before_and_the_differences_are_told(
    db: None, squares: Path
) -> None:
    load(squares, "--commit")
    squares.write_text(collection(feature("X2", "Orient", 11), feature("X3", "Nord", 12)))
    said = load(squares, "--commit", day="2020-01-01")
    assert "New areas: 1\n  Nord (X3)" in said
    assert "Areas gone: 1\n  Ouest (X1)" in said
    assert "Areas renamed: 1\n  X2: Est → Orient" in said
    first, second = Edition.objects.order_by("valid_from")
    assert (first.valid_to, second.valid_to) == (date(2020, 1, 1), None)


def test_edition_is_never_overwritten(db: None, squares: Path) -> None:
    load(squares, "--commit")
    assert "loaded already" in refusal(squares)


def test_edition_older_than_the_loaded_one_is_refused(db: None, squares: Path) -> None:
    load(squares, "--commit", day="2020-01-01")
    assert "in order of time" in refusal(squares, day="2018-01-01")


def test_code_of_another_series_that_is_valid_then_is_refused(db: None, squares: Path) -> None:
    load(squares, "--commit", "--series=nantes")
    assert "belongs to an area of the series “nantes”" in refusal(squares, "--series=pau")
    assert "Areas: 2." in load(squares, "--series=pau", "--commit", code="pau-{code}")
    assert Area.objects.filter(code="pau-X1").exists()


def test_area_is_linked_to_the_collectivity_of_its_code(db: None, squares: Path) -> None:
    level = Level.objects.get(code="quartier")
    body = Collectivity.objects.create(level=level, code="X1", name="Comité de quartier")
    load(squares, "--commit")
    assert Area.objects.get(code="X1").collectivity == body
    assert Area.objects.get(code="X2").collectivity is None


def test_codes_can_be_composed_of_fields_and_the_file_name(db: None, squares: Path) -> None:
    squares.write_text(collection(feature(7.0, "Sept", 10)))
    load(squares, "--commit", code="{file:.3}-{code:0>3}")
    assert Area.objects.get().code == "squ-007"


def test_bow_tie_is_repaired_and_named_with_its_place(db: None, tmp_path: Path) -> None:
    bow_tie = feature("B", "Papillon", 0)
    bow_tie["geometry"]["coordinates"] = [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]
    path = tmp_path / "bow.geojson"
    path.write_text(collection(bow_tie), encoding="utf-8")
    said = load(path, "--commit")
    assert "Papillon (B) · outline crosses itself near 0.5, 0.5 (ground changed by" in said
    assert "bow.geojson, no. 1, line 1" in said
    assert Area.objects.get().geom.valid


def test_bad_features_are_named_and_nothing_is_written_unless_told_to_skip_them(
    db: None, tmp_path: Path
) -> None:
    line = feature("L", "Ligne", 0)
    line["geometry"] = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    odd = feature("O", "Odd", 0)
    odd["geometry"]["coordinates"] = "nowhere"
    path = tmp_path / "mixed.geojson"
    path.write_text(
        collection(
            feature("X1", "Ouest", 10),
            line,
            odd,
            {"type": "Feature", "properties": {"code": "E", "nom": "Empty"}, "geometry": None},
            feature(None, "Sans code", 11),
            feature("X1", "Encore", 12),
            feature("N", "", 13),
            feature("a/b", "Slash", 13),
            feature("N\x00", "Nul", 13),
            feature("M", "Mètres", 355_000),
        )
    )
    said = load_refused(path)
    for expected in (
        "Ligne (L) · it is made of points or lines",
        "Odd (O) · its shape cannot be understood",
        "Empty (E) · it has no shape",
        "Sans code · it has no code",
        "Encore (X1) · its code is that of mixed.geojson, no. 1",
        "(N) · it has no name",
        "Slash (a/b) · its code has",
        "Nul (N\ufffd) · its code has",
        "Mètres (M) · longitude 355001.0, latitude 45.0 lies off the earth",
    ):
        assert expected in said
    load(path, "--commit", "--skip-refused")
    assert [area.code for area in Area.objects.all()] == ["X1"]


def load_refused(path: Path) -> str:
    """What a refused load printed before it was refused."""
    out = io.StringIO()
    with pytest.raises(CommandError, match="Features refused: 9"):
        call_command(
            "load_edition",
            *("--level=quartier", f"--file={path}", "--code-field=code", "--name-field=nom"),
            *("--valid-from=2018-01-01", "--commit"),
            stdout=out,
        )
    assert not Area.objects.exists()
    return out.getvalue()


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


def test_missing_file_unknown_level_and_bad_day_are_refused(db: None, squares: Path) -> None:
    assert "no file or folder" in refusal(squares.with_name("nowhere.geojson"))
    assert "YYYY-MM-DD" in refusal(squares, day="01/01/2018")
    assert "--series wants" in refusal(squares, "--series=a b")
    with pytest.raises(CommandError, match="no level “arrondissement”; there are: region"):
        call_command(
            "load_edition",
            *("--level=arrondissement", f"--file={squares}", "--code-field=code"),
            *("--name-field=nom", "--valid-from=2018-01-01"),
        )


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


def test_listeners_learn_of_a_new_edition_within_its_transaction(
    world: World, squares: Path
) -> None:
    from geodata.signals import areas_changed

    heard: list[int] = []

    def listen(edition_id: int, **_: object) -> None:
        heard.append(edition_id)

    areas_changed.connect(listen)
    try:
        load(squares, "--series=autre")
        assert heard == []
        load(squares, "--commit", "--series=autre")
        assert heard == [Edition.objects.get(series="autre").pk]
    finally:
        areas_changed.disconnect(listen)


def test_real_communes_of_a_departement_load_with_their_one_repair(
    db: None, shared_data: Path
) -> None:
    out = io.StringIO()
    call_command(
        "load_edition",
        *("--level=commune", "--code-field=code", "--name-field=nom", "--valid-from=2018-01-01"),
        f"--file={shared_data}/france/communes/communes-14-calvados.geojson",
        "--commit",
        stdout=out,
    )
    assert "Condé-en-Normandie (14174) · outline touches itself" in out.getvalue()
    assert Area.objects.count() > 500
    assert not Area.objects.filter(geom__isvalid=False).exists()


def test_real_download_that_broke_off_is_refused(
    db: None, shared_data: Path, tmp_path: Path
) -> None:
    whole = shared_data / "toulouse" / "quartiers-de-democratie-locale.geojson"
    path = tmp_path / "half.geojson"
    path.write_bytes(whole.read_bytes()[:80_000])
    assert "breaks off" in refusal(path, "--name-field=nom_quartier", code="quartier")


def test_command_line_exits_with_1_and_a_sentence(db: None, squares: Path) -> None:
    root = Path(__file__).parent.parent
    server, _, _name = os.environ["DATABASE_URL"].rpartition("/")
    done = subprocess.run(
        [
            *(root / ".venv/bin/python", "manage.py", "load_edition", "--level=commune"),
            *(f"--file={squares}", "--code-field=insee", "--name-field=nom"),
            "--valid-from=2018-01-01",
        ],
        cwd=root,
        env={**os.environ, "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "insee" in done.stderr
    assert "Traceback" not in done.stderr
