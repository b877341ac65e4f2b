"""Shapes that cross the 180th meridian, as files write them: with longitudes beyond 180, or with a
ring that jumps from one end of the world to the other.  RFC 7946, section 3.1.9, wants them cut.

Pure: no Django.  The library for it stumbles over holes that cross the line; unrolling a ring is
one call of numpy, and cutting it one of shapely.
"""

from __future__ import annotations

import numpy
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

_BEYOND = 540
"""One world too far to either side is a way to write it; more is metres, or nonsense."""
_WORLDS = (-1, 0, 1)


def crosses_the_line(shape: BaseGeometry) -> bool:
    """Whether a polygon is written across the line.  Whole worlds (−180 to 180) are not."""
    if not isinstance(shape, Polygon | MultiPolygon) or shape.is_empty:
        return False
    lon = shapely.get_coordinates(shape)[:, 0]
    if not numpy.isfinite(lon).all() or numpy.abs(lon).max() > _BEYOND:
        return False
    return bool(numpy.abs(lon).max() > 180) or any(map(_jumps, _rings(shape)))


def split_at_the_line(shape: BaseGeometry) -> BaseGeometry:
    """The same ground with longitudes from −180 to 180, cut at the line."""
    parts = [part for one in shapely.get_parts(shape) for part in _cut(_unrolled(one))]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _cut(polygon: BaseGeometry) -> list[Polygon]:
    """Each world's share of a polygon that may reach into the next one, brought back to ours."""
    if not polygon.is_valid:  # a shape to be repaired is cut after that, or not at all
        polygon = shapely.make_valid(polygon, method="structure")
    found: list[Polygon] = []
    for world in _WORLDS:
        share = shapely.clip_by_rect(polygon, 360 * world - 180, -90, 360 * world + 180, 90)
        here = translate(share, xoff=-360 * world)
        found += [part for part in shapely.get_parts(here) if isinstance(part, Polygon)]
    return [part for part in found if part.area]


def _unrolled(polygon: Polygon) -> Polygon:
    """Its rings without jumps, the holes in the same world as the shell."""
    shell = _unroll(shapely.get_coordinates(polygon.exterior))
    west, east = shell[:, 0].min(), shell[:, 0].max()
    holes = []
    for ring in polygon.interiors:
        hole = _unroll(shapely.get_coordinates(ring))
        hole[:, 0] += 360 * round(((west + east) / 2 - hole[:, 0].mean()) / 360)
        holes.append(hole)
    return Polygon(shell, holes)


def _unroll(ring: NDArray[numpy.float64]) -> NDArray[numpy.float64]:
    """A ring around a pole does not close when it is unrolled, and stays as it is."""
    lon = numpy.unwrap(ring[:, 0], period=360)
    if abs(lon[0] - lon[-1]) > 1:
        return ring.copy()
    return numpy.column_stack([lon, ring[:, 1]])


def _rings(shape: Polygon | MultiPolygon) -> list[NDArray[numpy.float64]]:
    polygons = [shape] if isinstance(shape, Polygon) else list(shape.geoms)
    rings = [ring for one in polygons for ring in (one.exterior, *one.interiors)]
    return [shapely.get_coordinates(ring)[:, 0] for ring in rings]


def _jumps(lon: NDArray[numpy.float64]) -> bool:
    """A step of more than half the world, but for the straight edges of the whole one."""
    step = numpy.abs(numpy.diff(lon))
    return bool(((step > 180) & (step < 360)).any())
