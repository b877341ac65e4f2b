"""Where a map looks: the viewpoint a URL names, else what its filter asks of the ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

from geodata.coordinates import BadCoordinates, read_point
from geodata.models import Area
from geodata.problems import Refused
from reports.filters import SubmissionFilter

FURTHEST_ZOOM, NEAREST_ZOOM = 2, 20
"""As static/js/map/create.js has them."""


class BadViewpoint(Refused):
    """400, in a sentence."""


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """The middle of a map (EPSG:4326, degrees) and its zoom (256 px a tile)."""

    lon: float
    lat: float
    zoom: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """`at=longitude,latitude,zoom`; None where nothing is said.  Raises BadViewpoint."""
        if not text:
            return None
        lon, lat, zoom = _three_of(text)
        try:
            middle = read_point(lon, lat)
        except BadCoordinates as bad:
            raise BadViewpoint(_("at: %(sentence)s") % {"sentence": bad}) from None
        return cls(middle.x, middle.y, _zoom(zoom))

    def __str__(self) -> str:
        """Five decimals, about a metre."""
        return f"{self.lon:.5f},{self.lat:.5f},{self.zoom}"


def _three_of(text: str) -> list[str]:
    parts = text.split(",")
    if len(parts) != 3:
        raise BadViewpoint(_("at: write longitude,latitude,zoom, such as 2.35,48.85,14."))
    return parts


def _zoom(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 3:
        zoom = int(text)
        if FURTHEST_ZOOM <= zoom <= NEAREST_ZOOM:
            return zoom
    sentence = _("at: the zoom is a whole number from %(furthest)d to %(nearest)d.")
    raise BadViewpoint(sentence % {"furthest": FURTHEST_ZOOM, "nearest": NEAREST_ZOOM})


def bounds_of(wanted: SubmissionFilter) -> str:
    """West, south, east, north (EPSG:4326) of what was asked for of the ground, or ''."""
    extent = _extent(wanted) if wanted.is_valid() else None
    return ",".join(f"{edge:.5f}" for edge in extent or ())


def _extent(wanted: SubmissionFilter) -> tuple[float, float, float, float] | None:
    given = wanted.cleaned_data
    if given["bbox"]:
        return given["bbox"].extent  # type: ignore[no-any-return]
    if given["within"]:
        return given["within"].extent  # type: ignore[no-any-return]
    if given["near"]:
        return given["near"].box.extent  # type: ignore[no-any-return]
    if wanted.chosen_areas:
        return Area.objects.filter(pk__in=[area.pk for area in wanted.chosen_areas]).extent()
    if wanted.chosen_shapes:
        return wanted.chosen_shapes[0].geometry.extent
    return None
