"""Every conformance class that is declared is shown by requests of its own, and none is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import mapbox_vector_tile
import pytest
from django.test import Client

from tests.ogc import EPSG, ROOT, ids, items, items_path, refused, rel
from tests.submissions import pinned
from tests.vector_tiles import faults
from tests.world import World

AREAS = "areas-commune"
JSON_FILTER = '{"op":"=","args":[{"property":"code"},"90001"]}'


def got(path: str, **headers: str) -> Any:
    answer = Client().get(path if path.startswith("/") else f"{ROOT}/{path}", headers=headers)
    assert answer.status_code == 200, (path, answer.content)
    return answer


def filtered(text: str, **more: Any) -> set[str]:
    return set(ids(AREAS, filter=text, **more))


# ------------------------------------------------------------------ Features 1 and 2
def core() -> None:
    """Landing, pages that are linked on, `limit`, `bbox`, `datetime`, one feature."""
    page = items(AREAS, limit=3)
    assert (page["numberMatched"], page["numberReturned"]) == (4, 3)
    beyond = got(rel(page, "next")).json()
    assert len(beyond["features"]) == 1
    assert not any(link["rel"] == "next" for link in beyond["links"])
    assert ids(AREAS, bbox="0.1,45.1,0.2,45.2") == ["90001"]
    assert len(ids(AREAS, datetime="2018-01-01/..")) == 4
    assert ids(AREAS, datetime="../2017-12-31") == []
    assert len(ids("submissions", datetime="2000-01-01/..")) == 1
    assert got(f"collections/{AREAS}/items/90001").json()["id"] == "90001"
    assert Client().get(f"{ROOT}/collections/{AREAS}/items/0").status_code == 404
    refused(items_path(AREAS, limit="x"))


def oas30() -> None:
    answer = got(rel(got(f"{ROOT}/").json(), "service-desc"))
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert f"/collections/{AREAS}/items" in answer.json()["paths"]


def html() -> None:
    for path in ("", "conformance", "collections", f"collections/{AREAS}/items"):
        answer = got(path, accept="text/html")
        assert answer["Content-Type"].startswith("text/html")
        assert b"<h1" in answer.content


def geojson() -> None:
    answer = got(f"collections/{AREAS}/items", accept="application/geo+json")
    assert answer["Content-Type"] == "application/geo+json"
    assert answer.json()["type"] == "FeatureCollection"


def crs() -> None:
    """Latitude first in EPSG:4326 alone; a box is read as `bbox-crs` says."""
    boxes = {"4326": "45.1,0.1,45.4,0.4", "3857": "11132,5640000,44527,5690000",
             "2154": "450000,6400000,520000,6520000"}  # fmt: skip
    seen: dict[str, list[float]] = {}
    for code, box in boxes.items():
        path = items_path("submissions", crs=EPSG + code, bbox=box, bbox_crs=EPSG + code)
        answer = got(path)
        assert answer["Content-Crs"] == f"<{EPSG}{code}>"
        [feature] = answer.json()["features"]
        seen[code] = feature["geometry"]["coordinates"]
    assert seen["4326"] == [45.25, 0.25]
    assert seen["3857"] == pytest.approx([27829.87, 5660965.11], abs=1)
    assert seen["2154"] == pytest.approx([484312.3, 6464940.5], abs=1)
    described = got(f"collections/{AREAS}").json()
    assert {EPSG + code for code in boxes} < set(described["crs"])
    assert described["storageCrs"] in described["crs"]


# ------------------------------------------------------------------ Features 3 and CQL2
def queryables() -> None:
    answer = got(rel(got(f"collections/{AREAS}").json(), "queryables"))
    assert answer["Content-Type"] == "application/schema+json"
    assert {"code", "name"} <= set(answer.json()["properties"])


def queryables_as_parameters() -> None:
    assert ids(AREAS, code="90002") == ["90002"]


def with_filter() -> None:
    assert filtered("code = '90001'") == {"90001"}
    refused(items_path(AREAS, filter="dragons = 1"))


def features_with_filter() -> None:
    """Narrows together with the other parameters; `filter-crs` says how shapes are read."""
    assert filtered("code <> '90001'", bbox="0.1,45.1,1.5,45.2") == {"90002"}
    shape = "S_INTERSECTS(geometry, POINT(45.5 0.5))"
    assert filtered(shape, filter_crs=f"{EPSG}4326") == {"90001"}


def cql2_text() -> None:
    assert filtered("name = 'A'", filter_lang="cql2-text") == {"90001"}


def cql2_json() -> None:
    assert filtered(JSON_FILTER, filter_lang="cql2-json") == {"90001"}


def basic_cql2() -> None:
    for text, meant in {
        "code > '90002' AND NOT code = '90004'": {"90003"},
        "code = '90001' OR code = '90004'": {"90001", "90004"},
        "code >= '90003'": {"90003", "90004"},
        "code <= '90001'": {"90001"},
        "code < '90002'": {"90001"},
        "code <> '90001' AND code < '90003'": {"90002"},
        "code IS NULL": set(),
        "name IS NOT NULL": {"90001", "90002", "90003", "90004"},
    }.items():
        assert filtered(text) == meant, text


def advanced_comparisons() -> None:
    assert filtered("code LIKE '%1'") == {"90001"}
    assert filtered("code BETWEEN '90002' AND '90003'") == {"90002", "90003"}
    assert filtered("code NOT IN ('90001', '90002')") == {"90003", "90004"}


def spatial() -> None:
    assert filtered("S_INTERSECTS(geometry, POINT(1.5 46.5))") == {"90004"}
    assert filtered("S_INTERSECTS(geometry, BBOX(0.1, 45.1, 0.2, 46.5))") == {"90001", "90003"}


def spatial_plus() -> None:
    line = "LINESTRING(0.5 45.5, 1.5 45.5)"
    both = "MULTIPOINT((0.5 45.5), (1.5 46.5))"
    ring = "POLYGON((0.1 45.1, 0.2 45.1, 0.2 45.2, 0.1 45.1))"
    assert filtered(f"S_INTERSECTS(geometry, {line})") == {"90001", "90002"}
    assert filtered(f"S_INTERSECTS(geometry, {both})") == {"90001", "90004"}
    assert filtered(f"S_INTERSECTS(geometry, {ring})") == {"90001"}


# ------------------------------------------------------------------ Tiles and their matrices
def tilesets() -> list[Any]:
    of = got(f"collections/{AREAS}").json()
    listed: list[Any] = got(rel(of, "tilesets-vector")).json()["tilesets"]
    return listed


def tileset() -> None:
    [listed] = tilesets()
    told = got(rel(listed, "self")).json()
    assert told["dataType"] == "vector"
    assert told["tileMatrixSetURI"].endswith("/WebMercatorQuad")
    assert told["layers"][0]["id"] == "areas"


def tile() -> bytes:
    [listed] = tilesets()
    path = rel(got(rel(listed, "self")).json(), "item")
    for name, value in {"tileMatrix": 9, "tileRow": 182, "tileCol": 257}.items():
        path = path.replace(f"{{{name}}}", str(value))
    answer = got(urlsplit(path).path)
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    data: bytes = answer.content
    return data


def tiles_core() -> None:
    assert tile()


def mvt() -> None:
    data = tile()
    assert faults(data) == []
    assert set(mapbox_vector_tile.decode(data)) == {"areas"}


def matrices() -> None:
    [listed] = got(rel(got(f"{ROOT}/").json(), "tiling-schemes")).json()["tileMatrixSets"]
    assert got(rel(listed, "self")).json()["id"] == "WebMercatorQuad"


def matrices_as_json() -> None:
    scheme = got("tileMatrixSets/WebMercatorQuad", accept="application/json").json()
    assert scheme["crs"].endswith("/3857")
    for matrix in scheme["tileMatrices"]:
        assert matrix["matrixWidth"] == matrix["matrixHeight"] == 2 ** int(matrix["id"])


FEATURES, TILES = "ogcapi-features-{}/1.0/conf/", "ogcapi-tiles-1/1.0/conf/"
ONE, TWO, THREE = (FEATURES.format(part) for part in (1, 2, 3))
CQL2, TMS = "cql2/1.0/conf/", "tms/2.0/conf/"
SHOWN: dict[str, Callable[[], object]] = {
    ONE + "core": core, ONE + "oas30": oas30, ONE + "html": html, ONE + "geojson": geojson,
    TWO + "crs": crs,
    THREE + "queryables": queryables,
    THREE + "queryables-query-parameters": queryables_as_parameters,
    THREE + "filter": with_filter, THREE + "features-filter": features_with_filter,
    CQL2 + "cql2-text": cql2_text, CQL2 + "cql2-json": cql2_json, CQL2 + "basic-cql2": basic_cql2,
    CQL2 + "advanced-comparison-operators": advanced_comparisons,
    CQL2 + "basic-spatial-functions": spatial, CQL2 + "basic-spatial-functions-plus": spatial_plus,
    TILES + "core": tiles_core, TILES + "tileset": tileset, TILES + "tilesets-list": tilesets,
    TILES + "geodata-tilesets": tilesets, TILES + "mvt": mvt,
    TMS + "tilematrixset": matrices, TMS + "json-tilematrixset": matrices_as_json,
}  # fmt: skip


def test_every_declared_class_is_shown_and_every_shown_one_declared(world: World) -> None:
    pinned(0.25, 45.25)
    declared = got("conformance").json()["conformsTo"]
    spec = "http://www.opengis.net/spec/"
    assert sorted(declared) == sorted(spec + name for name in SHOWN)
    for name, show in SHOWN.items():
        try:
            show()
        except Exception as error:
            error.add_note(f"declared: {name}")
            raise


@pytest.mark.parametrize(
    "accept",
    ["text/html;q=2", "text/*;q=0.1, */*;q=0", "*/json", "\x00", "a/b;c=" + "d" * 9_000, ","],
)
@pytest.mark.parametrize(
    "path",
    ["", "conformance", "collections", f"collections/{AREAS}/items", "api", "tileMatrixSets"],
)
def test_accept_never_ends_in_an_error(world: World, path: str, accept: str) -> None:
    for method in ("get", "head", "options"):
        answer = getattr(Client(), method)(f"{ROOT}/{path}", headers={"accept": accept})
        assert answer.status_code in (200, 204), (method, path)
