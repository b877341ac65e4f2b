"""Tiles from the shapes made for each zoom: decoded, bounded, and gone with what they show."""

import json
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from django.contrib.gis.geos import Point as GEOSPoint
from django.db import connection
from django.test import Client
from shapely.geometry import shape

from geodata import editions, generalised
from geodata.models import Area, Edition, GeneralisedArea
from geodata.thinning import MOST_BYTES
from layers import actions, importing
from layers.models import GeneralisedFeature, Overlay, OverlayFeature, OverlayImport
from tests import overlays
from tests.world import World

COMMUNES = "/tiles/areas/commune/9/257/182.mvt"
HALVES = "/tiles/overlays/halves/{}.mvt"


def decoded(path: str, client: Client | None = None) -> dict[str, list[dict[str, Any]]]:
    """Layer → features of a tile."""
    answer = (client or Client()).get(path)
    assert answer.status_code == 200
    assert len(answer.content) <= MOST_BYTES
    layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
    return {name: layer["features"] for name, layer in layers.items()}


def ring(feature: dict[str, Any]) -> set[tuple[int, int]]:
    return {tuple(point) for point in feature["geometry"]["coordinates"][0]}


def assert_alike(
    some: list[dict[str, Any]], others: list[dict[str, Any]], *, units: float, finer: int = 1
) -> None:
    """The same features, their vertices at most so far apart, wherever their rings begin; `some`
    told in `finer` times as many units."""
    assert len(some) == len(others)
    by_id = {feature["id"]: feature for feature in others}
    for feature in some:
        other = by_id[feature["id"]]
        assert feature["properties"] == other["properties"]
        one, two = shape(feature["geometry"]), shape(other["geometry"])
        one = shapely.transform(one, lambda points: points / finer)
        assert one.is_valid
        assert shapely.hausdorff_distance(one.boundary, two.boundary) <= 1.5 * units


def many_points(world: World, count: int) -> Overlay:
    """An overlay with `count` points along the diagonal of a square of 0.01°."""
    overlay = overlays.published(world)
    OverlayFeature.objects.bulk_create(
        OverlayFeature(
            overlay_import=overlay.published,
            position=10 + n,
            name=f"A point with a name of its own {n}",
            geom=GEOSPoint(0.01 * n / count, 45 + 0.01 * n / count, srid=4326),
        )
        for n in range(count)
    )
    return overlay


def test_areas_look_the_same_before_and_after_their_steps_are_made(world: World) -> None:
    before = decoded(COMMUNES)["areas"]
    generalised.generalise(world.editions["commune"])
    assert GeneralisedArea.objects.filter(edition=world.editions["commune"]).count() == 4 * 7
    after = decoded(COMMUNES)["areas"]
    assert_alike(after, before, units=1, finer=2)


def test_neighbours_share_their_border_in_the_tile(world: World) -> None:
    generalised.generalise(world.editions["commune"])
    by_code = {
        f["properties"]["code"]: f for f in decoded("/tiles/areas/commune/9/257/182.mvt")["areas"]
    }
    shared = ring(by_code["90001"]) & ring(by_code["90002"])
    assert len(shared) == 2, "both ends of the border between A and B"


def test_level_with_an_edition_that_waits_is_shown_in_full(world: World) -> None:
    generalised.generalise(world.editions["commune"])
    GeneralisedArea.objects.filter(edition=world.editions["commune"]).delete()
    assert decoded(COMMUNES) == {}, "the steps are read, not the areas"
    Edition.objects.filter(pk=world.editions["commune"].pk).update(generalised_at=None)
    assert len(decoded(COMMUNES)["areas"]) == 4


def test_close_up_the_full_outline_is_shown(world: World) -> None:
    generalised.generalise(world.editions["commune"])
    GeneralisedArea.objects.all().delete()
    assert len(decoded("/tiles/areas/commune/13/4118/2926.mvt")["areas"]) >= 1


def test_an_edition_that_is_rolled_back_takes_its_steps_along(world: World) -> None:
    edition = world.editions["quartier"]
    generalised.generalise(edition)
    editions.roll_back(edition=edition)
    assert not GeneralisedArea.objects.filter(edition=edition.pk).exists()


