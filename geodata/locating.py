"""Which areas cover a pin: one query over the pieces of every level.

The written border rule (docs/border-rule.md): a pin is linked to every area that covers it or
lies within the tolerance.  Of the areas of one level, one owns the pin: those that cover it go
before those that are only near; of several, the smaller ground in m² owns; equal grounds are
decided by the smaller code.  The rule reads nothing that a reload of the areas changes.
"""

from dataclasses import dataclass
from datetime import date
from math import cos, radians
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


# Raw, because it is the hottest question of the product: one round trip, no ORM compile.  The
# box of the pin is widened by the tolerance in degrees (an index condition on the literal);
# geography decides in metres only for the few pieces that do not cover the pin.
_COVERING = """
    WITH near AS (
        SELECT part.area_id, MIN(CASE
            WHEN ST_Covers(part.geom, pin.geom) THEN 0
            WHEN ST_DWithin(part.geom, pin.geom, %(reach_deg)s)
                THEN ST_Distance(part.geom::geography, pin.geom::geography)
        END) AS distance_m
        FROM (SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS geom) AS pin
        JOIN geodata_areapart AS part
            ON part.geom && ST_Expand(pin.geom, %(reach_deg)s, %(reach_lat_deg)s)
        GROUP BY part.area_id
    )
    SELECT area.id, level.code, area.code, area.name, edition.series, edition.valid_from,
           collectivity.id, collectivity.code, collectivity.name, near.distance_m
    FROM near
    JOIN geodata_area AS area ON area.id = near.area_id
    JOIN geodata_edition AS edition ON edition.id = area.edition_id
        AND edition.valid_from <= %(day)s
        AND (edition.valid_to IS NULL OR edition.valid_to > %(day)s)
    JOIN geodata_level AS level ON level.id = area.level_id
    LEFT JOIN geodata_collectivity AS collectivity ON collectivity.id = area.collectivity_id
    WHERE near.distance_m <= %(tolerance_m)s
    ORDER BY level.rank, level.code, near.distance_m > 0, area.area_m2, area.code
"""
_METRES_A_DEGREE = 110_574  # the shortest degree of latitude (WGS 84), so boxes never fall short


def locate(point: Point, *, on: date | None = None, tolerance_m: float | None = None) -> Location:
    """Every area within `tolerance_m` of `point` (EPSG:4326) on the day `on` (default today)."""
    tolerance = settings.BORDER_TOLERANCE_M if tolerance_m is None else tolerance_m
    reach_lat_deg = tolerance / _METRES_A_DEGREE
    with connection.cursor() as cursor:
        cursor.execute(
            _COVERING,
            {
                "lon": point.x,
                "lat": point.y,
                "day": on or timezone.localdate(),
                "tolerance_m": tolerance,
                "reach_lat_deg": reach_lat_deg,
                "reach_deg": reach_lat_deg / max(cos(radians(point.y)), 0.01),
            },
        )
        rows = cursor.fetchall()
    return Location(tuple(_with_owners(rows)))


def _with_owners(rows: list[tuple[Any, ...]]) -> list[LocatedArea]:
    """The first row of each level owns: the query has sorted by the border rule."""
    seen: set[str] = set()
    areas = []
    for row in rows:
        id_, level, code, name, series, valid_from, body_id, body_code, body_name, metres = row
        areas.append(
            LocatedArea(
                id=id_,
                level=level,
                code=code,
                name=name,
                edition=edition_label(series, valid_from),
                collectivity_id=body_id,
                collectivity_code=body_code,
                collectivity_name=body_name,
                distance_m=metres,
                is_owner=level not in seen,
            )
        )
        seen.add(level)
    return areas
