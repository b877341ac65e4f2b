"""Shapes for each zoom: fewer vertices, shared borders still shared, small tiles.

Pure: shapes in EPSG:3857, metres of the projection.  Neighbours are simplified together, as a
coverage (Visvalingam and Whyatt 1993, as GEOS does it), so that no sliver opens between them.
What a tile has no room for is gathered with its like around it into one shape that says how many
it stands for.  Each step is made from the finer one before it, and comes out on the grid that tiles
of its own zoom are told in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy
import shapely
from shapely import GEOSException
from shapely.geometry.base import BaseGeometry

from geodata.tile_grid import Geometries, on_grid
from geodata.tiles import HALF_WORLD_M, STEPPED_EXTENT

ZOOMS: Final = (12, 10, 8, 7, 6, 5, 3)
"""Each step serves tiles from the zoom after the next coarser one up to its own."""
FINEST: Final = ZOOMS[0]

_SIDE_PX: Final = 512
"""Maps of ours show a tile this wide."""
_CELL_PX: Final = 16
_LEAST_PX: Final = 1
_TOLERANCE_PX: Final = 4
"""The side of a square as large as the triangles that are cut off."""
_NAMED_PX: Final = 40
"""Wide enough for a name to be read."""
_ROOM_BYTES: Final = 140_000
"""What shapes in the middle of one tile may need: with the margin around it, about 220 KB."""
_ROOM_FOR_SINGLE: Final = 60_000
_MOST_VERTICES: Final = 200_000
"""A shape with more goes its own way: as one of a coverage it would take minutes."""
_MOST_PARTS: Final = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """`key` is the row that it stands for, and `said` what its step keeps of that one: the largest
    where `count` were gathered.  `is_named`: a single one, and wide enough to say its name.

    Only shapes of one `look` are gathered; `said_bytes` is what its properties take in a tile.
    `fits`: its outline neither crosses another nor lies on one it does not share.
    """

    key: int
    geometry: BaseGeometry
    look: str = ""
    said_bytes: int = 0
    count: int = 1
    fits: bool = True
    is_named: bool = True
    said: tuple[Any, ...] = ()


def step_for(zoom: int) -> int | None:
    """The step that serves tiles of a zoom; None where full geometry does."""
    return min((step for step in ZOOMS if step >= zoom), default=None)


def steps(shapes: Sequence[Shape]) -> Iterator[tuple[int, list[Shape]]]:
    """(step, its shapes) from the finest to the coarsest."""
    shapes = _fitting(list(shapes))
    for step, coarser in zip(ZOOMS, (*ZOOMS[1:], -1), strict=True):
        pixel_m = _pixel_m(step)
        shapes = [_named(shape, pixel_m) for shape in _simplified(shapes, pixel_m * _TOLERANCE_PX)]
        shapes = _gathered(shapes, coarser + 1)
        yield step, _placed([_seen(shape, pixel_m) for shape in shapes], step)


def _placed(shapes: list[Shape], step: int) -> list[Shape]:
    unit_m = 2 * HALF_WORLD_M / (1 << step) / STEPPED_EXTENT
    return _with(shapes, on_grid(_geometries(shapes), unit_m))


def _pixel_m(zoom: int) -> float:
    return 2 * HALF_WORLD_M / (1 << zoom) / _SIDE_PX


def _fitting(shapes: list[Shape]) -> list[Shape]:
    """Told once, since simplifying a coverage leaves one."""
    surfaces = [shape for shape in shapes if _is_surface(shape)]
    try:
        misfits: Any = shapely.coverage_invalid_edges(_geometries(surfaces))
        crossing = numpy.flatnonzero(~shapely.is_empty(misfits))
    except GEOSException:
        crossing = numpy.arange(len(surfaces))
    keys = {surfaces[place].key for place in crossing}
    return [replace(shape, fits=False) if shape.key in keys else shape for shape in shapes]


def _geometries(shapes: Sequence[Shape]) -> Geometries:
    found = numpy.empty(len(shapes), dtype=object)
    found[:] = [shape.geometry for shape in shapes]
    return found


def _is_surface(shape: Shape) -> bool:
    is_plane = shape.geometry.geom_type in ("Polygon", "MultiPolygon")
    return is_plane and int(shapely.get_num_coordinates(shape.geometry)) <= _MOST_VERTICES


def _simplified(shapes: list[Shape], tolerance_m: float) -> list[Shape]:
    geometries = _geometries(shapes)
    is_surface = numpy.array([_is_surface(shape) for shape in shapes], dtype=bool)
    fits = numpy.array([shape.fits for shape in shapes], dtype=bool)
    geometries[~is_surface] = _each_by_itself(geometries[~is_surface], tolerance_m)
    geometries[is_surface] = _as_coverage(geometries[is_surface], fits[is_surface], tolerance_m)
    return _with(shapes, geometries)


def _with(shapes: list[Shape], geometries: Geometries) -> list[Shape]:
    return [
        replace(shape, geometry=geometry)
        for shape, geometry in zip(shapes, geometries, strict=True)
    ]


def _as_coverage(surfaces: Geometries, fits: Any, tolerance_m: float) -> Geometries:
    """Shared borders stay shared.  Where outlines cross or lie on each other there is none to
    share: such a shape is simplified by itself as soon as that leaves less of it."""
    try:
        together = numpy.asarray(shapely.coverage_simplify(surfaces, tolerance_m))
    except GEOSException:
        return _each_by_itself(surfaces, tolerance_m)
    alone = numpy.flatnonzero(~fits)
    by_itself = _each_by_itself(surfaces[alone], tolerance_m)
    vertices = shapely.get_num_coordinates(together[alone])
    less = 2 * shapely.get_num_coordinates(by_itself) < vertices
    together[alone[less]] = by_itself[less]
    broken = ~shapely.is_valid(together) | shapely.is_empty(together)
    together[broken] = _each_by_itself(surfaces[broken], tolerance_m)
    return together


def _each_by_itself(shapes: Geometries, tolerance_m: float) -> Geometries:
    """Douglas and Peucker, half as tolerant: theirs is a distance, the other's an area."""
    is_large = shapely.get_num_coordinates(shapes) > _MOST_VERTICES
    simple = numpy.empty(len(shapes), dtype=object)
    simple[~is_large] = shapely.simplify(shapes[~is_large], tolerance_m / 2)
    quick: Any = shapely.simplify(shapes[is_large], tolerance_m / 2, preserve_topology=False)
    simple[is_large] = shapely.make_valid(quick)
    lost = shapely.is_empty(simple)
    simple[lost] = shapes[lost]
    return simple


