"""What lies near a pin: roads, and features of references.

Metres are measured in the plane that touches the ellipsoid at the pin, as for areas (migration
0004), and rounded to the centimetre before they are compared: exactly at a bound is inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.db import DatabaseError, connection, transaction

from geodata.prepared import prepared_cursor
from geodata.road_classes import RoadClass


class ReferenceUnreadable(Exception):
    """The database could not answer; nothing else of the transaction is lost."""


@dataclass(frozen=True, slots=True)
class NearRoad:
    """A road near a pin; `reference` is the slug of what knows it."""

    road_class: str
    ref: str
    name: str
    manager: str
    manager_collectivity_id: int | None
    reference: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class RoadsNearby:
    """`known` is False where no roads are loaded: then no road says nothing."""

    known: bool
    roads: tuple[NearRoad, ...]


@dataclass(frozen=True, slots=True)
class Nearby:
    """The nearest feature of a reference; `distance_m` is None where none is in reach."""

    known: bool
    distance_m: float | None
    name: str


# Migration 0006: the same plane as for areas, one indexed box.
_NEAR = "SELECT * FROM geodata_features_near(%s, %s, %s, %s, %s)"


def roads_near(point: Point, *, reach_m: float, reference: str = "") -> RoadsNearby:
    """Roads within `reach_m` metres of `point` (EPSG:4326): the nearest first, at the same
    centimetre the higher class; of one `reference`, or of all.  Raises ReferenceUnreadable."""
    return _as_roads(_ask(point, reach_m, purpose="roads", reference=reference))


def roads_near_each(
    points: Sequence[Point], *, reach_m: float, reference: str = ""
) -> list[RoadsNearby]:
    """`roads_near` for many points, in one query.  Raises ReferenceUnreadable."""
    found = _ask_each(points, reach_m, purpose="roads", reference=reference)
    return [_as_roads(rows) for rows in found]


def distance_to(point: Point, *, reference: str, within_m: float) -> Nearby:
    """The feature of `reference` nearest to `point` (EPSG:4326) within `within_m` metres; 0 inside
    an area.  Raises ReferenceUnreadable."""
    return _as_nearby(_ask(point, within_m, purpose="", reference=reference))


def distance_to_each(points: Sequence[Point], *, reference: str, within_m: float) -> list[Nearby]:
    """`distance_to` for many points, in one query.  Raises ReferenceUnreadable."""
    found = _ask_each(points, within_m, purpose="", reference=reference)
    return [_as_nearby(rows) for rows in found]


def _as_roads(rows: list[tuple[Any, ...]]) -> RoadsNearby:
    roads = [_road(row) for row in rows if row[1] is not None]
    return RoadsNearby(bool(rows), tuple(sorted(roads, key=_order)))


def _as_nearby(rows: list[tuple[Any, ...]]) -> Nearby:
    near = min((row for row in rows if row[1] is not None), key=lambda row: row[7], default=None)
    if near is None:
        return Nearby(known=bool(rows), distance_m=None, name="")
    return Nearby(known=True, distance_m=near[7], name=near[4] or near[3])


def _ask(point: Point, reach_m: float, *, purpose: str, reference: str) -> list[tuple[Any, ...]]:
    """A row a feature; a reference that knows the place and has nothing near gives one of nulls."""
    return _query(_NEAR, [point.x, point.y, float(reach_m), purpose, reference])


_NEAR_EACH = """
    SELECT pin.place, near.*
    FROM unnest(%s::double precision[], %s::double precision[])
        WITH ORDINALITY AS pin (lon, lat, place)
    CROSS JOIN LATERAL geodata_features_near(pin.lon, pin.lat, %s, %s, %s) AS near
"""


def _ask_each(
    points: Sequence[Point], reach_m: float, *, purpose: str, reference: str
) -> list[list[tuple[Any, ...]]]:
    rows: list[list[tuple[Any, ...]]] = [[] for _point in points]
    lon, lat = [point.x for point in points], [point.y for point in points]
    for place, *row in _query(_NEAR_EACH, [lon, lat, reach_m, purpose, reference]):
        rows[place - 1].append(tuple(row))
    return rows


def _query(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    # A savepoint costs two round trips: only where there is a transaction to protect.
    guard = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with guard, prepared_cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())
    except DatabaseError as error:
        raise ReferenceUnreadable(str(error)) from error


def _road(row: tuple[Any, ...]) -> NearRoad:
    slug, _id, road_class, ref, name, manager, manager_id, metres = row
    return NearRoad(road_class, ref, name, manager, manager_id, slug, metres)


def _order(road: NearRoad) -> tuple[float, int, str, str]:
    place = RoadClass(road.road_class).place if road.road_class else len(RoadClass)
    return road.distance_m, place, road.ref, road.name
