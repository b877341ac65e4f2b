"""The coordinate reference systems that the OGC doors speak, with the order of their axes.

OGC API Features Part 2 (18-058r1).  EPSG:4326 is latitude first, CRS84 longitude first: the same
ground otherwise.  Inside, everything is longitude first, EPSG:4326.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.crs import WGS84

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


class BadCrs(ValueError):
    """`str()` is a sentence for the sender."""


@dataclass(frozen=True, slots=True)
class Crs:
    """`is_swapped`: the second of our axes (north) is written first."""

    uri: str
    srid: int
    is_swapped: bool = False
    decimals: int = 7

    @property
    def is_geographic(self) -> bool:
        return self.srid == WGS84


CRS84 = Crs("http://www.opengis.net/def/crs/OGC/1.3/CRS84", WGS84)
LAT_LON = Crs(f"{_EPSG}4326", WGS84, is_swapped=True)
MERCATOR = Crs(f"{_EPSG}3857", 3857, decimals=3)
LAMBERT_93 = Crs(f"{_EPSG}2154", 2154, decimals=3)
ALL = (CRS84, LAT_LON, MERCATOR, LAMBERT_93)
_NAMED = {crs.uri: crs for crs in ALL}


def crs_named(uri: str) -> Crs:
    """By its URI; brackets of a safe CURIE and short forms (`EPSG:2154`) are read too.  Raises
    BadCrs."""
    text = uri.strip().strip("[]")
    if text.upper() in ("CRS84", "OGC:CRS84"):
        return CRS84
    if text.upper().startswith("EPSG:"):
        text = _EPSG + text[5:]
    found = _NAMED.get(text)
    if found is None:
        raise BadCrs(_("There is no such coordinate reference system here: one of %(all)s.")
                     % {"all": ", ".join(_NAMED)})  # fmt: skip
    return found


@cache
def _transformer(from_srid: int, to_srid: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(from_srid, to_srid, always_xy=True)


def to_ground(shape: BaseGeometry, crs: Crs) -> BaseGeometry:
    """`shape` as it was written in `crs` → longitude, latitude (EPSG:4326).  Coordinates that have
    no place on the ground become infinite."""

    def turned(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        xy = xy[:, ::-1] if crs.is_swapped else xy
        if crs.is_geographic:
            return xy
        return np.column_stack(_transformer(crs.srid, WGS84).transform(xy[:, 0], xy[:, 1]))

    return shapely.transform(shape, turned)


def from_ground(shape: BaseGeometry, crs: Crs) -> BaseGeometry:
    """The other way round, rounded: 1 cm in degrees, 1 mm in metres."""

    def turned(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        if not crs.is_geographic:
            xy = np.column_stack(_transformer(WGS84, crs.srid).transform(xy[:, 0], xy[:, 1]))
        return np.round(xy[:, ::-1] if crs.is_swapped else xy, crs.decimals) + 0.0

    return shapely.transform(shape, turned)