def _gathered(shapes: list[Shape], zoom: int) -> list[Shape]:
    """With the small ones of every tile of `zoom` gathered where they are too many for it."""
    if not shapes:
        return []
    geometries = _geometries(shapes)
    boxes = shapely.bounds(geometries)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    sizes = numpy.hypot(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    bytes_ = _bytes(shapes, geometries)
    side_m = _pixel_m(zoom) * _SIDE_PX
    tiles: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, (x, y) in enumerate(numpy.floor(middles / side_m).astype(int)):
        tiles[x, y].append(place)
    kept: list[Shape] = []
    for inside in tiles.values():
        places = numpy.array(inside)
        single = _single(places, sizes, bytes_)
        kept += [shapes[place] for place in places[single]]
        rest = places[~single]
        cells = numpy.floor(middles[rest] / (_pixel_m(zoom) * _CELL_PX)).astype(int)
        kept += _by_cell([shapes[place] for place in rest], cells)
    return kept


def _bytes(shapes: list[Shape], geometries: Geometries) -> Any:
    """About what each takes in a tile."""
    said = numpy.array([shape.said_bytes * shape.is_named for shape in shapes])
    return 24 + said + 3 * shapely.get_num_coordinates(geometries)


def _single(places: Any, sizes: Any, bytes_: Any) -> Any:
    """Which shapes of a tile stay by themselves: all, or the largest that there is room for;
    no point is larger than another."""
    if bytes_[places].sum() <= _ROOM_BYTES:
        return numpy.ones(len(places), dtype=bool)
    order = numpy.argsort(-sizes[places], kind="stable")
    single = numpy.zeros(len(places), dtype=bool)
    single[order[numpy.cumsum(bytes_[places][order]) <= _ROOM_FOR_SINGLE]] = True
    return single & (sizes[places] > 0)


def _by_cell(shapes: list[Shape], cells: Iterable[Any]) -> Iterator[Shape]:
    groups: dict[tuple[Any, ...], list[Shape]] = defaultdict(list)
    for shape, (x, y) in zip(shapes, cells, strict=True):
        kind = shapely.get_dimensions(shape.geometry)
        groups[x, y, kind, shape.look].append(shape)
    for group in groups.values():
        yield group[0] if len(group) == 1 else _one_of(group)


def _one_of(group: list[Shape]) -> Shape:
    """One shape for several: surfaces together; of lines and points the greatest stands for all."""
    first = max(group, key=lambda shape: (shape.geometry.area, shape.geometry.length, -shape.key))
    count = sum(shape.count for shape in group)
    if first.geometry.area == 0:
        return replace(first, count=count, is_named=False)
    whole = _union([shape.geometry for shape in group])
    if shapely.get_num_geometries(whole) > _MOST_PARTS:
        whole = shapely.convex_hull(whole)
    return replace(first, geometry=whole, count=count, is_named=False)


def _union(surfaces: list[BaseGeometry]) -> BaseGeometry:
    try:
        return shapely.union_all(surfaces)
    except GEOSException:
        return shapely.union_all([shapely.make_valid(surface) for surface in surfaces])


def _named(shape: Shape, pixel_m: float) -> Shape:
    """Once too small for its name, always so; points are named as long as they are single."""
    west, south, east, north = shape.geometry.bounds
    is_wide = max(east - west, north - south) >= _NAMED_PX * pixel_m
    is_point = shapely.get_dimensions(shape.geometry) == 0
    return replace(shape, is_named=shape.is_named and shape.count == 1 and (is_wide or is_point))


def _seen(shape: Shape, pixel_m: float) -> Shape:
    """A surface smaller than a pixel as a square of that size, or the tile would drop it."""
    west, south, east, north = shape.geometry.bounds
    if max(east - west, north - south) >= _LEAST_PX * pixel_m or shape.geometry.area == 0:
        return shape
    x, y, half = (west + east) / 2, (south + north) / 2, _LEAST_PX * pixel_m / 2
    return replace(shape, geometry=shapely.box(x - half, y - half, x + half, y + half))
