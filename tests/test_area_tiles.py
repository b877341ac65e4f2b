"""Area tiles, read with an independent decoder."""

from typing import Any

import mapbox_vector_tile
import pytest
from django.test import Client

from tests.world import World


def decode(client: Client, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    layers = mapbox_vector_tile.decode(answer.content)
    return {f["properties"]["code"]: f for f in layers.get("areas", {}).get("features", [])}


def test_a_tile_holds_the_areas_of_its_level_with_code_name_and_id(
    client: Client, world: World
) -> None:
    communes = decode(client, "/tiles/areas/commune/9/257/182.mvt")
    assert communes["90001"]["properties"] == {"code": "90001", "name": "A"}
    assert communes["90001"]["id"] == world.area("commune", "90001").pk


def test_below_the_first_zoom_of_its_level_a_tile_is_empty(client: Client, world: World) -> None:
    assert decode(client, "/tiles/areas/commune/0/0/0.mvt") == {}
    assert "99" in decode(client, "/tiles/areas/region/3/4/2.mvt")


@pytest.mark.parametrize(
    "path",
    [
        "commune/9/512/0.mvt",
        "commune/9/0/512.mvt",
        "commune/23/0/0.mvt",
        "commune/9/0.5/0.mvt",
        "commune/-1/0/0.mvt",
        f"commune/{'9' * 400}/0/0.mvt",
        f"commune/{'9' * 5000}/0/0.mvt",
        "planet/0/0/0.mvt",
    ],
)
def test_outside_the_pyramid_there_is_nothing(client: Client, world: World, path: str) -> None:
    assert client.get(f"/tiles/areas/{path}").status_code == 404


def test_an_unchanged_tile_is_not_sent_again(client: Client, world: World) -> None:
    path = "/tiles/areas/commune/9/257/182.mvt"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "public" in first["Cache-Control"]
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


def test_tilejson_says_where_the_tiles_and_their_fields_are(client: Client, world: World) -> None:
    document = client.get("/tiles/areas/commune.json").json()
    assert document["tilejson"] == "3.0.0"
    assert document["tiles"] == ["http://testserver/tiles/areas/commune/{z}/{x}/{y}.mvt"]
    assert document["bounds"] == [0, 45, 2, 47]
    assert set(document["vector_layers"][0]["fields"]) == {"code", "name"}


def test_an_outline_is_a_geojson_feature(client: Client, world: World) -> None:
    feature = client.get("/areas/commune/90001.geojson").json()
    assert feature["properties"] == {"level": "commune", "code": "90001", "name": "A"}
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert client.get("/areas/commune/00000.geojson").status_code == 404
