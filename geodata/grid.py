"""The grid that tiles, cells and pins share: web mercator halved 31 times, read as one number.

A place is a column and a row of 2³¹ by 2³¹ units of 1.9 cm at most, from the north-west; their bits
taken in turns make its *Morton number* (a quadkey as an integer).  Whatever tile or cell one looks
at, what lies in it is **one range** of that number, half open, so that every pin is in exactly one
tile of a zoom.  The database reckons the same in `geodata_grid_x`, `geodata_grid_y` and
`geodata_morton` (migration 0015).

Source: G. M. Morton, A computer oriented geodetic data base (IBM, 1966); the XYZ scheme of tiles.
"""

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar

from numpy.typing import NDArray

from geodata.tiles import Tile

Numbers = TypeVar("Numbers", int, NDArray[Any])

DEPTH: Final = 31
_LAST: Final[int] = (1 << DEPTH) - 1
MARGIN_BITS: Final = 3
"""The margin that a tile also draws is 1/2³ of its side (geodata.tiles.BUFFER)."""


class Range(NamedTuple):
    """Morton numbers from `first` to `last`, both included."""

    first: int
    last: int


def morton(x: int, y: int) -> int:
    """The number of column `x`, row `y` of any zoom: binary digits, read in base 4."""
    return int(f"{x:b}", 4) + 2 * int(f"{y:b}", 4)


def apart(number: Numbers) -> tuple[Numbers, Numbers]:
    """Column and row that `morton` made a number of, or of each in an array of int64."""
    return _every_second(number), _every_second(number >> 1)


def _every_second(bits: Numbers) -> Numbers:
    """The even ones of 62 bits, side by side."""
    bits = bits & 0x5555555555555555
    for by, mask in (
        (1, 0x3333333333333333), (2, 0x0F0F0F0F0F0F0F0F), (4, 0x00FF00FF00FF00FF),
        (8, 0x0000FFFF0000FFFF), (16, 0x00000000FFFFFFFF),
    ):  # fmt: skip
        bits = (bits | bits >> by) & mask
    return bits


def column(lon: float) -> int:
    """Of the grid, as `geodata_grid_x` reckons it, up to a rounding."""
    return min(max(math.floor((lon + 180) / 360 * (1 << DEPTH)), 0), _LAST)


def row(lat: float) -> int:
    """Of the grid, as `geodata_grid_y` reckons it, up to a rounding."""
    sine = math.sin(math.radians(min(max(lat, -86), 86)))
    place = math.floor((0.5 - math.atanh(sine) / math.tau) * (1 << DEPTH))
    return min(max(place, 0), _LAST)


def shift_of(zoom: int) -> int:
    """How far a Morton number is shifted right to give its cell of `zoom`."""
    return 2 * (DEPTH - zoom)


def inside(tile: Tile) -> Range:
    """What lies in the tile itself."""
    return _grown(morton(tile.x, tile.y), tile.z)


@lru_cache(maxsize=512)
def around(tile: Tile) -> tuple[Range, ...]:
    """What lies in the tile's margin and not in the tile, in as few ranges as there are."""
    zoom = min(tile.z + MARGIN_BITS, DEPTH)
    side = 1 << (zoom - tile.z)
    west, north, world = tile.x * side, tile.y * side, 1 << zoom
    cells = sorted(
        morton(x, y)
        for x in range(max(west - 1, 0), min(west + side + 1, world))
        for y in range(max(north - 1, 0), min(north + side + 1, world))
        if not (west <= x < west + side and north <= y < north + side)
    )
    return tuple(merged(_grown(cell, zoom) for cell in cells))


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Ranges in order, those that touch or overlap made one."""
    whole: list[Range] = []
    for one in ranges:
        if whole and one.first <= whole[-1].last + 1:
            whole[-1] = Range(whole[-1].first, max(whole[-1].last, one.last))
        else:
            whole.append(one)
    return whole


def cells_of(ranges: Iterable[Range], zoom: int) -> list[Range]:
    """The cells of `zoom` that ranges lie in, wholly or in part."""
    shift = shift_of(zoom)
    return merged(Range(one.first >> shift, one.last >> shift) for one in sorted(ranges))


def _grown(cell: int, zoom: int) -> Range:
    shift = shift_of(zoom)
    return Range(cell << shift, ((cell + 1) << shift) - 1)
