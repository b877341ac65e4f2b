"""A tile from rows, pin by pin or counted, and from the pyramid's cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.conf import settings
from django.db import connection

from geodata import grid
from geodata.point_mvt import Property, Whole, columns, encode
from geodata.point_tiles import (
    CELLS,
    COUNTED,
    GATHERED,
    PINS,
    all_at_once,
    cutting,
    placing,
)
from geodata.prepared import fetch_row
from geodata.tiles import MAX_ZOOM, Tile
from geodata.time_limits import time_limit
from reports.pyramid import levels
from reports.pyramid.slices import DELTA_IS_MEANT, ROW_IS_MEANT, Slices
from reports.querysets import SubmissionQuerySet
from reports.workflow import OPEN, Kind, Status

LAYER: Final = "submissions"
MOST_PINS: Final = 4_000
"""In a tile; beyond, it is counted.  About 22 bytes each."""
MOST_PINS_DEEP: Final = 1_000
"""The same beyond `levels.WELL_PARTED`, where pins are 16 px wide and so many fill the tile:
circles say more, and a pin costs as much as three that are counted."""
_WITH_MARGIN: Final = 1.5
"""Times as many where the margin is read, too."""
_OPENING: Final = 3
"""Zooms from a tile to the one where a cell of it fills an eighth of a tile at least."""


def _places(value: str, of: list[str]) -> str:
    """Whens of a CASE: the place of `value` among them, the last asked for first, since most have
    been closed."""
    return " ".join(f"WHEN {value} = '{one}' THEN {n}" for n, one in reversed([*enumerate(of)]))


_COLUMNS: Final = "id, morton, grid_x, grid_y, kind, category_id, status"
_PATHS: Final = ("pk", "morton", "grid_x", "grid_y", "kind", "category_id", "status")

# OFFSET 0 forbids any plan but a walk along the covering index for each range: joined over all
# ranges, or with the filter within, it cost a hundred times as much.
_WALK: Final = """
    (
        SELECT one.* FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS span (first, last)
        CROSS JOIN LATERAL (
            SELECT id, morton, grid_x, grid_y, kind, category_id, status FROM reports_submission
            WHERE NOT is_hidden AND morton BETWEEN span.first AND span.last OFFSET 0
        ) AS one
        WHERE {meant}
    ) AS point
"""
# What a pin says, as one number: its category, and the places of status and kind among theirs.
_SAID: Final = f"""
    point.category_id * 64 + 8 * CASE {_places("point.status", Status.values)} END
        + CASE {_places("point.kind", Kind.values)} END
"""
_PINS: Final = f"""
    SELECT pins.*, (SELECT array_agg(id ORDER BY id) FROM reports_category),
        (SELECT array_agg(code::text ORDER BY id) FROM reports_category)
    FROM ({PINS.format(said=_SAID, points="{points}")}) AS pins
"""  # noqa: S608

# The pyramid's cells of tile and margin, and what is not folded into them yet.
_SUMS: Final = f"""
    SELECT cell.cell >> %(from_level)s::integer AS place,
        CASE WHEN %(phase)s <> 'closed' THEN open_n ELSE 0 END
            + CASE WHEN %(phase)s <> 'open' THEN closed_n ELSE 0 END AS n,
        CASE WHEN %(phase)s <> 'closed' THEN open_n ELSE 0 END AS open_n,
        CASE WHEN %(phase)s <> 'closed' THEN open_x ELSE 0 END
            + CASE WHEN %(phase)s <> 'open' THEN closed_x ELSE 0 END AS x,
        CASE WHEN %(phase)s <> 'closed' THEN open_y ELSE 0 END
            + CASE WHEN %(phase)s <> 'open' THEN closed_y ELSE 0 END AS y
    FROM unnest(%(kinds)s::text[], %(categories)s::bigint[]) AS slice (kind, category)
    CROSS JOIN unnest(%(first_cells)s::bigint[], %(last_cells)s::bigint[]) AS span (first, last)
    CROSS JOIN LATERAL (
        SELECT * FROM reports_cell AS one WHERE one.level = %(level)s AND one.kind = slice.kind
            AND one.category = slice.category AND one.cell BETWEEN span.first AND span.last
        OFFSET 0
    ) AS cell
    UNION ALL
    SELECT delta.morton >> %(place_shift)s::integer, delta.n,
        CASE WHEN delta.is_open THEN delta.n ELSE 0 END,
        delta.n * delta.grid_x::bigint, delta.n * delta.grid_y::bigint
    FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS span (first, last)
    CROSS JOIN LATERAL (
        SELECT * FROM reports_celldelta AS one
        WHERE one.morton BETWEEN span.first AND span.last OFFSET 0
    ) AS delta
    WHERE {DELTA_IS_MEANT}
