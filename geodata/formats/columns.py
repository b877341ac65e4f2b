"""Which columns of a table hold the place, found by their names."""

import re
import unicodedata
from dataclasses import dataclass

from geodata.sources import NeedsAnswer, Options, Unreadable

_LONGITUDES = ("longitude", "lon", "long", "lng", "xlong", "longwgs84", "longitudewgs84", "xwgs84")
_LATITUDES = ("latitude", "lat", "ylat", "latwgs84", "latitudewgs84", "ywgs84")
_LAMBERT = (
    ("xlambert93", "ylambert93"),
    ("xl93", "yl93"),
    ("lambertx", "lamberty"),
    ("lambx", "lamby"),
    ("lambert93x", "lambert93y"),
    ("coordonneesxl93", "coordonneesyl93"),
)
_PLAIN = (
    ("x", "y"),
    ("coordx", "coordy"),
    ("coordonneex", "coordonneey"),
    ("xcoord", "ycoord"),
    ("easting", "northing"),
    ("geox", "geoy"),
    ("pointx", "pointy"),
)
_SHAPES = ("wkt", "geom", "thegeom", "geometry", "geometrie", "geomwkt", "wktgeom", "geoshape")
_PAIRS = (
    "geopoint2d",
    "geopoint",
    "latlon",
    "latlng",
    "coordonneesgeographiques",
    "geolocalisation",
)
"""Latitude and longitude in one cell, as Opendatasoft's portals write it."""

LAMBERT_93 = "EPSG:2154"


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions in a row: `x` and `y`, or `shape` (WKT or GeoJSON), or `pair` ("lat, lon").

    `crs` is what the names say of the coordinates, '' for nothing.
    """

    names: tuple[str, ...]
    x: int | None = None
    y: int | None = None
    shape: int | None = None
    pair: int | None = None
    crs: str = ""

    @property
    def used(self) -> set[int]:
        return {at for at in (self.x, self.y, self.shape, self.pair) if at is not None}

    @property
    def shown(self) -> str:
        return ", ".join(self.names[at] for at in sorted(self.used))


def plain(name: str) -> str:
    """`Coordonnées X (L93)` → `coordonneesxl93`."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", bare.lower())


def find(header: list[str], options: Options) -> Columns:
    """Those a person named, else those whose name tells.  Raises NeedsAnswer."""
    names = tuple(name.strip() for name in header)
    if options.wkt_column:
        return Columns(names, shape=_index(names, options.wkt_column))
    if options.x_column and options.y_column:
        x, y = _index(names, options.x_column), _index(names, options.y_column)
        return Columns(names, x=x, y=y)
    at = {plain(name): index for index, name in reversed(list(enumerate(names)))}
    found = _degrees(names, at) or _shape(names, at) or _metres(names, at)
    if found is None:
        raise NeedsAnswer(
            "which-columns", asks="columns", choices=names, columns=", ".join(names)[:500]
        )
    return found


def _index(names: tuple[str, ...], wanted: str) -> int:
    if wanted not in names:
        raise Unreadable("no-such-field", field=wanted[:100], there=", ".join(names)[:500])
    return names.index(wanted)


def _degrees(names: tuple[str, ...], at: dict[str, int]) -> Columns | None:
    x = next((at[name] for name in _LONGITUDES if name in at), None)
    y = next((at[name] for name in _LATITUDES if name in at), None)
    return Columns(names, x=x, y=y) if x is not None and y is not None else None


def _shape(names: tuple[str, ...], at: dict[str, int]) -> Columns | None:
    for name in _SHAPES:
        if name in at:
            return Columns(names, shape=at[name])
    for name in _PAIRS:
        if name in at:
            return Columns(names, pair=at[name])
    return None


def _metres(names: tuple[str, ...], at: dict[str, int]) -> Columns | None:
    for pairs, crs in ((_LAMBERT, LAMBERT_93), (_PLAIN, "")):
        for x, y in pairs:
            if x in at and y in at:
                return Columns(names, x=at[x], y=at[y], crs=crs)
    return None
