"""Overlays on the map: decoded tiles, TileJSON, and the list maps read."""

from typing import Any

import mapbox_vector_tile
import pytest
from django.test import Client

from layers import actions
from layers.models import Overlay
from tests import overlays
from tests.world import World

Z, X, Y = 7, 64, 45
"""The tile north-east of 0° E, from 43.07 to 45.09° N: the south of commune A's halves."""
TILE = f"/tiles/overlays/halves/{Z}/{X}/{Y}.mvt"

STYLED = overlays.kml(
    overlays.placemark("Plain", 0, 44, 0.5, 45, "Q1"),
    overlays.placemark("Styled", 0.5, 44, 1, 45, "Q2").replace(
        "<ExtendedData>",
        "<Style><LineStyle><color>7f0000ff</color><width>3</width></LineStyle>"
        "<PolyStyle><color>ff00ff00</color><fill>0</fill></PolyStyle></Style><ExtendedData>",
    ),
)


def _features(response: Any) -> dict[str, dict[str, Any]]:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.mapbox-vector-tile"
    decoded = mapbox_vector_tile.decode(response.content)
    features = decoded["overlay"]["features"] if decoded else []
    return {feature["properties"]["name"]: feature for feature in features}


def test_published_overlay_is_in_its_tiles_with_names_and_styles(world: World) -> None:
    overlays.published(world, STYLED)
    found = _features(Client().get(TILE))
    assert found["Plain"]["properties"] == {"name": "Plain", "folder": ""}
    assert found["Plain"]["geometry"]["type"] == "Polygon"
    assert found["Styled"]["properties"] == {
        "name": "Styled",
        "folder": "",
        "stroke": "#ff0000",
        "stroke_opacity": 0.498,
        "stroke_width": 3.0,
        "fill": "#00ff00",
        "fill_opacity": 0.0,
    }


def test_names_in_tiles_come_from_the_chosen_field(world: World) -> None:
    version = overlays.read(world, STYLED)
    actions.publish(overlay_import=version, by=None, name_field="CODE")
    assert set(_features(Client().get(TILE))) == {"Q1", "Q2"}


def test_tile_is_gone_as_soon_as_the_overlay_is_withdrawn(world: World) -> None:
    overlay = overlays.published(world, STYLED)
    first = Client().get(TILE)
    assert first["Cache-Control"] == "public, no-cache"
    again = Client().get(TILE, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    actions.withdraw(overlay=overlay, by=None)
    late = Client().get(TILE, headers={"if-none-match": first["ETag"]})
    assert late.status_code == 404
    assert Client().get("/overlays.json").json() == {"overlays": []}
    assert Client().get("/tiles/overlays/halves.json").status_code == 404


def test_draft_is_in_no_public_tile_and_staff_preview_it_privately(world: World) -> None:
    version = overlays.read(world, STYLED)
    preview = f"{TILE}?import={version.pk}"
    for path in (TILE, preview):
        assert Client().get(path).status_code == 404
    for who, status in {"alice": 200, "bob": 200, "charlie": 404}.items():
        client = Client()
        client.force_login(world.user(who))
        assert client.get(preview).status_code == status
        assert client.get(TILE).status_code == 404
    bob = Client()
    bob.force_login(world.user("bob"))
    response = bob.get(preview)
    assert response["Cache-Control"] == "private, no-cache"
    assert set(_features(response)) == {"Plain", "Styled"}


def test_preview_shows_the_version_asked_for_and_no_other(world: World) -> None:
    overlay = overlays.published(world, STYLED)
    newer = overlays.read(
        world, overlays.kml(overlays.placemark("New", 0, 44, 1, 45)), overlay=overlay
    )
    bob = Client()
    bob.force_login(world.user("bob"))
    assert set(_features(bob.get(f"{TILE}?import={newer.pk}"))) == {"New"}
    assert set(_features(Client().get(TILE))) == {"Plain", "Styled"}


@pytest.mark.parametrize("path", ["23/0/0", "7/128/0", "7/0/128", f"{Z}/{X}/{Y}x"])
def test_tiles_outside_the_pyramid_are_not_found(world: World, path: str) -> None:
    overlays.published(world, STYLED)
    assert Client().get(f"/tiles/overlays/halves/{path}.mvt").status_code == 404


@pytest.mark.parametrize("number", ["", "x", "\x00", "9" * 40, "-1"])
def test_versions_that_are_no_number_are_not_found(world: World, number: str) -> None:
    overlays.published(world, STYLED)
    bob = Client()
    bob.force_login(world.user("bob"))
    assert bob.get(TILE, {"import": number}).status_code == 404


def test_list_for_maps_names_each_published_overlay_with_its_bounds(world: World) -> None:
    overlay = overlays.published(world)
    Overlay.objects.filter(pk=overlay.pk).update(attribution="Town hall", licence="ODbL")
    overlays.read(world, name="A draft")
    assert Client().get("/overlays.json").json() == {
        "overlays": [
            {
                "slug": "halves",
                "name": "Halves",
                "colour": "#0b6e4f",
                "attribution": "Town hall · ODbL",
                "tiles": "/tiles/overlays/halves/{z}/{x}/{y}.mvt",
                "minzoom": 0,
                "maxzoom": 18,
                "bounds": [0.0, 45.0, 1.0, 46.0],
                "icons": "/overlays/icons/DIGEST.png",
                "legend": "/overlays/halves/legend.json",
                "shapes": "/overlays/halves/shapes/",
                "shape": "/overlays/halves/shapes/0/",
            }
        ]
    }


def test_tilejson_follows_the_standard(world: World) -> None:
    overlays.published(world)
    document = Client().get("/tiles/overlays/halves.json").json()
    assert document["tilejson"] == "3.0.0"
    assert document["tiles"] == ["http://testserver/tiles/overlays/halves/{z}/{x}/{y}.mvt"]
    assert document["bounds"] == [0.0, 45.0, 1.0, 46.0]
    assert document["vector_layers"][0]["id"] == "overlay"
