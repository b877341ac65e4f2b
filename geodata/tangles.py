"""How tangled a shape is, told before a repair that could eat the machine.

GEOS repairs by cutting every segment at every crossing: a ring of 2,000 random points, 50 KB of
text, took 14 s and 1 GB.  Real mistakes have a few crossings, seldom thousands.
"""

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

MAX_CROSSINGS = 50_000
"""Measured: a repair of so many takes some 0.5 s and 100 MB."""

_PAIRS_AT_ONCE = 2_000_000
_OF_ITS_OWN = 3
"""A segment meets itself and its two neighbours."""


def is_tangled(geometry: BaseGeometry) -> bool:
    """Whether more than MAX_CROSSINGS pairs of its segments meet apart from neighbours."""
    segments = _segments(geometry)
    tree = STRtree(segments)
    step = max(1, _PAIRS_AT_ONCE // max(1, len(segments)))
    meetings = 0
    for begin in range(0, len(segments), step):
        asked = segments[begin : begin + step]
        meetings += tree.query(asked, predicate="intersects").shape[1] - _OF_ITS_OWN * len(asked)
        if meetings > 2 * MAX_CROSSINGS:  # each pair is met from both sides
            return True
    return False


def _segments(geometry: BaseGeometry) -> np.ndarray:
    """Every piece between two neighbouring vertices, as a line."""
    rings = shapely.get_rings(shapely.get_parts(geometry))
    pieces = [np.stack([c[:-1], c[1:]], axis=1) for c in map(shapely.get_coordinates, rings)]
    if not pieces:
        return np.array([], dtype=object)
    return np.asarray(shapely.linestrings(np.concatenate(pieces)))
