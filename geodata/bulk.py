"""Where a million points lie: the border rule on arrays, in memory.

The rule is that of `geodata_areas_at` (migration 0004, docs/border-rule.md), and a test holds the
two to each other.  Boxes come from an R-tree over the pieces of areas; the tree's own `predicate=`
takes ten times as long, so that pieces are prepared once and asked in bulk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy
import numpy.typing
import shapely
from django.conf import settings
from django.db import connection

Floats = numpy.typing.NDArray[numpy.float64]
Ints = numpy.typing.NDArray[numpy.int64]

_ON_THE_LINE_M = 0.01
_METRES_A_DEGREE_LEAST = 1_000.0
"""Near the poles a degree of longitude is short; as in the database, never shorter than this."""


@dataclass(frozen=True, slots=True)
class GroundArea:
    """An area without its outline."""

    id: int
    level: str
    code: str
    name: str
    edition: str
    collectivity_id: int | None
    collectivity_code: str | None
    collectivity_name: str | None


@dataclass(frozen=True, slots=True)
class Located:
    """Pairs of a point and an area at it, ordered by point and then as `locate` orders them.

    `point` and `area` are places in the arrays that were given; `distance_m` is 0 inside.
    """

    point: Ints
    area: Ints
    distance_m: Floats
    is_owner: numpy.typing.NDArray[numpy.bool_]


class Ground:
    """Every area of a day, with its pieces in memory: about 400 MB for all of France."""

    def __init__(self, areas: Sequence[GroundArea], ranks: Ints, pieces: Any, owner: Ints) -> None:
        """`ranks[i]` is the place of area i in the border rule's order of equals (level, then
        ground, then code); `pieces` are polygons in EPSG:4326, `owner` their areas."""
        self.areas = areas
        self.levels = list(dict.fromkeys(area.level for area in areas))
        places = {level: place for place, level in enumerate(self.levels)}
        self._level = numpy.array([places[area.level] for area in areas], dtype=numpy.int64)
        self._rank, self._pieces, self._owner = ranks, pieces, owner
        shapely.prepare(pieces)
        self._tree = shapely.STRtree(pieces)

    @classmethod
    def load(cls, *, on: date) -> Ground:
        """The areas valid on a day."""
        with connection.cursor() as cursor:
            cursor.execute(_AREAS, {"day": on})
            rows = cursor.fetchall()
        areas = [GroundArea(*row) for row in rows]
        place = {area.id: number for number, area in enumerate(areas)}
        pieces, owner = _pieces(on, place)
        # Rows come in the order of the rule, so that an area's place is its rank.
        return cls(areas, numpy.arange(len(areas)), pieces, owner)

    def locate(self, lon: Floats, lat: Floats, *, tolerance_m: float | None = None) -> Located:
        """Areas that cover each point (EPSG:4326) or lie within the tolerance of it."""
        tolerance = settings.BORDER_TOLERANCE_M if tolerance_m is None else tolerance_m
        m_a_lon, _m_a_lat = metres_a_degree(lat)
        # Beside the 180th meridian, a point is also looked for on its other side.
        again = numpy.flatnonzero(numpy.abs(lon) + tolerance / m_a_lon > 180)
        if len(again):
            return self._both_sides(lon, lat, again, tolerance)
        return self._locate(lon, lat, numpy.arange(len(lon)), tolerance)

    def _both_sides(self, lon: Floats, lat: Floats, again: Ints, tolerance: float) -> Located:
        around = lon[again] - 360 * numpy.sign(lon[again])
        asked = numpy.concatenate([numpy.arange(len(lon)), again])
        lons, lats = numpy.concatenate([lon, around]), numpy.concatenate([lat, lat[again]])
        return self._locate(lons, lats, asked, tolerance)

    def _locate(self, lon: Floats, lat: Floats, asked: Ints, tolerance: float) -> Located:
        """`asked[i]` is the place of the point that i stands for."""
        m_a_lon, m_a_lat = metres_a_degree(lat)
        near_lon, near_lat = tolerance / m_a_lon, tolerance / m_a_lat
        boxes = shapely.box(lon - near_lon, lat - near_lat, lon + near_lon, lat + near_lat)
        point, piece = self._tree.query(boxes)
        by_piece = numpy.argsort(piece, kind="stable")  # one prepared piece after the other
        point, piece = point[by_piece], piece[by_piece]
        covers = shapely.intersects_xy(self._pieces[piece], lon[point], lat[point])
        distance = numpy.where(covers, 0.0, numpy.inf)
        self._measure(distance, point, piece, lon, lat, (m_a_lon, m_a_lat), tolerance)
        kept = distance <= tolerance
        return self._in_order(asked[point[kept]], self._owner[piece[kept]], distance[kept])

    def _measure(
        self,
        distance: Floats,
        point: Ints,
        piece: Ints,
        lon: Floats,
        lat: Floats,
        metres: tuple[Floats, Floats],
        tolerance: float,
    ) -> None:
        """Fill in the metres to pieces that do not cover: few, after a look in degrees."""
        m_a_lon, m_a_lat = metres
        apart = numpy.flatnonzero(distance > 0)
        reach = tolerance / m_a_lon[point[apart]]
        at = shapely.points(lon[point[apart]], lat[point[apart]])
        pieces: Any = self._pieces[piece[apart]]
        is_close: Any = shapely.dwithin(pieces, at, reach)  # type: ignore[call-overload]
        for number in apart[is_close]:
            there = point[number]
            scale = numpy.array([m_a_lon[there], m_a_lat[there]])
            distance[number] = _metres(self._pieces[piece[number]], lon[there], lat[there], scale)

    def _in_order(self, point: Ints, area: Ints, distance: Floats) -> Located:
        """One row an area, the nearest of its pieces; by point, level, and who owns."""
        order = numpy.lexsort((distance, area, point))
        point, area, distance = point[order], area[order], distance[order]
        first = numpy.ones(len(point), dtype=bool)
        first[1:] = (point[1:] != point[:-1]) | (area[1:] != area[:-1])
        point, area, distance = point[first], area[first], distance[first]
        level = self._level[area]
        order = numpy.lexsort((self._rank[area], distance > _ON_THE_LINE_M, level, point))
        point, area, distance, level = point[order], area[order], distance[order], level[order]
        owns = numpy.ones(len(point), dtype=bool)
        owns[1:] = (point[1:] != point[:-1]) | (level[1:] != level[:-1])
        return Located(point, area, distance, owns)


def _metres(piece: Any, lon: float, lat: float, scale: Floats) -> float:
    """In the plane that touches the ellipsoid at the point; `scale` are metres a degree."""
    flat = shapely.transform(piece, lambda lonlat: lonlat * scale)
    return float(shapely.distance(flat, shapely.points(lon * scale[0], lat * scale[1])))


def metres_a_degree(lat: Floats) -> tuple[Floats, Floats]:
    """Metres that a degree of longitude and one of latitude have at a latitude (Snyder, Map
    Projections, USGS 1987, p. 25), as in the database's function."""
    phi = numpy.radians(lat)
    m_a_lat = 111132.92 - 559.82 * numpy.cos(2 * phi) + 1.175 * numpy.cos(4 * phi)
    m_a_lon = 111412.84 * numpy.cos(phi) - 93.5 * numpy.cos(3 * phi) + 0.118 * numpy.cos(5 * phi)
    return numpy.maximum(m_a_lon, _METRES_A_DEGREE_LEAST), m_a_lat


