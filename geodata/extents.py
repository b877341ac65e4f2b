"""Boxes (west, south, east, north) in EPSG:4326 degrees, also across the antimeridian.

West lies within ±180; east is past 180 where a box runs across the line, as maps expect it.
"""

from collections.abc import Sequence
from statistics import median

Edges = tuple[float, float, float, float]

TURN = 360.0
_FAR_OFF = 15.0
"""Degrees from the median middle beyond which a box is not drawn with the others."""


def width(box: Edges) -> float:
    return box[2] - box[0]


def around_most(found: Sequence[Edges]) -> Edges | None:
    """Around all boxes but those that lie far off; None without any."""
    if not found:
        return None
    found = _together(found)
    lon, lat = (median((box[i] + box[i + 2]) / 2 for box in found) for i in (0, 1))
    near = [
        box
        for box in found
        if abs(box[0] + box[2] - 2 * lon) <= 2 * _FAR_OFF
        and abs(box[1] + box[3] - 2 * lat) <= 2 * _FAR_OFF
    ]
    return _at_home(_around(near or found))


def within_the_map(box: Edges) -> Edges:
    """The same with longitudes of ±180 only: all around the earth where it runs across."""
    return box if box[2] <= 180 else (-180.0, box[1], 180.0, box[3])


def _together(found: Sequence[Edges]) -> Sequence[Edges]:
    """Those of the western half of the map a turn further, where they are nearer that way."""
    turned = [_shifted(box) if box[0] + box[2] < 0 else box for box in found]
    return min(found, turned, key=lambda boxes: width(_around(boxes)))


def _around(found: Sequence[Edges]) -> Edges:
    west, south, east, north = zip(*found, strict=True)
    return min(west), min(south), max(east), max(north)


def _shifted(box: Edges, turn: float = TURN) -> Edges:
    return box[0] + turn, box[1], box[2] + turn, box[3]


def _at_home(box: Edges) -> Edges:
    return _shifted(box, -TURN) if box[0] >= 180 else box
