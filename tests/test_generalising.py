"""Shapes for each zoom: neighbours keep their borders, and no tile has room for too much."""

import time

import numpy
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from geodata.generalising import ZOOMS, Shape, step_for, steps
from geodata.tiles import HALF_WORLD_M

PIXEL_M = {zoom: 2 * HALF_WORLD_M / 2**zoom / 512 for zoom in range(23)}


def wavy(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    """300 points along a line that is never straight (a coast, a river), without the last."""
    (x0, y0), (x1, y1) = start, end
    along = numpy.linspace(0, 1, 300, endpoint=False)
    off = 3_000 * numpy.sin(40 * along * numpy.pi) + 300 * numpy.sin(300 * along)
    off *= numpy.sin(along * numpy.pi)
    length = numpy.hypot(x1 - x0, y1 - y0)
    nx, ny = -(y1 - y0) / length, (x1 - x0) / length
    return list(
        zip(x0 + along * (x1 - x0) + off * nx, y0 + along * (y1 - y0) + off * ny, strict=True)
    )


def neighbours(count: int = 3, side_m: float = 60_000) -> list[Shape]:
    """A grid of wavy squares: each border is one line, of one and of the other."""

    def line(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[float, float]]:
        there = wavy((a[0] * side_m, a[1] * side_m), (b[0] * side_m, b[1] * side_m))
        return [*there, (b[0] * side_m, b[1] * side_m)]

    def square(x: int, y: int) -> Polygon:
        south, north = line((x, y), (x + 1, y)), line((x, y + 1), (x + 1, y + 1))
        west, east = line((x, y), (x, y + 1)), line((x + 1, y), (x + 1, y + 1))
        return Polygon([*south, *east[1:], *north[::-1][1:], *west[::-1][1:-1]])

    places = [(x, y) for x in range(count) for y in range(count)]
    return [Shape(key, square(x, y)) for key, (x, y) in enumerate(places)]


@pytest.mark.parametrize(
    ("zoom", "step"), [(0, 3), (3, 3), (4, 5), (8, 8), (9, 10), (11, 12), (12, 12), (13, None)]
)
def test_each_zoom_has_the_step_that_is_just_fine_enough(zoom: int, step: int | None) -> None:
    assert step_for(zoom) == step


def test_neighbours_keep_the_same_border_at_each_step() -> None:
    before = 10**9
    for step, shapes in steps(neighbours()):
        ground = [shape.geometry for shape in shapes]
        assert shapely.coverage_is_valid(ground), step
        # No gap either: what they cover together is one piece without a hole.
        whole = shapely.coverage_union_all(ground)
        assert shapely.get_num_geometries(whole) == 1, step
        assert shapely.get_num_interior_rings(shapely.get_geometry(whole, 0)) == 0, step
        assert {shape.key for shape in shapes} == set(range(9)), step
        after = int(shapely.get_num_coordinates(ground).sum())
        assert after <= before
        before = after
    assert before < 200


def test_no_border_moves_by_more_than_a_few_pixels() -> None:
    exact = {shape.key: shape.geometry for shape in neighbours()}
    for step, shapes in steps(neighbours()):
        for shape in shapes[4:5]:
            away = shapely.hausdorff_distance(exact[shape.key].boundary, shape.geometry.boundary)
            assert away < 8 * PIXEL_M[step], step


def test_outlines_that_cross_are_simplified_all_the_same_and_valid() -> None:
    discs = [Shape(key, Point(key * 900, 0).buffer(5_000, quad_segs=200)) for key in range(20)]
    same = [Shape(key + 20, discs[0].geometry) for key in range(20)]
    coarse = dict(steps([*discs, *same]))[7]
    assert all(shape.geometry.is_valid for shape in coarse)
    assert sum(shapely.get_num_coordinates(shape.geometry) for shape in coarse) < 40 * 60


def test_lines_points_and_surfaces_come_out_as_what_they_were() -> None:
    mixed = [
        Shape(0, Point(5, 5)),
        Shape(1, LineString(wavy((0, 0), (90_000, 0)))),
        Shape(2, box(0, 0, 9_000, 9_000)),
    ]
    for _step, shapes in steps(mixed):
        kinds = {shape.key: shape.geometry.geom_type for shape in shapes}
        assert kinds == {0: "Point", 1: "LineString", 2: "Polygon"}
    assert shapely.get_num_coordinates(shapes[1].geometry) < 100


def test_a_lone_garden_can_still_be_seen_from_afar() -> None:
    for step, (garden,) in steps([Shape(7, box(500, 500, 520, 520))]):
        west, _south, east, _north = garden.geometry.bounds
        assert east - west >= min(20, PIXEL_M[step]) - 1e-6, step
        assert garden.count == 1


def test_what_is_too_much_for_a_tile_is_gathered_and_counted() -> None:
    """10,000 fields of 1 km in a square of 100 km: one tile at z7 has no room for each."""
    fields = [
        Shape(x * 100 + y, box(x * 1_000, y * 1_000, x * 1_000 + 1_000, y * 1_000 + 1_000))
        for x in range(100)
        for y in range(100)
    ]
    by_step = dict(steps(fields))
    assert len(by_step[12]) == 10_000
    assert len(by_step[7]) < 3_000
    for step, shapes in by_step.items():
        assert sum(shape.count for shape in shapes) == 10_000, step
        assert len({shape.key for shape in shapes}) == len(shapes), step
    covered = shapely.union_all([shape.geometry for shape in by_step[7]]).area
    assert covered == pytest.approx(1e10, rel=0.01), "no hole where they were gathered"


def test_only_what_looks_alike_is_gathered() -> None:
    points = [
        Shape(key, Point(key % 100 + 1, key // 100 + 1), look="red" if key % 2 else "blue")
        for key in range(20_000)
    ]
    coarse = dict(steps(points))[5]
    assert {(shape.look, shape.count) for shape in coarse} == {("red", 10_000), ("blue", 10_000)}


def test_a_shape_of_400_000_vertices_does_not_hold_up_the_job() -> None:
    along = numpy.linspace(0, 2 * numpy.pi, 400_000, endpoint=False)
    radius = 50_000 + 20 * numpy.sin(numpy.arange(400_000))
    star = Polygon(numpy.c_[radius * numpy.cos(along), radius * numpy.sin(along)])
    began = time.monotonic()
    sizes = {
        step: int(shapely.get_num_coordinates(one.geometry))
        for step, (one,) in steps([Shape(0, star)])
    }
    assert time.monotonic() - began < 30
    assert sizes[8] < 2_000


def test_steps_come_from_the_finest_to_the_coarsest() -> None:
    assert [step for step, _shapes in steps([Shape(0, box(0, 0, 1, 1))])] == list(ZOOMS)
    assert [shapes for _step, shapes in steps([])] == [[]] * len(ZOOMS)
