"""A longitude and a latitude as people and programs give them, made into a point or refused."""

import math
import re

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import formats
from django.utils.translation import gettext as _

from geodata.crs import WGS84

MAX_LON, MAX_LAT = 180, 90
_METRES_FROM = 1_000
"""Beyond this, a number is no slip of the finger but a projected coordinate."""

_DECIMAL = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE)
_LONGEST = 40

Typed = str | float | None
"""What a query, a form or a JSON body gives: decimals with a point or a comma, or nothing."""


class BadCoordinates(ValueError):
    """`str()` is a sentence for the sender; `field` is `lon`, `lat`, or '' for both together."""

    def __init__(self, message: str, *, code: str, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.field = field


def parse_point(lon: Typed, lat: Typed) -> Point:
    """The point (EPSG:4326).  Raises BadCoordinates with code `missing`, `not-a-number`,
    `out-of-range`, `metres` or `swapped`.

    Coordinates look swapped when their latitude could only be a longitude, or when no area has
    ever covered them as given but one covers them the other way round.
    """
    point = read_point(lon, lat)
    refuse_swapped(point)
    return point


def read_point(lon: Typed, lat: Typed) -> Point:
    """As `parse_point`, without asking the database: for those who look the areas up anyway and
    call `refuse_swapped` only where there are none."""
    x, y = _numbers(lon, lat)
    _refuse_out_of_range(x, y)
    return Point(x, y, srid=WGS84)


def refuse_swapped(point: Point) -> None:
    """Raises BadCoordinates `swapped` when only the other way round lies in an area."""
    if _is_swapped_on_the_ground(point.x, point.y):
        raise _swapped(point.x, point.y)


def _numbers(lon: Typed, lat: Typed) -> tuple[float, float]:
    has_lon, has_lat = _is_given(lon), _is_given(lat)
    if not has_lon and not has_lat:
        raise BadCoordinates(
            _("The place is missing: give its longitude and latitude in decimal degrees."),
            code="missing",
        )
    if not has_lon:
        raise BadCoordinates(_("The longitude is missing."), code="missing", field="lon")
    if not has_lat:
        raise BadCoordinates(_("The latitude is missing."), code="missing", field="lat")
    return _number(lon, "lon"), _number(lat, "lat")


def _is_given(typed: Typed) -> bool:
    return typed is not None and (not isinstance(typed, str) or bool(typed.strip()))


def _number(typed: Typed, field: str) -> float:
    if isinstance(typed, int) and not isinstance(typed, bool):
        return float(max(-_METRES_FROM, min(typed, _METRES_FROM)))  # JSON's have no end
    if isinstance(typed, float) and math.isfinite(typed):
        return typed
    text = str(typed).strip().replace("\N{MINUS SIGN}", "-")
    if len(text) <= _LONGEST and _DECIMAL.fullmatch(text):
        return float(text.replace(",", "."))
    sentence = (
        _("The longitude “%(typed)s” is not a number: write decimal degrees, such as 2.3522.")
        if field == "lon"
        else _("The latitude “%(typed)s” is not a number: write decimal degrees, such as 48.8566.")
    )
    raise BadCoordinates(sentence % {"typed": _shown(text)}, code="not-a-number", field=field)


def _shown(text: str) -> str:
    """What was typed, short and printable: it goes back into a page or a JSON answer."""
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in cut)


def _refuse_out_of_range(lon: float, lat: float) -> None:
    if max(abs(lon), abs(lat)) >= _METRES_FROM:
        raise BadCoordinates(
            _("These coordinates look like metres of a map projection: give decimal degrees."),
            code="metres",
        )
    if abs(lat) > MAX_LAT and abs(lat) <= MAX_LON and abs(lon) <= MAX_LAT:
        raise _swapped(lon, lat)
    if abs(lon) > MAX_LON:
        sentence = _("The longitude %(value)s is out of range: longitudes go from −180 to 180.")
        raise BadCoordinates(sentence % {"value": _degrees(lon)}, code="out-of-range", field="lon")
    if abs(lat) > MAX_LAT:
        sentence = _("The latitude %(value)s is out of range: latitudes go from −90 to 90.")
        raise BadCoordinates(sentence % {"value": _degrees(lat)}, code="out-of-range", field="lat")


def _swapped(lon: float, lat: float) -> BadCoordinates:
    sentence = _("Latitude %(lat)s and longitude %(lon)s look swapped: please exchange them.")
    return BadCoordinates(sentence % {"lat": _degrees(lat), "lon": _degrees(lon)}, code="swapped")


def _degrees(value: float) -> str:
    """At most five decimals (a metre), in the reader's notation."""
    digits = f"{value:.5f}".rstrip("0").rstrip(".")
    return str(formats.number_format(digits)).replace("-", "−")


# Raw, because it precedes every look-up: one round trip for both ways round, on the GiST index.
_COVERED_OTHERWISE = """
    SELECT NOT EXISTS (
        SELECT FROM geodata_areapart
        WHERE ST_Covers(geom, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326))
    ) AND EXISTS (
        SELECT FROM geodata_areapart
        WHERE ST_Covers(geom, ST_SetSRID(ST_MakePoint(%(lat)s, %(lon)s), 4326))
    )
"""


def _is_swapped_on_the_ground(lon: float, lat: float) -> bool:
    if abs(lon) > MAX_LAT:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_COVERED_OTHERWISE, {"lon": lon, "lat": lat})
        return bool(cursor.fetchone()[0])