def test_editions_without_steps_get_a_job(world: World) -> None:
    waiting = Edition.objects.filter(generalised_at=None).count()
    assert waiting == len(world.editions)
    assert generalised.generalise_waiting() == waiting
    generalised.generalise(world.editions["commune"])
    assert generalised.generalise_waiting() == waiting - 1


def test_overlay_says_the_same_with_steps_and_without(world: World) -> None:
    overlay = overlays.published(world)
    path = HALVES.format("8/128/91")
    before = decoded(path)["overlay"]
    importing.generalise(overlay.published_id or 0)
    after = decoded(path)["overlay"]
    assert {f["properties"]["name"] for f in after} == {"West half", "East half"}
    assert_alike(after, before, units=0)
    west, east = sorted(after, key=lambda f: f["properties"]["name"], reverse=True)
    assert len(ring(west) & ring(east)) == 2


def test_steps_of_an_overlay_follow_the_chosen_name(world: World) -> None:
    version = overlays.read(world)
    importing.generalise(version.pk)
    actions.publish(overlay_import=version, by=None, name_field="CODE")
    names = {f["properties"]["name"] for f in decoded(HALVES.format("8/128/91"))["overlay"]}
    assert names == {"Q1", "Q2"}


def test_gathered_shapes_say_how_many_they_are_and_no_name(world: World) -> None:
    overlay = many_points(world, 6_000)
    importing.generalise(overlay.published_id or 0)
    shapes = decoded(HALVES.format("5/16/11"))["overlay"]
    points = [f for f in shapes if f["geometry"]["type"] != "Polygon"]
    assert len(points) < 10
    assert sum(point["properties"].get("gathered", 1) for point in points) == 6_000
    for point in points:
        if "gathered" in point["properties"]:
            assert set(point["properties"]) == {"gathered"}
            assert not point.get("id")


@pytest.mark.parametrize("zoom_x_y", ["5/16/11", "12/2048/1473", "14/8192/5893"])
def test_no_tile_is_endless_and_one_that_is_thinned_says_so(world: World, zoom_x_y: str) -> None:
    many_points(world, 8_000)
    found = decoded(HALVES.format(zoom_x_y))
    ((marker,),) = [found["thinned"]]
    shown = len(found["overlay"])
    assert marker["properties"]["of"] >= 8_000
    assert 500 < shown <= marker["properties"]["shown"] < marker["properties"]["of"]


def test_the_largest_shapes_stay_when_a_tile_is_thinned(world: World) -> None:
    many_points(world, 8_000)
    names = {f["properties"]["name"] for f in decoded(HALVES.format("8/128/91"))["overlay"]}
    assert {"West half", "East half"} <= names


def test_version_that_is_deleted_takes_its_steps_along(world: World) -> None:
    overlay = overlays.published(world)
    importing.generalise(overlay.published_id or 0)
    assert GeneralisedFeature.objects.count() == 2 * 7
    overlay.delete()
    assert not GeneralisedFeature.objects.exists()


def test_withdrawn_overlay_shows_no_step_either(world: World) -> None:
    overlay = overlays.published(world)
    importing.generalise(overlay.published_id or 0)
    actions.withdraw(overlay=overlay, by=None)
    assert Client().get(HALVES.format("8/128/91")).status_code == 404


def test_reading_a_file_orders_its_steps_and_a_failed_one_gets_none(world: World) -> None:
    version = overlays.read(world)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args::text FROM procrastinate_jobs WHERE task_name = 'layers.generalise_import'"
        )
        assert [json.loads(args)["import_id"] for (args,) in cursor.fetchall()] == [version.pk]
    OverlayImport.objects.filter(pk=version.pk).update(state="failed")
    importing.generalise(version.pk)
    assert not GeneralisedFeature.objects.exists()


def test_areas_of_today_alone_are_in_the_tile(world: World) -> None:
    """Steps of an edition that has ended stay, for a roll back, and are not shown."""
    old = world.editions["quartier"]
    generalised.generalise(old)
    assert decoded("/tiles/areas/quartier/11/1025/734.mvt") != {}
    Edition.objects.filter(pk=old.pk).update(valid_to="2019-01-01")
    assert Area.objects.filter(edition=old).exists()
    assert decoded("/tiles/areas/quartier/11/1025/734.mvt") == {}