"""  # noqa: S608
_FROM_PYRAMID: Final = CELLS.format(sums=GATHERED.format(parts=_SUMS))


@dataclass(frozen=True, slots=True)
class Drawn:
    """`names_one`: something in it stands for a single submission.  `number`: how many submissions
    it stands for, those of the margin with them."""

    data: bytes
    number: int = 0
    names_one: bool = True


def most_pins(tile: Tile) -> int:
    """How many are drawn one by one."""
    return MOST_PINS if tile.z <= levels.WELL_PARTED else MOST_PINS_DEEP


def most_with_margin(tile: Tile) -> int:
    return int(most_pins(tile) * _WITH_MARGIN)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to draw: `points` says where they come from, as SQL with named parameters.

    `is_cheap`: they cost little for certain, and their plan is worth keeping; others are planned
    for their own values, and ended where they take too long.
    """

    points: str
    params: dict[str, Any]
    is_cheap: bool

    def pins(self, tile: Tile) -> Drawn | None:
        """Pin by pin; None where there are too many.  Raises TooSlow."""
        most = most_with_margin(tile)
        number, sent, pks, codes = self._fetch(
            _PINS.format(points=self.points),
            {**self.params, **placing(tile, LAYER), "most": most},
        )
        if number > most:
            return None
        ids, places, said = columns(sent, 3)
        return Drawn(encode(LAYER, tile, ids, places, _properties(said, pks, codes)), number)

    def counted(self, tile: Tile) -> Drawn:
        """By cell, however many there are.  Raises TooSlow."""
        bits = levels.CELL_BITS if tile.z <= levels.WELL_PARTED else levels.DEEP_BITS
        cut = _cut(tile, min(tile.z + bits, grid.DEPTH))
        least, number, data = self._fetch(
            CELLS.format(sums=COUNTED.format(points=self.points)),
            {**self.params, **placing(tile, LAYER), **cut, "open": list(OPEN)},
        )
        return Drawn(bytes(data), number, least == 1)

    def _fetch(self, statement: str, params: dict[str, Any]) -> tuple[Any, ...]:
        return (fetch_row if self.is_cheap else _fetch_within_bounds)(statement, params)


def _properties(said: Whole, pks: list[int], codes: list[str]) -> list[Property]:
    """Of pins that say `_SAID`; `codes` are those of the categories `pks`, in order."""
    return [
        Property("kind", Kind.values, said & 7),
        Property("category", codes, np.searchsorted(pks, said >> 6)),
        Property("status", Status.values, said >> 3 & 7),
    ]


def rows_of_slices(slices: Slices, *, is_cheap: bool) -> Rows:
    """What the pyramid would count, row by row: a walk along the index for each range."""
    if slices.is_everything:
        return Rows(_WALK.format(meant="TRUE"), {}, is_cheap)
    return Rows(_WALK.format(meant=ROW_IS_MEANT), slices.params, is_cheap)


def rows_of(submissions: SubmissionQuerySet, tile: Tile) -> Rows:
    """Any others.  Raises EmptyResultSet."""
    query = submissions.order_by().values_list(*_PATHS).query
    inner, values = query.sql_with_params()
    names = iter(range(len(values)))
    named = re.sub(r"%(.)", lambda m: f"%(f{next(names)})s" if m[1] == "s" else m[0], inner)
    params = {f"f{number}": value for number, value in enumerate(values)}
    sql = f"SELECT * FROM ({named}) AS drawn ({_COLUMNS})"  # noqa: S608
    return Rows(all_at_once(sql, placing(tile, LAYER)), params, is_cheap=False)


def from_pyramid(tile: Tile, slices: Slices) -> Drawn:
    """Counted cells, from the pyramid; down to zoom `levels.DEEPEST_TILE`, or
    `levels.DEEPEST_UNDIVIDED`."""
    zoom, level = levels.cells_of_tile(tile.z, is_undivided=slices.is_undivided)
    cells = grid.cells_of([grid.inside(tile), *grid.around(tile)], level)
    least, number, data = fetch_row(
        _FROM_PYRAMID,
        {
            **placing(tile, LAYER),
            **_cut(tile, zoom),
            "level": level,
            "from_level": 2 * (level - zoom),
            "first_cells": [cell.first for cell in cells],
            "last_cells": [cell.last for cell in cells],
            **slices.params,
        },
    )
    return Drawn(bytes(data), number, least == 1)


def _cut(tile: Tile, cell_zoom: int) -> dict[str, Any]:
    return cutting(tile, cell_zoom, min(tile.z + _OPENING, MAX_ZOOM))


def _fetch_within_bounds(statement: str, params: dict[str, Any]) -> tuple[Any, ...]:
    """Planned for these values, and ended where it takes too long."""
    with time_limit(settings.FILTER_TIMEOUT_S), connection.cursor() as cursor:
        cursor.execute(statement, params)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
