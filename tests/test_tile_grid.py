"""Vertices on the grid of tiles: shapes stay valid, none is lost, tiles say them as they lie."""

from typing import Any

import mapbox_vector_tile
import numpy
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.test import Client
from shapely import GeometryCollection, LineString, MultiPoint, MultiPolygon, Point, Polygon, box
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geodata.generalising import steps
from geodata.tile_grid import on_grid
from geodata.tiles import HALF_WORLD_M
from layers import importing
from layers.models import OverlayFeature
from tests import overlays
from tests.test_generalised_tiles import decoded
from tests.test_generalising import neighbours
from tests.world import World

UNIT_M = 10.0
TILE = "/tiles/overlays/halves/8/128/91.mvt"
NECK = Polygon([(0, 0), (100, 0), (100, 100), (54, 100), (52, 8), (51, 7), (48, 98), (0, 100)])
"""As good as cut in two where it is thin."""


def placed(*shapes: BaseGeometry) -> list[BaseGeometry]:
    given = numpy.empty(len(shapes), dtype=object)
    given[:] = shapes
    return list(on_grid(given, UNIT_M))


def test_each_step_lies_on_the_grid_of_its_own_tiles_and_is_valid() -> None:
    for step, shapes in steps(neighbours()):
        unit_m = 2 * HALF_WORLD_M / 2**step / 2048
        for one in shapes:
            units = shapely.get_coordinates(one.geometry) / unit_m
            assert numpy.abs(units - numpy.rint(units)).max() < 1e-6, step
            assert one.geometry.is_valid, step
            assert not one.geometry.exterior.is_ccw, step


@pytest.mark.parametrize(
    "given",
    [
        box(3, 3, 4, 900),
        Polygon([(0, 0), (1_000, 1_000), (1_001, 1_000), (0, 0)]),
        MultiPolygon([box(3, 3, 4, 4), box(91, 91, 92, 92)]),
        NECK,
        Polygon([(0, 0), (100, 0), (100, 100), (0, 100)], [[(3, 3), (3, 97), (97, 97), (97, 3)]]),
    ],
)
def test_surface_thinner_than_the_grid_is_still_a_valid_surface(given: BaseGeometry) -> None:
    (one,) = placed(given)
    assert one.is_valid
    assert one.area > 0
    assert shapely.hausdorff_distance(shapely.point_on_surface(given), one) < 1_000


def test_spike_that_metres_do_not_show_is_none_in_units() -> None:
    """Of the outline the last but one vertex lies on the side before it, as whole units have it."""
    unit_m = 2 * HALF_WORLD_M / 2**5 / 2048
    units = [(866, 1187), (836, 1180), (845, 1146), (847, 1148), (846, 1147), (868, 1170)]
    for off in range(200):
        given = numpy.array([Polygon([((x + off) * unit_m, y * unit_m) for x, y in units])])
        (one,) = on_grid(given, unit_m)
        assert shapely.transform(one, lambda points: numpy.rint(points / unit_m)).is_valid


def test_line_shorter_than_the_grid_is_still_a_line() -> None:
    (one,) = placed(LineString([(3, 3), (4, 4)]))
    assert one.geom_type == "LineString"
    assert one.length > 0


def test_of_a_collection_the_surfaces_are_drawn_however_deep_they_lie() -> None:
    deep = GeometryCollection([Point(7, 7), GeometryCollection([box(0, 0, 100, 100)])])
    lines = GeometryCollection([Point(7, 7), LineString([(0, 0), (50, 50)])])
    assert [one.geom_type for one in placed(deep, lines)] == ["MultiPolygon", "MultiLineString"]
    (points,) = placed(MultiPoint([(1, 1), (49, 49)]))
    assert shapely.get_coordinates(points).tolist() == [[0, 0], [50, 50]]


def in_tile(overlay_import: Any, shapes: list[BaseGeometry], **said: Any) -> None:
    """Features of an import, drawn in EPSG:3857."""
    OverlayFeature.objects.bulk_create(
        OverlayFeature(
            overlay_import=overlay_import,
            position=100 + n,
            name=f"Wavy {n}",
            geom=GEOSGeometry(one.wkb_hex, srid=3857).transform(4326, clone=True),
            **said,
        )
        for n, one in enumerate(shapes)
    )


def test_neighbours_in_a_tile_leave_no_gap_and_do_not_overlap(world: World) -> None:
    """Within the tile, where they are moved only, and across its edge, where they are cut."""
    overlay = overlays.published(world)
    squares = [
        shapely.transform(one.geometry, lambda points: points * 0.2 + (20_000, 5_640_000))
        for one in neighbours(side_m=200_000)
    ]
    in_tile(overlay.published, squares)
    importing.generalise(overlay.published_id or 0)
    found = {f["id"]: shape(f["geometry"]) for f in decoded(TILE)["overlay"] if f["id"] >= 100}
    assert set(found) == set(range(100, 109))
    assert all(one.is_valid for one in found.values())
    whole = shapely.union_all(list(found.values()))
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert sum(one.area for one in found.values()) == pytest.approx(whole.area, abs=0.5)


def test_what_a_style_and_a_place_in_the_file_say_comes_from_the_step(world: World) -> None:
    overlay = overlays.published(world)
    style = {"stroke": "#aa0000", "stroke_width": 2.5, "fill_opacity": 0.25, "label_scale": 3}
    in_tile(overlay.published, [box(30_000, 5_650_000, 90_000, 5_700_000)], style=style)
    before = {f["id"]: f["properties"] for f in decoded(TILE)["overlay"]}
    importing.generalise(overlay.published_id or 0)
    after = {f["id"]: f["properties"] for f in decoded(TILE)["overlay"]}
    assert after == before
    assert after[100] == {
        "name": "Wavy 0",
        "folder": "",
        "stroke": "#aa0000",
        "stroke_width": 2.5,
        "fill_opacity": 0.25,
    }


def test_collection_of_points_and_surfaces_is_drawn_at_a_step(world: World) -> None:
    overlay = overlays.published(world)
    mixed = GeometryCollection(
        [Point(30_000, 5_650_000), box(40_000, 5_650_000, 90_000, 5_700_000)]
    )
    in_tile(overlay.published, [mixed])
    importing.generalise(overlay.published_id or 0)
    for path in (TILE, "/tiles/overlays/halves/7/64/45.mvt", "/tiles/overlays/halves/4/8/5.mvt"):
        assert Client().get(path).status_code == 200
        found = {f["id"]: f["geometry"]["type"] for f in decoded(path)["overlay"]}
        assert found[100] == "Polygon", path


@pytest.mark.parametrize(
    ("zoom", "extent"), [(8, 2048), (9, 4096), (10, 2048), (11, 4096), (1, 2048)]
)
def test_between_two_steps_a_tile_is_told_in_units_of_the_finer(
    world: World, zoom: int, extent: int
) -> None:
    overlay = overlays.published(world)
    importing.generalise(overlay.published_id or 0)
    x, y = 2**zoom // 2, int(91.5 * 2**zoom / 256)
    data = Client().get(f"/tiles/overlays/halves/{zoom}/{x}/{y}.mvt").content
    layer = mapbox_vector_tile.decode(data)["overlay"]
    assert layer["extent"] == extent
    west = next(f for f in layer["features"] if f["properties"].get("name", "West half"))
    assert min(px for px, _y in west["geometry"]["coordinates"][0]) == 0
