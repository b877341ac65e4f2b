"""Shapes that run over the antimeridian, where 180° east is 180° west.

Files write them in two ways: with longitudes past ±180, or with an outline that jumps from 179 to
-179.  We keep neither: they are cut at the line, as RFC 7946, section 3.1.9, asks, so that each
part is what it looks like on a map.  Between unrolling and cutting, a shape can be repaired as any
other.  Pure: shapely shapes, longitude and latitude in EPSG:4326.  The library for it stumbles over
holes that cross the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy
import numpy.typing
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

Pairs = numpy.typing.NDArray[numpy.float64]

TURN = 360.0


class RoundTheWorld(Exception):
    """An outline goes all the way around the earth, so that it has no inside on a map."""


def may_run_over(shape: BaseGeometry) -> bool:
    """Whether a shape needs a closer look: cheap, for the many that lie far from the line."""
    west, _south, east, _north = shape.bounds
    return east - west > 180 or not is_on_the_map(shape)


def is_on_the_map(shape: BaseGeometry) -> bool:
    """Whether all longitudes lie within ±180."""
    west, _south, east, _north = shape.bounds
    return bool(west >= -180 and east <= 180)


def unroll(shape: BaseGeometry) -> BaseGeometry:
    """The shape with longitudes that run on past 180 instead of jumping: every step goes the short
    way.  Each part begins within ±180.  Raises RoundTheWorld."""
    if shape.is_empty:
        return shape
    if isinstance(shape, Polygon):
        return _home(_unroll_polygon(shape))
    if isinstance(shape, LineString):
        return _home(LineString(_unroll_pairs(shapely.get_coordinates(shape))))
    if isinstance(shape, Point):
        return _home(shape)
    make: Any = type(shape)  # a collection of some kind, made anew of its members
    made: BaseGeometry = make([unroll(part) for part in shapely.get_parts(shape)])
    return made


def cut(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    """The parts of a valid, unrolled shape, each within ±180."""
    for part in shapely.get_parts(shape):
        _west, _south, east, _north = part.bounds
        if east <= 180:
            yield part
            continue
        for turn in (0, 1):
            window = shapely.box(-180 + turn * TURN, -90, 180 + turn * TURN, 90)
            for piece in shapely.get_parts(shapely.intersection(part, window)):
                if piece.geom_type == part.geom_type:  # a touch of the line is no piece
                    yield _shift(piece, -turn)


def _unroll_polygon(polygon: Polygon) -> Polygon:
    shell = _unroll_ring(shapely.get_coordinates(polygon.exterior))
    holes = [_unroll_ring(shapely.get_coordinates(hole)) for hole in polygon.interiors]
    return Polygon(shell, [_beside(hole, shell) for hole in holes])


def _unroll_ring(ring: Pairs) -> Pairs:
    """A ring that follows the edges of the map (Antarctica, the whole world) stays as written."""
    unrolled = _unroll_pairs(ring)
    closes = unrolled[0, 0] == unrolled[-1, 0]
    if not (closes and numpy.ptp(unrolled[:, 0])) and _follows_the_edge(ring):
        return ring
    if not closes:
        raise RoundTheWorld
    return unrolled


def _follows_the_edge(ring: Pairs) -> bool:
    steps = numpy.abs(numpy.diff(ring[:, 0]))
    return bool((steps[steps > TURN / 2] == TURN).all())


def _unroll_pairs(pairs: Pairs) -> Pairs:
    """Steps of more than half a turn go the other way round."""
    lon = pairs[:, 0]
    turns = numpy.concatenate([[0.0], numpy.cumsum(-numpy.round(numpy.diff(lon) / TURN))])
    unrolled = lon + TURN * turns
    if numpy.ptp(unrolled) > TURN:
        raise RoundTheWorld
    return numpy.column_stack([unrolled, pairs[:, 1]])


def _beside(hole: Pairs, shell: Pairs) -> Pairs:
    """The hole on the turn that its shell is on."""
    of_shell, of_hole = (float(ring[:, 0].min() + ring[:, 0].max()) / 2 for ring in (shell, hole))
    turns = round((of_shell - of_hole) / TURN)
    return numpy.column_stack([hole[:, 0] + turns * TURN, hole[:, 1]])


def _home(shape: BaseGeometry) -> BaseGeometry:
    """Moved by whole turns until its west end lies from -180 to below 180; what ends at 180
    exactly needs no moving."""
    return shape if is_on_the_map(shape) else _shift(shape, -int((shape.bounds[0] + 180) // TURN))


def _shift(shape: BaseGeometry, turns: int) -> BaseGeometry:
    if not turns:
        return shape
    moved: BaseGeometry = shapely.transform(
        shape, lambda pairs: pairs + numpy.array([turns * TURN, 0])
    )
    return moved
