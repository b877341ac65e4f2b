"""OGC API Tiles: from the landing page to a tile, by links alone; TileJSON 3 says the same."""

import mapbox_vector_tile
import pytest
from django.test import Client

from tests.ogc import ROOT, rel
from tests.overlays import published
from tests.submissions import pinned
from tests.world import World


@pytest.mark.parametrize(
    ("collection", "layer"),
    [("submissions", "submissions"), ("areas-commune", "areas"), ("overlays-halves", "overlay")],
)
def test_links_lead_from_the_landing_page_to_a_tile(
    client: Client, world: World, collection: str, layer: str
) -> None:
    """Core, tile sets list, tile set, geodata tile sets, MVT."""
    pinned(0.25, 45.25)
    published(world)
    data = client.get(rel(client.get(f"{ROOT}/").json(), "data")).json()["collections"]
    described = next(one for one in data if one["id"] == collection)
    [listed] = client.get(rel(described, "tilesets-vector")).json()["tilesets"]
    tileset = client.get(rel(listed, "self")).json()
    assert tileset["tileMatrixSetURI"] == listed["tileMatrixSetURI"]
    assert (tileset["dataType"], tileset["layers"][0]["id"]) == ("vector", layer)
    scheme = client.get(rel(tileset, "tiling-scheme")).json()
    zooms = {matrix["id"]: matrix for matrix in scheme["tileMatrices"]}
    limits = tileset["tileMatrixSetLimits"]
    assert all(
        limit["maxTileRow"] == zooms[limit["tileMatrix"]]["matrixHeight"] - 1 for limit in limits
    )
    zoom = max(int(limits[0]["tileMatrix"]), 9)
    matrix = zooms[str(zoom)]
    side_m = matrix["cellSize"] * matrix["tileWidth"]
    left, top = matrix["pointOfOrigin"]
    column, row = int((27829.87 - left) / side_m), int((top - 5660882.0) / side_m)  # 0.25, 45.25
    item = next(link for link in tileset["links"] if link["rel"] == "item")
    assert item["templated"] is True
    path = rel(tileset, "item")
    for name, value in (("tileMatrix", zoom), ("tileRow", row), ("tileCol", column)):
        path = path.replace(f"{{{name}}}", str(value))
    tile = client.get(path)
    assert tile["Content-Type"] == item["type"] == "application/vnd.mapbox-vector-tile"
    [drawn] = mapbox_vector_tile.decode(tile.content)
    assert drawn == layer


def test_the_matrices_are_those_of_the_standard(client: Client, db: None) -> None:
    """OGC 17-083r4, annex D.1, table D.1."""
    scheme = client.get(f"{ROOT}/tileMatrixSets/WebMercatorQuad").json()
    first, last = scheme["tileMatrices"][0], scheme["tileMatrices"][18]
    assert first["scaleDenominator"] == pytest.approx(559082264.028717, rel=1e-9)
    assert first["cellSize"] == pytest.approx(156543.033928041, rel=1e-9)
    assert last["scaleDenominator"] == pytest.approx(2132.72958385, rel=1e-9)
    assert (last["matrixWidth"], last["tileWidth"]) == (262144, 256)
    [listed] = client.get(f"{ROOT}/tileMatrixSets").json()["tileMatrixSets"]
    assert listed["uri"] == scheme["uri"]


@pytest.mark.parametrize("path", ["submissions.json", "areas/commune.json", "overlays/halves.json"])
def test_tilejson_has_what_version_3_asks_for(client: Client, world: World, path: str) -> None:
    published(world)
    document = client.get(f"/tiles/{path}").json()
    assert document["tilejson"] == "3.0.0"
    [template] = document["tiles"]
    assert template.startswith("http")
    assert all(variable in template for variable in ("{z}", "{x}", "{y}"))
    [layer] = document["vector_layers"]
    assert layer["id"]
    assert all(isinstance(told, str) for told in layer["fields"].values())
    assert 0 <= document["minzoom"] <= document["maxzoom"] <= 30
    if "bounds" in document:
        west, south, east, north = document["bounds"]
        assert -180 <= west < east <= 180
        assert -90 <= south < north <= 90
