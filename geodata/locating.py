"""Which areas cover a pin: one query over the pieces of every level.

The written border rule (docs/border-rule.md): a pin is linked to every area that covers it or
lies within the tolerance.  Of the areas of one level, one owns the pin: those that cover it (or
on whose line it lies, to a centimetre) go before those that are only near; of several, the
smaller ground in m² owns; equal grounds are decided by the smaller code.  The rule reads nothing
that a reload of the areas changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone

from geodata.models import edition_label


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


# A function of the database (migration 0004), which keeps its plan: no planning, no ORM compile.
_COVERING = "SELECT * FROM geodata_areas_at(%s, %s, %s, %s)"


def locate(point: Point, *, on: date | None = None, tolerance_m: float | None = None) -> Location:
    """Every area within `tolerance_m` of `point` (EPSG:4326) on the day `on` (default today)."""
    tolerance = settings.BORDER_TOLERANCE_M if tolerance_m is None else tolerance_m
    with connection.cursor() as cursor:
        cursor.execute(_COVERING, [point.x, point.y, on or timezone.localdate(), tolerance])
        rows = cursor.fetchall()
    return Location(tuple(_with_owners(rows)))


def _with_owners(rows: list[tuple[Any, ...]]) -> list[LocatedArea]:
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


# The pieces nearest in degrees come from the index; metres then decide among them.  Levels share
# coasts but seldom to the metre, so that all within 100 m of the nearest count as nearest, and
# the lowest level of them names the place best.
_NEAREST = """
    WITH close AS (
        SELECT area.*, edition.series, edition.valid_from, level.code AS level_code, level.rank,
               ST_Distance(part.geom::geography, pin.geom::geography) AS distance_m
        FROM (SELECT ST_SetSRID(ST_MakePoint(%s, %s), 4326) AS geom) AS pin
        CROSS JOIN LATERAL (
            SELECT area_id, geom FROM geodata_areapart ORDER BY geom <-> pin.geom LIMIT 200
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
        cursor.execute(_NEAREST, [point.x, point.y, day, day])
        row = cursor.fetchone()
    return _located(row, is_owner=False) if row else None
