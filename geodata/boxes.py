"""A box of longitudes and latitudes as URLs write it: `west,south,east,north` (EPSG:4326).

West greater than east means a box across the 180th meridian (RFC 7946, section 5.2; OGC API
Features, `bbox`).  More than half the world that way is taken for swapped corners.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils.translation import gettext as _

from geodata.crs import WGS84

_LONGEST = 200
_DECIMALS = 6
"""About 0.1 m: what differs less is the same box."""


class BadBox(ValueError):
    """`str()` is a sentence for the sender."""


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees, EPSG:4326.  `west` > `east`: across the 180th meridian."""

    west: float
    south: float
    east: float
    north: float

    @property
    def crosses_180(self) -> bool:
        return self.west > self.east

    @property
    def halves(self) -> tuple[Polygon, ...]:
        """One rectangle, or the two on both sides of the 180th meridian (EPSG:4326)."""
        spans = [(self.west, self.east)]
        if self.crosses_180:
            spans = [(self.west, 180.0), (-180.0, self.east)]
        return tuple(_rectangle(west, self.south, east, self.north) for west, east in spans)

    @property
    def ground(self) -> MultiPolygon:
        return MultiPolygon(*self.halves, srid=WGS84)

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """For maps: `east` runs on past 180 where the box does."""
        return self.west, self.south, self.east + 360 * self.crosses_180, self.north

    def __str__(self) -> str:
        edges = (self.west, self.south, self.east, self.north)
        return ",".join(f"{edge:.{_DECIMALS}f}".rstrip("0").rstrip(".") for edge in edges)


def read_box(text: str) -> Box:
    """Raises BadBox."""
    west, south, east, north = _numbers(text)
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise BadBox(_("The box leaves the world: write west,south,east,north in degrees."))
    if south > north:
        raise BadBox(_("South lies north of north: exchange the two latitudes of the box."))
    if west > east and west - east < 180:
        raise BadBox(_("West lies east of east: exchange the two longitudes of the box."))
    if west == east or south == north:
        raise BadBox(_("The box has no ground: west and east, south and north must differ."))
    return Box(west, south, east, north)


def _numbers(text: str) -> tuple[float, float, float, float]:
    try:
        if len(text) > _LONGEST:
            raise ValueError
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise BadBox(_("Write four numbers: west,south,east,north in degrees.")) from None
    if not all(map(math.isfinite, (west, south, east, north))):
        raise BadBox(_("Write four numbers: west,south,east,north in degrees."))
    return tuple(round(edge, _DECIMALS) + 0.0 for edge in (west, south, east, north))  # type: ignore[return-value]


def _rectangle(west: float, south: float, east: float, north: float) -> Polygon:
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = WGS84
    return box


_RADIUS_M = 6_335_000
"""The least radius of curvature of the WGS 84 ellipsoid: boxes err on the outside."""


def box_around(lon: float, lat: float, radius_m: float) -> Box:
    """The smallest box of whole degrees' lines that holds a circle on the ground, slightly more."""
    angle = radius_m / _RADIUS_M
    south, north = lat - math.degrees(angle), lat + math.degrees(angle)
    reach = math.sin(angle) / max(math.cos(math.radians(lat)), 1e-12)
    if south <= -90 or north >= 90 or reach >= 1:
        return Box(-180, max(south, -90), 180, min(north, 90))
    wide = math.degrees(math.asin(reach))
    west, east = lon - wide, lon + wide
    return Box(west + 360 * (west < -180), south, east - 360 * (east > 180), north)
