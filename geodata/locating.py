"""Which areas cover a pin: one query over the pieces of every level.

The written border rule (docs/border-rule.md): a pin is linked to every area that covers it or
lies within the tolerance.  Of the areas of one level, one owns the pin: those that cover it (or
on whose line it lies, to a centimetre) go before those that are only near; of several, the
smaller ground in m² owns; equal grounds are decided by the smaller code.  The rule reads nothing
that a reload of the areas changes.

Where the sender knows better, they say on which side they are (`on_side`): the area they name owns
the pin, and at the other levels the area that shares its ground there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone

from geodata.models import edition_label
from geodata.prepared import prepared_cursor


@dataclass(frozen=True, slots=True)
class LocatedArea:
    """An area at a pin; `distance_m` is 0 inside and on the line."""

    id: int
    level: str
    code: str
    name: str
    edition: str
    collectivity_id: int | None
    collectivity_code: str | None
    collectivity_name: str | None
    distance_m: float
    is_owner: bool

    @property
    def key(self) -> str:
        """`level:code`, as addresses, filters and forms name it."""
        return f"{self.level}:{self.code}"


@dataclass(frozen=True, slots=True)
class Location:
    """Every area of every level at a pin, upper levels first, owners before neighbours."""

    areas: tuple[LocatedArea, ...]

    @property
    def border(self) -> bool:
        """Whether some level has more than one area here."""
        return any(not area.is_owner for area in self.areas)

    def owner(self, level: str) -> LocatedArea | None:
        return next((a for a in self.areas if a.level == level and a.is_owner), None)

    def find(self, level: str, code: str) -> LocatedArea | None:
        return next((a for a in self.areas if (a.level, a.code) == (level, code)), None)

    @property
    def sides(self) -> tuple[LocatedArea, ...]:
        """The areas of the lowest level that has several: what to ask the sender about."""
        neighbours = [area.level for area in self.areas if not area.is_owner]
        return tuple(a for a in self.areas if neighbours and a.level == neighbours[-1])


class NotHere(ValueError):
    """The side that is named is none of the areas at the pin."""


def tolerance_for(accuracy_m: float | None) -> float:
    """Metres within which a border counts for a pin set by a phone that knows its position to
    `accuracy_m`; at most CANTONNIER_ACCURACY_MAX_M, since a phone indoors may say kilometres."""
    if accuracy_m is None:
        return settings.BORDER_TOLERANCE_M
    return max(settings.BORDER_TOLERANCE_M, min(accuracy_m, settings.ACCURACY_MAX_M))


# A function of the database (migration 0004), which keeps its plan: no planning, no ORM compile.
_COVERING = "SELECT * FROM geodata_areas_at(%s, %s, %s, %s)"


def locate(point: Point, *, on: date | None = None, tolerance_m: float | None = None) -> Location:
    """Every area within `tolerance_m` of `point` (EPSG:4326) on the day `on` (default today)."""
    tolerance = settings.BORDER_TOLERANCE_M if tolerance_m is None else tolerance_m
    with prepared_cursor() as cursor:
        cursor.execute(_COVERING, [point.x, point.y, on or timezone.localdate(), float(tolerance)])
        rows = cursor.fetchall()
    return location_of(rows)


def location_of(rows: Iterable[Sequence[Any]]) -> Location:
    """Rows of `geodata_areas_at`, in its order, as a location."""
    return Location(tuple(_with_owners(rows)))


_COVERING_EACH = """
    SELECT pin.place, here.*
    FROM unnest(%s::double precision[], %s::double precision[], %s::date[], %s::double precision[])
        WITH ORDINALITY AS pin (lon, lat, on_day, tolerance_m, place)
    CROSS JOIN LATERAL geodata_areas_at(pin.lon, pin.lat, pin.on_day, pin.tolerance_m)
        WITH ORDINALITY AS here
    ORDER BY pin.place, here.ordinality
