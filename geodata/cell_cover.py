"""Ground covered by cells of the grid (geodata.grid): some wholly inside, some across its border.

Pure: shapes are shapely's, EPSG:4326.  A cell is a box of longitudes and latitudes, so that nothing
is projected but its edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy
import shapely
from shapely.geometry.base import BaseGeometry

from geodata import grid
from geodata.grid import Range

MOST_CELLS: Final = 40
"""More cost longer to find and to ask for than they spare; of 28, too few lay wholly inside a
circle of 2 km to settle its count (1 million pins: 19 ms instead of 5)."""
DEEPEST: Final = 22
_HIGHEST_LATITUDE: Final = 85.0
_SLACK: Final = 1e-7
"""Degrees, 1 cm: the database rounds a pin that lies on an edge of a cell by itself."""

Numbers = numpy.typing.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """Morton numbers `first` to `last`; `zoom` is the grid's."""

    zoom: int
    first: int
    last: int
    is_inside: bool


def covered(outer: BaseGeometry, inner: BaseGeometry) -> list[Cell]:
    """Cells that hold all of `outer`, those wholly inside of `inner` first; [] where the ground
    reaches beyond the grid's latitudes.  `inner` lies within `outer`; both are the ground itself,
    or are known to lie outside and inside of it."""
    _west, south, _east, north = outer.bounds
    if max(abs(south), abs(north)) > _HIGHEST_LATITUDE:
        return []
    shapely.prepare(outer)
    shapely.prepare(inner)
    zoom, x, y = _around(outer.bounds)
    inside: list[Cell] = []
    while True:
        boxes = _boxes(zoom, x, y)
        is_met = shapely.intersects(outer, boxes)
        is_inside = shapely.contains_properly(inner, boxes)
        inside += _cells(zoom, x[is_inside], y[is_inside], is_inside=True)
        is_border = is_met & ~is_inside
        x, y = x[is_border], y[is_border]
        if zoom == DEEPEST or not len(x) or len(inside) + 4 * len(x) > MOST_CELLS:
            return inside + _cells(zoom, x, y, is_inside=False)
        zoom, x, y = zoom + 1, _halves(x, [0, 1, 0, 1]), _halves(y, [0, 0, 1, 1])


def _around(bounds: tuple[float, float, float, float]) -> tuple[int, Numbers, Numbers]:
    """The finest zoom at which four cells, or fewer, hold a box; their columns and rows."""
    west, south, east, north = bounds
    x0, x1 = grid.column(west - _SLACK), grid.column(east + _SLACK)
    y0, y1 = grid.row(north + _SLACK), grid.row(south - _SLACK)
    by = grid.DEPTH - DEEPEST
    while (x1 >> by) - (x0 >> by) > 1 or (y1 >> by) - (y0 >> by) > 1:
        by += 1
    columns, rows = (range(a >> by, (b >> by) + 1) for a, b in ((x0, x1), (y0, y1)))
    pairs = numpy.array([(x, y) for x in columns for y in rows])
    return grid.DEPTH - by, pairs[:, 0], pairs[:, 1]


def _boxes(zoom: int, x: Numbers, y: Numbers) -> Numbers:
    """Cells as boxes of degrees, `_SLACK` wider."""
    west, east = (360 * (x + side) / 2**zoom - 180 for side in (0, 1))
    north, south = (
        numpy.degrees(numpy.arctan(numpy.sinh(numpy.pi * (1 - 2 * (y + side) / 2**zoom))))
        for side in (0, 1)
    )
    boxes: Numbers = shapely.box(west - _SLACK, south - _SLACK, east + _SLACK, north + _SLACK)
    return boxes


def _cells(zoom: int, x: Numbers, y: Numbers, *, is_inside: bool) -> list[Cell]:
    shift = grid.shift_of(zoom)
    numbers = map(grid.morton, x.tolist(), y.tolist())
    spans = (Range(number << shift, ((number + 1) << shift) - 1) for number in numbers)
    return [Cell(zoom, span.first, span.last, is_inside) for span in spans]


def _halves(places: Numbers, within: list[int]) -> Numbers:
    halves: Numbers = 2 * places[:, None] + numpy.array(within)
    return halves.ravel()
