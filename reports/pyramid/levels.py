"""Which zooms of the grid have their cells counted, and which of them a tile reads."""

from typing import Final

STORED: Final = (6, 8, 10, 12, 14, 16)
"""Every second one: a tile reads four times as many rows at most, and a write folds into half as
many.  A cell of the last is 420 m wide in France."""
FINEST: Final = STORED[-1]
CELL_BITS: Final = 5
"""A tile shows 2⁵ by 2⁵ cells."""
DEEP_BITS: Final = 3
"""A tile beyond WELL_PARTED, counted row by row: the 64 px that a circle has room in (the map would
put finer cells together).  A cell costs as much as four rows."""
WELL_PARTED: Final = FINEST - 2
"""The last zoom of tiles drawn from the pyramid as soon as pins are too many: 4 by 4 cells of the
finest level.  Counted row by row, a tile of 62,000 pins took 90 ms instead of 3."""
DEEPEST_TILE: Final = FINEST - 1
"""The last zoom of tiles drawn from the pyramid at all, 2 by 2 cells, where thousands are in it."""


def at_least(zoom: int) -> int:
    """The coarsest stored level with cells no larger than those of `zoom`, else the finest."""
    return next((level for level in STORED if level >= zoom), FINEST)


def shown_at(tile_zoom: int) -> int:
    """The zoom whose cells a tile from the pyramid shows."""
    return min(tile_zoom + CELL_BITS, FINEST)
