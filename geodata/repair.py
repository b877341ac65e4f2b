"""Makes a geometry two-dimensional, valid and flat, and says what it changed.

Pure: no Django, no database.  What it changed and why it refused are codes with values, so that
each reader of files words them for its own people (`geodata.findings` has the sentences).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy
import shapely
from pyproj import Geod
from shapely import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)
from shapely.geometry.base import BaseGeometry

from geodata import antimeridian
from geodata.tangles import MAX_CROSSINGS, is_tangled

_ELLIPSOID: Final = Geod(ellps="WGS84")

MAX_LON: Final = 540
"""Some count longitudes from 0 to 360, or on past 180 where a country lies across the line: one
world too far is a way to write it, more is metres."""

# What GEOS says of an invalid shape → our code for it.
_REASONS: Final = {
    "Self-intersection": "self-crossing",
    "Ring Self-intersection": "self-touching",
    "Duplicate Rings": "repeated-ring",
    "Nested shells": "overlapping-parts",
    "Holes are nested": "overlapping-holes",
    "Hole lies outside shell": "hole-outside",
    "Interior is disconnected": "cut-by-holes",
}


@dataclass(frozen=True, slots=True)
class Change:
    """Something repaired: `values` are numbers and words for its sentence."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Repaired:
    """A valid 2-D geometry (EPSG:4326), not empty, collections flat, and how it came to be."""

    geometry: BaseGeometry
    changes: tuple[Change, ...] = ()


