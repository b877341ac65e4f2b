"""Coordinate reference systems: recognised, named, and brought to EPSG:4326."""

import re
from functools import lru_cache

import numpy
import shapely
from numpy import float64
from numpy.typing import NDArray
from pyproj import CRS, Transformer, network
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from geodata.crs import WGS84
from geodata.sources import Extent, NeedsAnswer, Options, Remark, Unreadable

network.set_network_enabled(False)  # type: ignore[attr-defined]

# Authority and code alone: pyproj's own parser also takes names of files on this machine.
_NAME = re.compile(r"(?:urn:ogc:def:crs:)?(EPSG|OGC|IGNF|ESRI)(?::[\d.]*)?:(\w+)", re.IGNORECASE)
_LAMBERT_93 = 2154
LIKELY = (
    _LAMBERT_93,
    *range(3942, 3951),  # CC42 to CC50
    5490,  # Guadeloupe, Martinique
    2972,  # Guyane
    2975,  # La Réunion
    4471,  # Mayotte
    4467,  # Saint-Pierre-et-Miquelon
    3296,  # Society Islands
    3163,  # Nouvelle-Calédonie
    *(32630, 32631, 32632),  # UTM over mainland France
    27572,  # Lambert II étendu, before 2001
    3857,
)
"""EPSG codes in which French collectivities publish, the likeliest first."""


class Projection:
    """Brings shapes of one CRS to EPSG:4326, longitude first; identical ones pass untouched."""

    def __init__(self, crs: CRS) -> None:
        self.crs = crs
        is_same = crs.to_epsg(min_confidence=100) == WGS84 or crs.equals("OGC:CRS84")
        try:
            self._transformer = (
                None if is_same else Transformer.from_crs(crs, WGS84, always_xy=True)
            )
        except ProjError as error:  # CRSError is one; a grid that is not here is another
            raise Unreadable("unknown-crs", crs=crs.name[:80]) from error

    def __call__(self, shape: BaseGeometry) -> BaseGeometry:
        if self._transformer is None:
            return shape
        return shapely.transform(shape, self._transform_pairs)

    def _transform_pairs(self, pairs: NDArray[float64]) -> NDArray[float64]:
        assert self._transformer is not None
        return numpy.column_stack(self._transformer.transform(pairs[:, 0], pairs[:, 1]))

    def remarks(self) -> list[Remark]:
        """That coordinates are converted, and from what."""
        if self._transformer is None:
            return []
        return [Remark("converted", {"crs": label(self.crs)})]


def label(crs: CRS) -> str:
    """`RGF93 v1 / Lambert-93 (EPSG:2154)`; the code only where it is beyond doubt."""
    authority = crs.to_authority(min_confidence=70)
    if authority is None:
        return str(crs.name)[:100]
    if authority[0] == "EPSG":
        return f"{CRS.from_epsg(authority[1]).name} (EPSG:{authority[1]})"
    return f"{crs.name} ({':'.join(authority)})"[:120]


def named(name: str) -> CRS:
    """The CRS of a name such as EPSG:2154.  Raises Unreadable."""
    found = _NAME.fullmatch(name.strip())
    if found is None:
        raise Unreadable("unknown-crs", crs=name[:80])
    try:
        return CRS.from_authority(found[1].upper(), found[2])
    except CRSError as error:
        raise Unreadable("unknown-crs", crs=name[:80]) from error


def from_wkt(wkt: str) -> CRS:
    try:
        return CRS.from_wkt(wkt)
    except CRSError as error:
        raise Unreadable("unknown-crs", crs=wkt[:80]) from error


def is_degrees(x: float, y: float) -> bool:
    return abs(x) <= 180 and abs(y) <= 90


def which_crs(options: Options, x: float | None = None, y: float | None = None) -> NeedsAnswer:
    """The question for a file that does not say its CRS; x, y is one of its positions."""
    known = x is not None and y is not None
    found = guesses(x, y, options.near) if x is not None and y is not None else []
    choices = found or [f"EPSG:{code}" for code in (WGS84, *LIKELY)]
    sample = {"x": f"{x:.10g}", "y": f"{y:.10g}"} if known else {"x": "", "y": ""}
    return NeedsAnswer("no-crs", asks="crs", choices=tuple(choices), **sample)


def guesses(x: float, y: float, near: Extent | None = None) -> list[str]:
    """The likely systems in which (x, y) lies where the system is used; those `near` first."""
    if is_degrees(x, y):
        return [f"EPSG:{WGS84}"]
    places = {code: _place(code, x, y) for code in LIKELY}
    fitting = [code for code, place in places.items() if place and _is_used_at(code, *place)]
    fitting.sort(key=lambda code: not _is_within(places[code], near))
    return [f"EPSG:{code}" for code in fitting]


def _place(code: int, x: float, y: float) -> tuple[float, float] | None:
    lon, lat = _transformer(code).transform(x, y)
    return (lon, lat) if is_degrees(lon, lat) else None


@lru_cache(maxsize=64)
def _transformer(code: int) -> Transformer:
    return Transformer.from_crs(code, WGS84, always_xy=True)


def _is_used_at(code: int, lon: float, lat: float) -> bool:
    area = CRS.from_epsg(code).area_of_use
    return area is not None and area.west <= lon <= area.east and area.south <= lat <= area.north


def _is_within(place: tuple[float, float] | None, near: Extent | None) -> bool:
    if place is None or near is None:
        return False
    west, south, east, north = near
    return west - 1 <= place[0] <= east + 1 and south - 1 <= place[1] <= north + 1
