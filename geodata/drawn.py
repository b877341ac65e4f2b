"""A polygon that somebody drew, as GeoJSON in a URL: read by us, repaired, or refused in words.

Text from outside never reaches GEOS or GDAL unread: `GEOSGeometry(text)` would hand it to GDAL,
and fail in ways that are no answer.
"""

from __future__ import annotations

import json
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.utils.translation import gettext as _
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geodata.crs import WGS84
from geodata.repair import CannotRepair, as_multipolygon, repair

MOST_CORNERS = 2_000
LONGEST = 130_000
"""Characters of 2,000 corners, each as long as a careless program writes them."""
_DECIMALS = 6
"""About 0.1 m: what differs less is the same polygon."""


class BadPolygon(ValueError):
    """`str()` is a sentence for the sender."""


def read_polygon(text: str) -> MultiPolygon:
    """A GeoJSON Polygon or MultiPolygon (EPSG:4326, at most MOST_CORNERS corners), valid and cut
    at the 180th meridian.  Equal ground gives equal coordinates.  Raises BadPolygon."""
    if len(text) > LONGEST:
        raise _too_many_corners()
    rings_of_parts = _rings_of_parts(_decoded(text))
    if sum(len(ring) for rings in rings_of_parts for ring in rings) > MOST_CORNERS:
        raise _too_many_corners()
    parts = [Polygon(rings[0], rings[1:]) for rings in rings_of_parts]
    return _as_geos(_repaired(shapely.MultiPolygon(parts)))


def as_geojson(polygon: MultiPolygon) -> str:
    """The shortest text that `read_polygon` reads back as the same ground."""
    parts = [_ints_where_whole(part) for part in polygon.coords]
    document: dict[str, Any] = {"type": "MultiPolygon", "coordinates": parts}
    if len(parts) == 1:
        document = {"type": "Polygon", "coordinates": parts[0]}
    return json.dumps(document, separators=(",", ":"))


def _decoded(text: str) -> dict[str, Any]:
    try:
        decoded = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadPolygon(_("This is not GeoJSON that can be read.")) from None
    if isinstance(decoded, dict) and decoded.get("type") == "Feature":
        decoded = decoded.get("geometry")
    if not isinstance(decoded, dict) or decoded.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadPolygon(_("Give a GeoJSON Polygon or MultiPolygon."))
    return decoded


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _rings_of_parts(decoded: dict[str, Any]) -> list[list[list[tuple[float, float]]]]:
    found = decoded.get("coordinates")
    parts = [found] if decoded["type"] == "Polygon" else found
    return [[_ring(ring) for ring in _list(rings)] for rings in _list(parts)]


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise BadPolygon(_("The polygon has no coordinates, or they are nested otherwise."))
    return value


def _ring(ring: Any) -> list[tuple[float, float]]:
    if isinstance(ring, list) and len(ring) > MOST_CORNERS:
        raise _too_many_corners()
    corners = [_corner(corner) for corner in _list(ring)]
    if corners[0] != corners[-1]:
        corners.append(corners[0])
    if len(corners) < 4:
        raise BadPolygon(_("A polygon needs three corners at least."))
    return corners


def _corner(corner: Any) -> tuple[float, float]:
    numbers = _list(corner)[:2]
    if len(numbers) != 2 or any(type(number) not in (int, float) for number in numbers):
        raise BadPolygon(_("Each corner is two numbers: longitude, latitude in degrees."))
    try:
        lon, lat = map(float, numbers)
    except OverflowError:  # JSON's integers have no end
        lon, lat = float("inf"), 0
    if not (abs(lon) <= 360 and abs(lat) <= 90):
        raise BadPolygon(
            _("A corner leaves the world: longitude first, then latitude, in degrees.")
        )
    return round(lon, _DECIMALS) + 0.0, round(lat, _DECIMALS) + 0.0


def _repaired(drawn: shapely.MultiPolygon) -> BaseGeometry:
    try:
        repaired = as_multipolygon(repair(drawn).geometry)
    except CannotRepair as cannot:
        if cannot.code == "too-tangled":
            raise BadPolygon(_("The polygon crosses itself too often: draw it anew.")) from None
        raise BadPolygon(_("The polygon encloses no ground: draw it anew.")) from None
    snapped = shapely.set_precision(repaired, 10**-_DECIMALS)
    if snapped.is_empty or not snapped.area:
        raise BadPolygon(_("The polygon encloses no ground: draw it anew."))
    return shapely.normalize(snapped)


def _as_geos(shape: BaseGeometry) -> MultiPolygon:
    geometry = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=WGS84)
    if isinstance(geometry, MultiPolygon):
        return geometry
    return MultiPolygon(geometry, srid=WGS84)


def _ints_where_whole(part: Any) -> Any:
    if isinstance(part, float):
        rounded = round(part, _DECIMALS) + 0.0
        return int(rounded) if rounded.is_integer() else rounded
    return [_ints_where_whole(inner) for inner in part]


def _too_many_corners() -> BadPolygon:
    sentence = _("At most %(most)d corners: simplify the polygon.")
    return BadPolygon(sentence % {"most": MOST_CORNERS})
