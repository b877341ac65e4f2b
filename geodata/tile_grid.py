"""Shapes whose every vertex is a point that tiles of one zoom can say.

Pure: shapes in EPSG:3857, metres of the projection; the grid starts at 0.  What lies on it wholly
within a tile needs neither cutting nor mending there: it is moved, and that is all.
"""

from __future__ import annotations

from typing import Any, Final

import numpy
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

Geometries = numpy.typing.NDArray[numpy.object_]

_COLLECTION: Final = 7
_MARK_UNITS: Final = 4


def on_grid(shapes: Geometries, unit_m: float) -> Geometries:
    """Each with its vertices on multiples of `unit_m`: valid, outer rings clockwise (the y of tiles
    runs down), none lost.  Vertices that neighbours share stay shared.

    Of a collection, since tiles know none, the parts of the highest dimension.  All is reckoned in
    whole units, as tiles do: in metres a vertex on another side of its ring may seem not to be.
    """
    plain = shapes.copy()
    mixed = shapely.get_type_id(shapes) == _COLLECTION
    plain[mixed] = [_highest(shape) for shape in shapes[mixed]]
    exact = shapely.transform(plain, lambda points: points / unit_m)
    placed = shapely.transform(exact, numpy.rint)
    broken = ~shapely.is_valid(placed)
    placed[broken] = shapely.set_precision(exact[broken], 1)
    lost = shapely.is_empty(placed)
    placed[lost] = [_mark(shape) for shape in exact[lost]]
    turned: Any = shapely.orient_polygons(placed, exterior_cw=True)
    whole: Any = shapely.remove_repeated_points(turned)
    return numpy.asarray(shapely.transform(whole, lambda points: points * unit_m))


def _highest(collection: BaseGeometry) -> BaseGeometry:
    """One shape of those parts, however deep they lie."""
    parts: Any = shapely.get_parts(collection)
    while (shapely.get_type_id(parts) == _COLLECTION).any():
        parts = shapely.get_parts(parts)
    parts = shapely.get_parts(parts)
    kinds = shapely.get_dimensions(parts)
    make: Any = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
    whole: BaseGeometry = make[kinds.max()](parts[kinds == kinds.max()])
    return whole


def _mark(shape: BaseGeometry) -> BaseGeometry:
    """A pixel of ours for what is narrower than a unit: a square, or a line as long."""
    middle = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
    west, south = numpy.rint(middle) - _MARK_UNITS // 2
    east, north = west + _MARK_UNITS, south + _MARK_UNITS
    if shapely.get_dimensions(shape) == 1:
        return LineString([(west, south), (east, north)])
    return Polygon.from_bounds(west, south, east, north)
