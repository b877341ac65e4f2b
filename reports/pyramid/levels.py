"""Which zooms of the grid have their cells counted, and which of them a tile reads."""

from typing import Final

from geodata import grid

STORED: Final = (6, 8, 10, 12, 14, 16)
"""Every second one: a tile reads four times as many rows at most, and a write folds into half as
many.  A cell of the last is 420 m wide in France."""
FINEST: Final = STORED[-1]
UNDIVIDED: Final = 19
"""One more, where kinds and categories are not counted apart, for tiles that are deep in a city: by
rows, the fullest tile of zoom 16 would take as much longer as there are more of them."""
CELL_BITS: Final = 5
"""A tile shows 2⁵ by 2⁵ cells."""
DEEP_BITS: Final = 3
"""A tile beyond WELL_PARTED: the 64 px that a circle has room in (the map would put finer cells
together).  Counted row by row, a cell costs as much as four rows."""
WELL_PARTED: Final = FINEST - 2
"""The last zoom of tiles drawn from the pyramid as soon as pins are too many: 4 by 4 cells of the
finest level.  Counted row by row, a tile of 62,000 pins took 90 ms instead of 3."""
DEEPEST_TILE: Final = FINEST - 1
"""The last zoom of tiles drawn from kinds and categories of the pyramid at all, 2 by 2 cells, where
thousands are in it."""
DEEPEST_UNDIVIDED: Final = UNDIVIDED - 2
"""The last zoom of tiles drawn from the undivided cells, 4 by 4."""


def at_least(zoom: int) -> int:
    """The coarsest stored level with cells no larger than those of `zoom`, else the finest."""
    return next((level for level in STORED if level >= zoom), FINEST)


def known_at(tile_zoom: int) -> int:
    """The level whose cells say what is in a tile: a few hundred at most with its margin."""
    zoom = tile_zoom + grid.MARGIN_BITS
    return UNDIVIDED if zoom >= UNDIVIDED else at_least(zoom)


def cells_of_tile(tile_zoom: int, *, is_undivided: bool) -> tuple[int, int]:
    """The zoom whose cells a tile from the pyramid shows, and the level that they are read from."""
    if is_undivided and tile_zoom > WELL_PARTED:
        return min(tile_zoom + DEEP_BITS, UNDIVIDED), UNDIVIDED
    shown = min(tile_zoom + CELL_BITS, FINEST)
    return shown, at_least(shown)
