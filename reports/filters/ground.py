"""A valid filter as a piece of ground and conditions that the covering index on pins can tell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy
import shapely
from django.contrib.gis.geos import GEOSGeometry
from pyproj import Geod
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geodata import grid
from geodata.cell_cover import Cell, covered
from reports.filters.meaning import moments_of, statuses_named
from reports.pyramid.slices import KNOWN, Slices, said_in, slices_of
from reports.workflow import Kind

if TYPE_CHECKING:
    from reports.filters.fields import Circle

_GROUNDS = ("bbox", "within", "near", "shapes")
_TOLD = KNOWN | {*_GROUNDS, "area", "created_from", "created_to"}
"""Of a filter that has no areas: what place, kind, category, status and moment of a pin tell."""
_GEOD = Geod(ellps="WGS84")
_CORNERS = 64
_WIDER = 0.01
"""A polygon of so many corners stays within 0.2 % of its circle; this is on the safe side."""


@dataclass
class Ground:
    """`outer` and `inner` (EPSG:4326) hold all of it, and lie within it."""

    shape: GEOSGeometry
    """The ground, or the middle of a circle of `radius_m`."""
    outer: BaseGeometry
    inner: BaseGeometry
    radius_m: float = 0
    share: tuple[int, int, int] | None = None
    """Kept by `reports.within`, which asks for it."""

    @property
    def is_circle(self) -> bool:
        return self.radius_m > 0

    @cached_property
    def cells(self) -> list[Cell]:
        return covered(self.outer, self.inner)

    @property
    def box(self) -> dict[str, int]:
        """Columns and rows of the grid that hold all of it."""
        west, south, east, north = self.outer.bounds
        return {
            "west": grid.column(west) - 1,
            "east": grid.column(east) + 1,
            "north": grid.row(north) - 1,
            "south": grid.row(south) + 1,
        }

    @property
    def params(self) -> dict[str, Any]:
        return {"ground": self.shape.hexewkb.decode(), "radius_m": self.radius_m}


@dataclass(frozen=True, slots=True)
class Conditions:
    """Statement's values; `slices` where the pyramid counts exactly what they mean."""

    params: dict[str, Any]
    slices: Slices | None


def ground_of(given: dict[str, Any]) -> Ground | None:
    """Of a valid filter's values, where they name one ground, no areas, and nothing but what the
    covering index tells."""
    said = said_in(given)
    named = [name for name in _GROUNDS if name in said]
    if len(named) != 1 or given["area"] or not _TOLD.issuperset(said):
        return None
    if given["near"]:
        return _circle(given["near"])
    if given["shapes"]:
        return _polygon(given["shapes"][0].geometry) if len(given["shapes"]) == 1 else None
    return _polygon(given["bbox"].ground if given["bbox"] else given["within"])


def conditions_of(given: dict[str, Any]) -> Conditions:
    """Everything else that the values of such a filter say."""
    statuses = statuses_named(given["status"])
    since, until = moments_of(given)
    ids = given["categories"]
    params = {
        "kinds": given["kind"] or list(Kind.values),
        "categories": None if ids is None else f"{{{','.join(map(str, ids))}}}",
        "statuses": sorted(statuses),
        "since": since.isoformat() if since else "-infinity",
        "until": until.isoformat() if until else "infinity",
    }
    known = {name: value for name, value in given.items() if name in KNOWN}
    slices = None if since or until else slices_of(known, statuses)
    return Conditions(params, slices if isinstance(slices, Slices) else None)


def _polygon(shape: GEOSGeometry) -> Ground | None:
    ground = shapely.from_wkb(bytes(shape.wkb))
    return _on_the_grid(Ground(shape, ground, ground))


def _circle(circle: Circle) -> Ground | None:
    """None across the 180th meridian."""
    if circle.box.crosses_180:
        return None
    wide, narrow = (_ring(circle, circle.radius_m * by) for by in (1 + _WIDER, 1 - _WIDER))
    return _on_the_grid(Ground(circle.middle, wide, narrow, circle.radius_m))


def _ring(circle: Circle, radius_m: float) -> BaseGeometry:
    lons, lats, radii = (
        numpy.full(_CORNERS, value) for value in (circle.middle.x, circle.middle.y, radius_m)
    )
    azimuths = numpy.linspace(0, 360, _CORNERS, endpoint=False)
    lon, lat, _back = _GEOD.fwd(lons, lats, azimuths, radii)
    return Polygon(numpy.column_stack([lon, lat]))


def _on_the_grid(ground: Ground) -> Ground | None:
    return ground if ground.cells else None
