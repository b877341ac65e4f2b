"""Do the areas of one edition fit together?  Overlaps, gaps, slivers, the same ground twice.

Pure: shapes in EPSG:4326, sizes in metres on the ellipsoid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy
import shapely
from pyproj import Geod
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.repair import ground_m2

LEAST_M2 = 1.0
"""Below this, two outlines agree as well as their coordinates can say."""
SLIVER_M = 10.0
"""Thinner than this on average, it comes from how outlines were drawn or simplified; a commune
that is missing or laid over another is wider."""
_ELLIPSOID = Geod(ellps="WGS84")
_SAME = 0.999
_NOTHING = 0.99


class Kind(StrEnum):
    OVERLAP = "overlap"
    SAME_GROUND = "same-ground"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Misfit:
    """`codes` are the two areas that overlap, or the parent in which a gap lies ('' where none is
    known); `width_m` is the mean width of `shape`."""

    kind: Kind
    codes: tuple[str, ...]
    shape: MultiPolygon
    area_m2: float
    width_m: float

    @property
    def is_sliver(self) -> bool:
        return self.width_m < SLIVER_M


def misfits(
    areas: Mapping[str, BaseGeometry], parents: Mapping[str, BaseGeometry] | None = None
) -> Iterator[Misfit]:
    """Overlaps between `areas`, then gaps: the ground of each parent that no area covers; without
    parents, the holes that the areas leave between them."""
    codes, shapes = list(areas), numpy.array(list(areas.values()))
    if not codes:
        return
    yield from _overlaps(codes, shapes)
    if parents:
        yield from _gaps_in_parents(shapes, parents)
    else:
        yield from _holes(shapes)


def _overlaps(codes: list[str], shapes: numpy.typing.NDArray[numpy.object_]) -> Iterator[Misfit]:
    ones, others = shapely.STRtree(shapes).query(shapes)
    once = ones < others
    ones, others = ones[once], others[once]
    common = shapely.intersection(shapes[ones], shapes[others])
    for place in numpy.flatnonzero(shapely.area(common) > 0):
        one, other = ones[place], others[place]
        smaller = min(shapes[one].area, shapes[other].area)
        is_same = common[place].area > _SAME * max(shapes[one].area, shapes[other].area)
        kind = Kind.SAME_GROUND if is_same and smaller else Kind.OVERLAP
        yield from _misfit(kind, (codes[one], codes[other]), common[place])


def _gaps_in_parents(
    shapes: numpy.typing.NDArray[numpy.object_], parents: Mapping[str, BaseGeometry]
) -> Iterator[Misfit]:
    tree = shapely.STRtree(shapes)
    for code, parent in parents.items():
        inside = shapes[tree.query(parent)]
        uncovered = shapely.difference(parent, shapely.union_all(inside))
        if uncovered.area > _NOTHING * parent.area:
            continue  # nothing of this level is loaded there, neighbours' edges aside
        for part in shapely.get_parts(uncovered):
            yield from _misfit(Kind.GAP, (code,), part)


def _holes(shapes: numpy.typing.NDArray[numpy.object_]) -> Iterator[Misfit]:
    for polygon in shapely.get_parts(shapely.union_all(shapes)):
        for ring in polygon.interiors:
            yield from _misfit(Kind.GAP, (), Polygon(ring))


def _misfit(kind: Kind, codes: tuple[str, ...], shape: BaseGeometry) -> Iterator[Misfit]:
    """The surfaces of `shape` as one finding, unless they are dust."""
    polygons = [part for part in _flat(shape) if isinstance(part, Polygon) and not part.is_empty]
    area_m2 = sum(map(ground_m2, polygons))
    if area_m2 < LEAST_M2:
        return
    around_m = sum(abs(_ELLIPSOID.geometry_length(polygon.exterior)) for polygon in polygons)
    yield Misfit(
        kind, codes, MultiPolygon(polygons), round(area_m2, 1), round(2 * area_m2 / around_m, 2)
    )


def _flat(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in shapely.get_parts(shape):
        if hasattr(part, "geoms"):
            yield from _flat(part)
        else:
            yield part