"""


def locate_each(asked: Sequence[tuple[Point, date, float]]) -> list[Location]:
    """`locate` for many points (EPSG:4326), each with its day and its tolerance in metres, in one
    query; answers in their order."""
    rows: list[list[tuple[Any, ...]]] = [[] for _one in asked]
    columns: list[list[Any]] = [
        [point.x for point, _day, _m in asked],
        [point.y for point, _day, _m in asked],
        [day for _point, day, _m in asked],
        [tolerance_m for _point, _day, tolerance_m in asked],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_COVERING_EACH, columns)
        for place, *row, _ordinality in cursor.fetchall():
            rows[place - 1].append(tuple(row))
    return [Location(tuple(_with_owners(found))) for found in rows]


def _with_owners(rows: Iterable[Sequence[Any]]) -> list[LocatedArea]:
    """The first row of each level owns: the query has sorted by the border rule."""
    seen: set[str] = set()
    areas = []
    for row in rows:
        level = row[1]
        areas.append(_located(row, is_owner=level not in seen))
        seen.add(level)
    return areas


def _located(row: Sequence[Any], *, is_owner: bool) -> LocatedArea:
    id_, level, code, name, series, valid_from, body_id, body_code, body_name, metres = row
    return LocatedArea(
        id=id_,
        level=level,
        code=code,
        name=name,
        edition=edition_label(series, valid_from),
        collectivity_id=body_id,
        collectivity_code=body_code,
        collectivity_name=body_name,
        distance_m=metres,
        is_owner=is_owner,
    )


# How much ground each area shares with the side that was named, right around the pin.
_SHARED = """
    WITH reach AS (
        SELECT ST_Expand(ST_SetSRID(ST_MakePoint(lon, %s), 4326), %s) AS box
        FROM unnest(%s::double precision[]) AS lon
    ),
    side AS (
        SELECT ST_Union(ST_Intersection(part.geom, reach.box)) AS geom
        FROM geodata_areapart AS part, reach
        WHERE part.area_id = %s AND part.geom && reach.box
    )
    SELECT part.area_id, SUM(ST_Area(ST_Intersection(part.geom, side.geom)))
    FROM geodata_areapart AS part, reach, side
    WHERE part.area_id = ANY(%s) AND part.geom && reach.box
    GROUP BY part.area_id
"""
_REACH_DEGREES = 0.002


def _longitudes(point: Point) -> list[float]:
    """The pin's, and the one that says the same from beyond the 180th meridian, where pieces of
    areas may be the nearer ones; never for Europe."""
    across = point.x - 360 if point.x > 0 else point.x + 360
    return [point.x, across] if abs(point.x) > 90 else [point.x]


def on_side(location: Location, point: Point, *, level: str, code: str) -> Location:
    """The same areas, owned as seen from the side `level:code`.  Raises NotHere."""
    side = location.find(level, code)
    if side is None:
        raise NotHere
    with connection.cursor() as cursor:
        ids = [area.id for area in location.areas]
        cursor.execute(_SHARED, [point.y, _REACH_DEGREES, _longitudes(point), side.id, ids])
        shared: dict[int, float] = dict(cursor.fetchall())
    owners = {area.level: area for area in location.areas if area.is_owner}
    for area in location.areas:
        if shared.get(area.id, 0) > shared.get(owners[area.level].id, 0):
            owners[area.level] = area
    owners[level] = side
    areas = (replace(area, is_owner=owners[area.level].id == area.id) for area in location.areas)
    order = {code: place for place, code in enumerate(owners)}
    return Location(tuple(sorted(areas, key=lambda a: (order[a.level], not a.is_owner))))


# The pieces nearest in degrees come from the index; metres then decide among them.  Levels share
# coasts but seldom to the metre, so that all within 100 m of the nearest count as nearest, and
# the lowest level of them names the place best.
_NEAREST = """
    WITH close AS (
        SELECT area.*, edition.series, edition.valid_from, level.code AS level_code, level.rank,
               ST_Distance(part.geom::geography, pin.geom::geography) AS distance_m
        FROM (SELECT ST_SetSRID(ST_MakePoint(%s, %s), 4326) AS geom) AS pin
        CROSS JOIN unnest(%s::double precision[]) AS lon
        CROSS JOIN LATERAL (
            SELECT area_id, geom FROM geodata_areapart
            ORDER BY geom <-> ST_SetSRID(ST_MakePoint(lon, ST_Y(pin.geom)), 4326) LIMIT 200
        ) AS part
        JOIN geodata_area AS area ON area.id = part.area_id
        JOIN geodata_edition AS edition ON edition.id = area.edition_id
            AND edition.valid_from <= %s
            AND (edition.valid_to IS NULL OR edition.valid_to > %s)
        JOIN geodata_level AS level ON level.id = area.level_id
    )
    SELECT close.id, level_code, close.code, close.name, series, valid_from,
           body.id, body.code, body.name, distance_m
    FROM close
    LEFT JOIN geodata_collectivity AS body ON body.id = close.collectivity_id
    WHERE distance_m <= (SELECT MIN(distance_m) + 100 FROM close)
    ORDER BY rank DESC, distance_m, area_m2, close.code
    LIMIT 1
"""


def nearest(point: Point, *, on: date | None = None) -> LocatedArea | None:
    """For a pin outside every area: the area of the lowest level that lies nearest.

    `distance_m` is to its outline; nobody owns the pin, so `is_owner` is False.  None where
    nothing valid on the day is among the 200 nearest pieces.
    """
    day = on or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [point.x, point.y, _longitudes(point), day, day])
        row = cursor.fetchone()
    return _located(row, is_owner=False) if row else None
