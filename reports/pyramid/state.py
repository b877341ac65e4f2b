"""What is known of a tile before it is drawn: its version, and how many pins there are in it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geodata import grid
from geodata.prepared import fetch_row
from geodata.tiles import Tile
from reports.pyramid import levels
from reports.pyramid.slices import DELTA_IS_MEANT, Slices

# Sums of the cells that tile and margin lie in, and of what is not folded into them yet.  Of one
# snapshot: a change is in one of the two, whenever one looks.
_STATE = f"""
    SELECT COALESCE((SELECT epoch FROM reports_pyramid), 0),
        (cells.touches + deltas.touches)::bigint,
        (cells.n + deltas.n)::bigint,
        (found.n + deltas.found)::bigint,
        cells.around::bigint
    FROM (
        SELECT COALESCE(SUM(cell.touches), 0) AS touches,
            COALESCE(SUM(cell.open_n + cell.closed_n)
                FILTER (WHERE cell.cell BETWEEN %(first_cell)s AND %(last_cell)s), 0) AS n,
            COALESCE(SUM(cell.open_n + cell.closed_n), 0) AS around
        FROM unnest(%(first_cells)s::bigint[], %(last_cells)s::bigint[]) AS span (first, last)
        CROSS JOIN LATERAL (
            SELECT * FROM reports_cell AS one WHERE one.level = %(level)s AND one.kind = ''
                AND one.category = 0 AND one.cell BETWEEN span.first AND span.last OFFSET 0
        ) AS cell
    ) AS cells, (
        SELECT COALESCE(SUM(
            CASE %(phase)s WHEN 'open' THEN cell.open_n WHEN 'closed' THEN cell.closed_n
                ELSE cell.open_n + cell.closed_n END), 0) AS n
        FROM unnest(%(kinds)s::text[], %(categories)s::bigint[]) AS slice (kind, category)
        CROSS JOIN LATERAL (
            SELECT * FROM reports_cell AS one WHERE one.level = %(slice_level)s
                AND one.kind = slice.kind AND one.category = slice.category
                AND one.cell BETWEEN %(first_slice)s AND %(last_slice)s OFFSET 0
        ) AS cell
    ) AS found, (
        SELECT COUNT(*) AS touches,
            COALESCE(SUM(delta.n)
                FILTER (WHERE delta.morton BETWEEN %(first)s AND %(last)s), 0) AS n,
            COALESCE(SUM(delta.n) FILTER (WHERE delta.morton BETWEEN %(first)s AND %(last)s
                AND {DELTA_IS_MEANT}), 0) AS found
        FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS span (first, last)
        CROSS JOIN LATERAL (
            SELECT * FROM reports_celldelta AS one
            WHERE one.morton BETWEEN span.first AND span.last OFFSET 0
        ) AS delta
    ) AS deltas
"""  # noqa: S608  (constants of ours)
_NONE = Slices(pairs=())


@dataclass(frozen=True, slots=True)
class State:
    """`version` changes with every write to what the tile or its margin may show.  `number` is how
    many public submissions there are, `found` how many of them are meant; beyond zoom `finest`,
    `found` is that of the cell that the tile lies in, and so at least that of the tile.
    `with_margin` is about how many are meant in tile and margin."""

    version: str
    number: int
    found: int
    with_margin: float
    finest: int


def state_of(tile: Tile, slices: Slices) -> State:
    places = _places(tile, slices.is_undivided)
    epoch, touches, number, found, around = fetch_row(
        _STATE,
        {
            **places,
            **(_NONE if slices.is_everything else slices).params,  # all are counted anyway
        },
    )
    found = number if slices.is_everything else found
    finest = levels.UNDIVIDED if slices.is_undivided else levels.FINEST
    margin = found * max(around / max(number, 1) - 1, 0) * _share_of_ring(tile.z, places["level"])
    return State(f"{epoch:x}.{touches:x}", number, found, found + margin, finest)


def _share_of_ring(zoom: int, level: int) -> float:
    """How much of the ground of the cells of `level` around a tile is its margin."""
    if level - zoom >= grid.MARGIN_BITS:
        return 1
    side = 2.0 ** (level - zoom)
    margin = side / (1 << grid.MARGIN_BITS)
    return ((side + 2 * margin) ** 2 - side**2) / ((side + 2) ** 2 - side**2)


@lru_cache(maxsize=512)
def _places(tile: Tile, is_undivided: bool) -> dict[str, Any]:
    """The cells of the tile, those of tile and margin, and the ranges of those very cells: below
    the finest level, a cell is more than the tile."""
    level = levels.known_at(tile.z)
    slice_level = level if is_undivided else min(level, levels.FINEST)
    inside = grid.inside(tile)
    [own] = grid.cells_of([inside], level)
    [of_slice] = grid.cells_of([inside], slice_level)
    cells = grid.cells_of([inside, *grid.around(tile)], level)
    shift = grid.shift_of(level)
    spans = [grid.Range(c.first << shift, ((c.last + 1) << shift) - 1) for c in cells]
    return {
        "level": level,
        "slice_level": slice_level,
        "first_slice": of_slice.first,
        "last_slice": of_slice.last,
        "first_cell": own.first,
        "last_cell": own.last,
        "first": own.first << shift,
        "last": ((own.last + 1) << shift) - 1,
        "first_cells": [cell.first for cell in cells],
        "last_cells": [cell.last for cell in cells],
        "firsts": [span.first for span in spans],
        "lasts": [span.last for span in spans],
    }
