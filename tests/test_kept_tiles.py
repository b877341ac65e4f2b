"""Tiles kept in memory and answered past the stack: never for who may not see them, never old."""

import time
from copy import copy

import mapbox_vector_tile
import pytest
from django.db import connection
from django.test import Client

from geodata import editions, generalised
from geodata.models import Area
from geodata.thinning import MOST_BYTES
from layers import actions, importing
from layers.models import Overlay, Visibility
from tests import overlays
from tests.test_generalised_tiles import assert_alike, decoded
from tests.world import World

TILE = "/tiles/overlays/halves/8/128/91.mvt"
_CIRCLE = """
    INSERT INTO layers_overlayfeature (overlay_import_id, position, name, folder, path,
        description, fields, begin, "end", style, geom)
    SELECT %s, 10, 'Round', '', '[]', '', '{}', '', '', '{}',
        ST_Transform(ST_Buffer(ST_Transform(ST_SetSRID(ST_Point(0.5, 45.5), 4326), 3857), 40000,
            'quad_segs=75000'), 4326)
"""
"""A surface with 300,000 vertices; the tiles asked for hold its easternmost point."""


def _names(client: Client, path: str = TILE) -> set[str]:
    response = client.get(path)
    assert response.status_code == 200
    layers = mapbox_vector_tile.decode(response.content)
    return {f["properties"].get("name", "") for f in layers["overlay"]["features"]}


def _signed_in(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.user(who))
    return client


@pytest.fixture
def halves(world: World) -> Overlay:
    """Published, with steps, and its tile kept."""
    overlay = overlays.published(world)
    importing.generalise(overlay.published_id or 0)
    assert _names(Client()) == {"West half", "East half"}
    return overlay


def test_overlay_turned_staff_only_is_gone_for_strangers_and_there_for_staff(
    world: World, halves: Overlay
) -> None:
    actions.show_to(overlay=halves, visibility=Visibility.STAFF, by=None)
    assert Client().get(TILE).status_code == 404
    charlie = _signed_in(world, "charlie")
    assert _names(charlie) == {"West half", "East half"}
    assert charlie.get(TILE)["Cache-Control"] == "private, no-cache"
    actions.withdraw(overlay=halves, by=None)
    assert charlie.get(TILE).status_code == 404


def test_overlay_seen_by_link_is_gone_without_its_key(halves: Overlay) -> None:
    actions.show_to(overlay=halves, visibility=Visibility.LINK, by=None)
    halves.refresh_from_db()
    assert Client().get(TILE).status_code == 404
    assert _names(Client(), f"{TILE}?key={halves.link_token}") == {"West half", "East half"}
    assert Client().get(f"{TILE}?key={halves.link_token[:-1]}").status_code == 404


def test_draft_beside_a_published_version_is_for_staff_alone(world: World, halves: Overlay) -> None:
    draft = overlays.kml(overlays.placemark("New", 0, 45, 1, 46))
    version = overlays.read(world, draft, overlay=halves)
    importing.generalise(version.pk)
    preview = f"{TILE}?import={version.pk}"
    assert Client().get(preview).status_code == 404
    assert _names(_signed_in(world, "bob"), preview) == {"New"}
    assert _names(_signed_in(world, "bob")) == {"West half", "East half"}


def test_version_put_back_is_shown_at_once(world: World, halves: Overlay) -> None:
    before = halves.published
    assert before is not None
    newer = overlays.read(
        world, overlays.kml(overlays.placemark("New", 0, 45, 1, 46)), overlay=halves
    )
    actions.publish(overlay_import=newer, by=None)
    assert _names(Client()) == {"New"}
    actions.publish(overlay_import=before, by=None)
    assert _names(Client()) == {"West half", "East half"}


def test_names_follow_the_field_chosen_later(halves: Overlay) -> None:
    Overlay.objects.filter(pk=halves.pk).update(name_field="CODE")
    assert _names(Client()) == {"Q1", "Q2"}


def test_edition_rolled_back_is_gone_from_the_tile_at_once(world: World) -> None:
    path = "/tiles/areas/quartier/11/1025/734.mvt"
    generalised.generalise(world.editions["quartier"])
    assert Client().get(path).content
    editions.roll_back(edition=world.editions["quartier"])
    response = Client().get(path)
    assert (response.status_code, response.content) == (200, b"")


def test_level_with_two_series_shows_both(world: World) -> None:
    """In full as long as one of them has no steps, and the same once both have."""
    path = "/tiles/areas/commune/9/257/182.mvt"
    one, other = world.editions["commune"], copy(world.editions["commune"])
    other.pk, other.series = None, "elsewhere"
    other.save(force_insert=True)
    assert Area.objects.filter(edition=one, code="90001").update(edition=other) == 1
    before = decoded(path)["areas"]
    assert len(before) == 4
    generalised.generalise(one)
    assert_alike(decoded(path)["areas"], before, units=0)
    generalised.generalise(other)
    assert_alike(decoded(path)["areas"], before, units=1, finer=2)


def test_surface_of_300_000_vertices_is_answered_in_time_and_in_few_bytes(world: World) -> None:
    overlay = overlays.published(world)
    with connection.cursor() as cursor:
        cursor.execute(_CIRCLE, [overlay.published_id])
    importing.generalise(overlay.published_id or 0)
    for z, x, y in ((8, 128, 91), (12, 2057, 1465), (13, 4115, 2930), (16, 32924, 23445)):
        path = f"/tiles/overlays/halves/{z}/{x}/{y}.mvt"
        began = time.perf_counter()
        response = Client().get(path)
        assert time.perf_counter() - began < 2
        assert len(response.content) <= MOST_BYTES
        assert "Round" in _names(Client(), path)