class CannotRepair(Exception):
    """Nothing honest can be made of the geometry."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


def repair(geometry: BaseGeometry) -> Repaired:
    """The geometry (longitude, latitude in EPSG:4326) as it may be stored.

    Points stay points and lines lines.  A collection comes back flat, and as the multi type when
    all its parts are of one dimension.  What runs over the 180th meridian is cut there.  Raises
    CannotRepair: `empty`, `not-finite`, `out-of-range`, `round-the-world`, `collapsed`,
    `too-tangled`.
    """
    _refuse_unusable(geometry)
    changes: list[Change] = []
    flat = shapely.force_2d(geometry)
    if _has_altitude(geometry):
        changes.append(Change("altitude-dropped"))
    unrolled = _unroll(flat)
    if unrolled is flat and flat.is_valid and not isinstance(flat, GeometryCollection):
        return Repaired(flat, tuple(changes))
    kept = [_repair_piece(piece, changes) for piece in _pieces(unrolled)]
    sound = [piece for piece in kept if piece is not None]
    if unrolled is not flat:
        sound = [part for piece in sound for part in antimeridian.cut(piece)]
        changes.append(Change("split-at-180"))
    whole = _assemble(sound, changes)
    if whole.is_empty:
        raise CannotRepair("collapsed")
    return Repaired(whole, tuple(changes))


def as_multipolygon(geometry: BaseGeometry) -> MultiPolygon:
    """The ground a repaired geometry covers.  Raises CannotRepair `not-an-area`."""
    if isinstance(geometry, MultiPolygon):
        return geometry
    if isinstance(geometry, Polygon):
        return MultiPolygon([geometry])
    raise CannotRepair("not-an-area", kind=_kind_of(geometry))


def ground_m2(geometry: BaseGeometry) -> float:
    """Area in m² on the WGS 84 ellipsoid, as the rings are written: outer ones less their holes.

    Defined for invalid shapes too, where a ring that crosses itself counts its turns against
    each other; zero for points and lines.
    """
    polygons = [p for p in shapely.get_parts(geometry) if isinstance(p, Polygon)]
    return sum(max(0.0, _polygon_m2(polygon)) for polygon in polygons)


def _polygon_m2(polygon: Polygon) -> float:
    return _ring_m2(polygon.exterior) - sum(_ring_m2(hole) for hole in polygon.interiors)


def _ring_m2(ring: BaseGeometry) -> float:
    lon, lat = shapely.get_coordinates(ring).T
    square_metres, _perimeter = _ELLIPSOID.polygon_area_perimeter(lon, lat)
    return abs(float(square_metres))


def _refuse_unusable(geometry: BaseGeometry) -> None:
    """GEOS drops infinite points without a word, and any shape becomes valid somewhere else."""
    if geometry.is_empty:
        raise CannotRepair("empty")
    lonlat = shapely.get_coordinates(geometry)
    if not numpy.isfinite(lonlat).all():
        raise CannotRepair("not-finite")
    off = (numpy.abs(lonlat) > (MAX_LON, 90)).any(axis=1)
    if off.any():
        lon, lat = lonlat[off.argmax()].tolist()
        raise CannotRepair("out-of-range", lon=lon, lat=lat)


def _unroll(flat: BaseGeometry) -> BaseGeometry:
    """The very same object where it does not run over the 180th meridian."""
    if not antimeridian.may_run_over(flat):
        return flat
    try:
        unrolled = antimeridian.unroll(flat)
    except antimeridian.RoundTheWorld:
        raise CannotRepair("round-the-world") from None
    is_as_written = shapely.equals_identical(unrolled, flat)
    return flat if is_as_written and antimeridian.is_on_the_map(flat) else unrolled


def _has_altitude(geometry: BaseGeometry) -> bool:
    """Whether an altitude is lost: zeros say nothing, and nearly every KML has them."""
    if not geometry.has_z:
        return False
    altitude = shapely.get_coordinates(geometry, include_z=True)[:, 2]
    return bool((numpy.nan_to_num(altitude) != 0).any())


def _pieces(flat: BaseGeometry) -> list[BaseGeometry]:
    """What is repaired by itself: the members of a collection, however deep; else the whole."""
    if not isinstance(flat, GeometryCollection):
        return [flat]
    return [piece for member in flat.geoms for piece in _pieces(member)]


def _repair_piece(piece: BaseGeometry, changes: list[Change]) -> BaseGeometry | None:
    if piece.is_valid and not piece.is_empty:
        return piece
    if is_tangled(piece):
        raise CannotRepair("too-tangled", limit=MAX_CROSSINGS)
    made: BaseGeometry = shapely.make_valid(piece, method="structure", keep_collapsed=False)
    if made.is_empty:
        changes.append(Change("part-dropped", {"kind": _kind_of(piece)}))
        return None
    changes.append(_change_between(piece, made))
    return made


def _change_between(before: BaseGeometry, after: BaseGeometry) -> Change:
    """Why `before` was invalid and where, and how much ground the repair added or took."""
    explained = re.fullmatch(r"([^\[]*)(?:\[(\S+) (\S+)\])?", shapely.is_valid_reason(before))
    assert explained is not None
    reason, lon, lat = explained.groups()
    values: dict[str, Any] = {}
    if lon:
        values = {"lon": round(float(lon), 6), "lat": round(float(lat), 6)}
    if after.area:
        values["changed_m2"] = round(abs(ground_m2(after) - ground_m2(before)), 1)
    return Change(_REASONS.get(reason, "invalid-shape"), values)


def _assemble(pieces: Iterable[BaseGeometry], changes: list[Change]) -> BaseGeometry:
    """One geometry of all pieces, grouped by dimension."""
    singles = [single for piece in pieces for single in shapely.get_parts(piece)]
    groups: list[BaseGeometry] = []
    points = [single for single in singles if isinstance(single, Point)]
    lines = [single for single in singles if isinstance(single, LineString)]
    polygons = [single for single in singles if isinstance(single, Polygon)]
    if points:
        groups.append(MultiPoint(points) if len(points) > 1 else points[0])
    if lines:
        groups.append(MultiLineString(lines) if len(lines) > 1 else lines[0])
    if polygons:
        groups.append(_one_ground(polygons, changes))
    return groups[0] if len(groups) == 1 else GeometryCollection(groups)


def _one_ground(polygons: list[Polygon], changes: list[Change]) -> BaseGeometry:
    """Polygons side by side; where they overlap, they melt into one ground."""
    ground = MultiPolygon(polygons)
    if len(polygons) == 1 or ground.is_valid:
        return ground if len(polygons) > 1 else polygons[0]
    if is_tangled(ground):
        raise CannotRepair("too-tangled", limit=MAX_CROSSINGS)
    melted = shapely.union_all(polygons)
    changes.append(_change_between(ground, melted))
    return melted


def _kind_of(geometry: BaseGeometry) -> str:
    """`point`, `line`, `area`, or `collection`."""
    kind = geometry.geom_type.lower().removeprefix("multi").removeprefix("geometry")
    names = {"linestring": "line", "linearring": "line", "polygon": "area"}
    return names.get(kind, kind)
