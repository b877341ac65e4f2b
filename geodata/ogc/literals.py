"""Shapes and moments that a client writes: read by us, and refused in words.

GeoJSON objects (the text form of CQL2 is turned into them first) become geometries of our own
making: nothing from outside is given to GEOS or GDAL to read.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geodata.boxes import BadBox, Box, read_box
from geodata.crs import WGS84
from geodata.ogc.crs import Crs, to_ground
from geodata.repair import CannotRepair, repair

MOST_CORNERS = 2_000
_EDGE_PIECES = 32
"""A straight edge of a projected box is a curve in degrees: it is followed in so many pieces."""
_MERCATOR_EDGE_M = 20_037_508.342789244
_FARTHEST_M = 1e8
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)\d*([Zz]|[+-]\d{2}:\d{2})?)?",
    re.ASCII,
)


class BadLiteral(ValueError):
    """`str()` is a sentence for the sender."""


# ------------------------------------------------------------------ moments
@dataclass(frozen=True, slots=True)
class Span:
    """From `begin` to `end`, both included; None: without end.  Equal ends are an instant."""

    begin: datetime | None
    end: datetime | None


def read_instant(text: Any) -> Span:
    """An RFC 3339 date-time, or a date: the whole day (UTC).  Raises BadLiteral."""
    found = _MOMENT.fullmatch(text) if isinstance(text, str) and len(text) <= 40 else None
    if found is None:
        raise BadLiteral(_("Write a moment as 2026-01-31T12:00:00Z, or a day as 2026-01-31."))
    day, clock, zone = found.groups()
    try:
        if clock is None:
            begin = datetime.combine(date.fromisoformat(day), time.min, UTC)
            return Span(begin, begin + timedelta(days=1, microseconds=-1))
        moment = datetime.fromisoformat(f"{day}T{clock}{(zone or 'Z').upper()}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadLiteral(_("There is no such day or hour in the calendar.")) from None
    return Span(moment, moment)


def read_span(begin: Any, end: Any) -> Span:
    """Two instants; `..` or '' for no end.  Raises BadLiteral."""
    first = None if begin in ("..", "") else read_instant(begin).begin
    last = None if end in ("..", "") else read_instant(end).end
    if first and last and first > last:
        raise BadLiteral(_("The interval ends before it begins."))
    return Span(first, last)


def read_datetime(text: str) -> Span:
    """The parameter `datetime`: an instant, or two of them with a slash between."""
    begin, slash, end = text.partition("/")
    if not slash:
        return read_instant(begin)
    if {begin, end} <= {"..", ""}:
        raise BadLiteral(_("An interval needs a beginning or an end."))
    return read_span(begin, end)


# ------------------------------------------------------------------ boxes
def read_numbers(text: str) -> list[float]:
    """Numbers with commas between.  Raises BadLiteral."""
    try:
        if len(text) > 300:
            raise ValueError
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise BadLiteral(_("The box is four numbers with commas between.")) from None
    return numbers


def read_bounds(numbers: list[float], crs: Crs) -> Box | GEOSGeometry:
    """Four numbers, or six of which the heights are left out, in the axes of `crs` → a Box, or
    the ground (EPSG:4326) of one that is none in degrees.  Raises BadLiteral."""
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise BadLiteral(_("The box is four numbers with commas between."))
    if crs.is_swapped:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    if crs.is_geographic:
        return _box(numbers)
    west, south, east, north = numbers
    if west >= east or south >= north:
        raise BadLiteral(_("The box has no ground: give its smaller corner first."))
    if crs.srid == 3857:
        edges = [max(-_MERCATOR_EDGE_M, min(edge, _MERCATOR_EDGE_M)) for edge in numbers]
        ground = to_ground(shapely.MultiPoint([edges[:2], edges[2:]]), crs)
        return _box(list(ground.bounds))
    if max(map(abs, numbers)) > _FARTHEST_M:
        raise BadLiteral(_("The box leaves the world: mind the order of its numbers."))
    rectangle = shapely.box(west, south, east, north)
    longest = max(east - west, north - south, _EDGE_PIECES) / _EDGE_PIECES
    return as_geos(on_the_ground(shapely.segmentize(rectangle, longest), crs))


def _box(edges: list[float]) -> Box:
    try:
        return read_box(",".join(f"{edge:.8f}" for edge in edges))
    except BadBox as bad:
        raise BadLiteral(str(bad)) from None


# ------------------------------------------------------------------ shapes
_DEPTHS = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
    "MultiPolygon": 3,
}  # fmt: skip


def read_shape(written: Any, crs: Crs) -> GEOSGeometry:
    """A GeoJSON geometry or {"bbox": […]} in `crs` → valid, EPSG:4326.  Raises BadLiteral."""
    if isinstance(written, dict) and "bbox" in written:
        bounds = read_bounds(_list_of_numbers(written["bbox"]), crs)
        return bounds.ground if isinstance(bounds, Box) else bounds
    budget = [MOST_CORNERS]
    return as_geos(on_the_ground(_shape(written, budget, 0), crs))


def on_the_ground(shape: BaseGeometry, crs: Crs) -> BaseGeometry:
    """Longitude, latitude, valid.  Raises BadLiteral."""
    ground = to_ground(shape, crs)
    xy = shapely.get_coordinates(ground)
    if not len(xy) or not np.isfinite(xy).all() or (np.abs(xy) > (180, 90)).any():
        raise BadLiteral(
            _("A corner leaves the world: mind the order of the axes of the reference system.")
        )
    if ground.is_valid:
        return ground
    try:
        return repair(ground).geometry
    except CannotRepair:
        raise BadLiteral(_("The polygon encloses no ground: draw it anew.")) from None


def as_geos(shape: BaseGeometry) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=WGS84)


def _list_of_numbers(value: Any) -> list[float]:
    if not isinstance(value, list) or len(value) > 6:
        raise BadLiteral(_("The box is four numbers with commas between."))
    return [_number(one) for one in value]


def _number(value: Any) -> float:
    if type(value) not in (int, float) or abs(value) > 1e9 or value != value:
        raise BadLiteral(_("Coordinates are numbers: two for each corner."))
    return float(value)


def _shape(written: Any, budget: list[int], depth: int) -> BaseGeometry:
    kind = written.get("type") if isinstance(written, dict) else None
    if kind == "GeometryCollection" and depth < 3:
        parts = written.get("geometries")
        if not isinstance(parts, list) or not parts:
            raise BadLiteral(_("The shape has no coordinates, or they are nested otherwise."))
        return shapely.GeometryCollection([_shape(part, budget, depth + 1) for part in parts])
    if not isinstance(kind, str) or kind not in _DEPTHS:
        raise BadLiteral(_("Give a point, line or polygon, several of them, or a box."))
    corners = _nested(written.get("coordinates"), _DEPTHS[kind], budget)
    try:
        return _made(kind, corners)
    except (ValueError, TypeError, shapely.errors.ShapelyError):
        raise BadLiteral(
            _("A line needs two corners, a ring three that it returns from.")
        ) from None


def _made(kind: str, corners: Any) -> BaseGeometry:
    if kind == "Polygon":
        return shapely.Polygon(corners[0], corners[1:])
    if kind == "MultiPolygon":
        return shapely.MultiPolygon([shapely.Polygon(part[0], part[1:]) for part in corners])
    makers: dict[str, Any] = {
        "Point": shapely.Point, "MultiPoint": shapely.MultiPoint,
        "LineString": shapely.LineString, "MultiLineString": shapely.MultiLineString,
    }  # fmt: skip
    shape: BaseGeometry = makers[kind](corners)
    return shape


def _nested(value: Any, depth: int, budget: list[int]) -> Any:
    if not isinstance(value, list) or not value:
        raise BadLiteral(_("The shape has no coordinates, or they are nested otherwise."))
    if depth:
        return [_nested(one, depth - 1, budget) for one in value]
    budget[0] -= 1
    if budget[0] < 0:
        raise BadLiteral(
            _("At most %(most)d corners: simplify the polygon.") % {"most": MOST_CORNERS}
        )
    if not 2 <= len(value) <= 4:
        raise BadLiteral(_("Coordinates are numbers: two for each corner."))
    return (_number(value[0]), _number(value[1]))