# In the order of the border rule among areas that all cover a point.
_AREAS = """
    SELECT area.id, level.code, area.code, area.name,
        CASE edition.series WHEN 'main' THEN '' ELSE edition.series || ' ' END
            || edition.valid_from,
        body.id, body.code, body.name
    FROM geodata_area AS area
    JOIN geodata_edition AS edition ON edition.id = area.edition_id
        AND edition.valid_from <= %(day)s
        AND (edition.valid_to IS NULL OR edition.valid_to > %(day)s)
    JOIN geodata_level AS level ON level.id = area.level_id
    LEFT JOIN geodata_collectivity AS body ON body.id = area.collectivity_id
    ORDER BY level.rank, level.code, area.area_m2, area.code
"""
_PARTS = """
    SELECT part.area_id, ST_AsBinary(part.geom)
    FROM geodata_areapart AS part
    JOIN geodata_area AS area ON area.id = part.area_id
    JOIN geodata_edition AS edition ON edition.id = area.edition_id
        AND edition.valid_from <= %(day)s
        AND (edition.valid_to IS NULL OR edition.valid_to > %(day)s)
    ORDER BY part.id
"""
_AT_ONCE = 5_000


def _pieces(on: date, place: dict[int, int]) -> tuple[Any, Ints]:
    """Polygons and the places of their areas, read in batches."""
    shapes: list[Any] = []
    owners: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, {"day": on})
        while rows := cursor.fetchmany(_AT_ONCE):
            shapes.append(shapely.from_wkb([bytes(wkb) for _area, wkb in rows]))
            owners += [place[area] for area, _wkb in rows]
    pieces = numpy.concatenate(shapes) if shapes else numpy.array([], dtype=object)
    return pieces, numpy.array(owners, dtype=numpy.int64)
