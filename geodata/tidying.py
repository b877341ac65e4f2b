"""Points that stand twice and spikes without width: what drawing by hand leaves in outlines.

Shapely's make_valid leaves both where the shape is valid, and cuts the second where it is not, but
says of neither.  Pure: shapely shapes, longitude and latitude in EPSG:4326.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

_WIDTH_DEG: Final = 1e-8
"""A millimetre: a tongue that is nowhere wider is a spike."""

_MIN_RING: Final = 4
_MIN_LINE: Final = 2
Pairs = NDArray[np.float64]


@dataclass(slots=True)
class Tidied:
    geometry: BaseGeometry
    duplicates: int = 0
    """Points removed that stood where the one before them does."""
    spikes: int = 0


def are_tidy(geometries: Sequence[BaseGeometry]) -> NDArray[np.bool_]:
    """Of each, whether `tidy` would leave it as it is; thousands at a time, and so cheap."""
    shapes = np.asarray(geometries, dtype=object)
    untidy = np.zeros(len(shapes), dtype=bool)
    parts, of_shape = shapely.get_parts(shapes, return_index=True)
    kinds = shapely.get_type_id(parts)
    for lines, owner, are_rings in (
        (*_rings(parts, of_shape, kinds == 3), True),
        (parts[kinds == 1], of_shape[kinds == 1], False),
    ):
        pairs, of_line = shapely.get_coordinates(lines, return_index=True)
        if len(pairs):
            odd = _repeated(pairs, of_line)
            if are_rings:
                odd |= _spikes(pairs, of_line)
            untidy[owner[of_line[odd]]] = True
    return ~untidy


def tidy(geometry: BaseGeometry) -> Tidied:
    """Points stay; an outline that would vanish stays as it is, for `repair` to speak of."""
    tidied = Tidied(geometry)
    tidied.geometry = _tidy(geometry, tidied)
    return tidied


def _tidy(shape: BaseGeometry, tidied: Tidied) -> BaseGeometry:
    if isinstance(shape, Polygon):
        shell = _tidy_ring(shape.exterior, tidied)
        return Polygon(shell, [_tidy_ring(hole, tidied) for hole in shape.interiors])
    if isinstance(shape, LineString):
        return LineString(_without_repeats(shapely.get_coordinates(shape), _MIN_LINE, tidied))
    if isinstance(shape, MultiPolygon | MultiLineString) or shape.geom_type == "GeometryCollection":
        make: Any = type(shape)
        made: BaseGeometry = make([_tidy(part, tidied) for part in shapely.get_parts(shape)])
        return made
    return shape


def _tidy_ring(ring: BaseGeometry, tidied: Tidied) -> Pairs:
    pairs = _without_repeats(shapely.get_coordinates(ring), _MIN_RING, tidied)
    while len(pairs) > _MIN_RING:
        tips = np.flatnonzero(_spikes(pairs, np.zeros(len(pairs), dtype=int)))
        if not len(tips):
            break
        fewer = _closed(np.delete(pairs[:-1], tips[0], axis=0))
        if len(fewer) < _MIN_RING:
            break
        pairs = fewer
        tidied.spikes += 1
    return pairs


def _closed(open_ring: Pairs) -> Pairs:
    """Closed again, without the repeat that a cut spike may leave at its foot."""
    ring = np.concatenate([open_ring, open_ring[:1]])
    kept: Pairs = ring[~_repeated(ring, np.zeros(len(ring), dtype=int))]
    return kept


def _without_repeats(pairs: Pairs, least: int, tidied: Tidied) -> Pairs:
    repeated = _repeated(pairs, np.zeros(len(pairs), dtype=int))
    fewer = pairs[~repeated]
    if len(fewer) < least:
        return pairs
    tidied.duplicates += int(repeated.sum())
    return fewer


def _rings(parts: Any, owner: Any, are_polygons: Any) -> tuple[Any, Any]:
    """The rings of the polygons among `parts`, and whose each is."""
    rings, of_part = shapely.get_rings(parts[are_polygons], return_index=True)
    return rings, owner[are_polygons][of_part]


def _repeated(pairs: Pairs, of_line: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Vertices that stand exactly where the one before them on their line does."""
    x, y = pairs.T
    same = (x[1:] == x[:-1]) & (y[1:] == y[:-1]) & (of_line[1:] == of_line[:-1])
    return np.concatenate([[False], same])


def _spikes(pairs: Pairs, of_ring: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Tips of closed rings from which the outline runs back along the way it came."""
    starts = np.flatnonzero(np.diff(of_ring, prepend=-1))
    ends = np.append(starts[1:], len(pairs)) - 1
    before = np.arange(len(pairs)) - 1
    before[starts] = ends - 1  # the last vertex of a ring is its first again
    after = np.minimum(np.arange(len(pairs)) + 1, len(pairs) - 1)
    came, goes = pairs - pairs[before], pairs[after] - pairs
    turns_back = came[:, 0] * goes[:, 0] + came[:, 1] * goes[:, 1] < 0
    turns_back[ends] = False
    few = np.flatnonzero(turns_back)
    came, goes = came[few], goes[few]
    cross = np.abs(came[:, 0] * goes[:, 1] - came[:, 1] * goes[:, 0])
    longest = np.sqrt(np.maximum((came**2).sum(axis=1), (goes**2).sum(axis=1)))
    tips = np.zeros(len(pairs), dtype=bool)
    tips[few] = cross <= _WIDTH_DEG * longest
    return tips
