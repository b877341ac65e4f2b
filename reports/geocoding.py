"""Places by what people type: coordinates, names of our own areas, and an address service.

The service is asked by our server, so that the visitor's browser tells nobody where it looks.
"""

import json
import logging
import re
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from django.conf import settings
from django.contrib.gis.db.models.functions import PointOnSurface

from geodata.coordinates import parse_point
from geodata.models import Area

log = logging.getLogger(__name__)
MOST_PLACES = 6
_COORDINATES = re.compile(r"\s*([+-]?\d{1,3}[.]\d+)\s*[,; ]\s*([+-]?\d{1,3}[.]\d+)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A name and a point in EPSG:4326 degrees."""

    label: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Found:
    """`is_complete` is False when the address service could not be asked."""

    places: tuple[Place, ...]
    is_complete: bool = True


def search(text: str) -> Found:
    """Places for `text`.  Raises BadCoordinates when it holds two numbers that are no place."""
    typed = _COORDINATES.fullmatch(text)
    if typed:
        # People write latitude first, as maps on telephones show it.
        point = parse_point(typed[2], typed[1])
        return Found((Place(text.strip(), point.x, point.y),))
    areas = _areas_named(text)
    try:
        addresses = _addresses(text)
    except (URLError, TimeoutError, ValueError, KeyError, TypeError) as error:
        log.warning("address service failed: %s", error)
        return Found(areas, is_complete=False)
    return Found((*addresses, *areas)[:MOST_PLACES])


def _areas_named(text: str) -> tuple[Place, ...]:
    areas = (
        Area.objects.current()
        .named_like(text)
        .annotate(inside=PointOnSurface("geom"))
        .values_list("name", "code", "inside")[:MOST_PLACES]
    )
    return tuple(Place(f"{name} ({code})", at.x, at.y) for name, code, at in areas)


def _addresses(text: str) -> tuple[Place, ...]:
    """What the service knows, in the GeoJSON of the French address API."""
    url = settings.GEOCODER_URL
    if not url or urlsplit(url).scheme not in ("http", "https"):
        return ()
    asked = Request(  # noqa: S310
        f"{url}?{urlencode({'q': text, 'limit': MOST_PLACES})}",
        headers={"User-Agent": "Cantonnier"},
    )
    with urlopen(asked, timeout=settings.GEOCODER_TIMEOUT_S) as answer:  # noqa: S310
        document: dict[str, Any] = json.loads(answer.read(1_000_000))
    return tuple(_place(feature) for feature in document["features"])


def _place(feature: dict[str, Any]) -> Place:
    lon, lat = feature["geometry"]["coordinates"][:2]
    return Place(str(feature["properties"]["label"])[:200], float(lon), float(lat))
