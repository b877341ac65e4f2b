"""Submissions as vector tiles: which way a tile is made, decided here and nowhere else.

| asked | made from |
|---|---|
| kinds, categories, phase; few | single pins, by the index `submission_on_tiles` |
| the same; many, down to zoom 14 (15 for very many) | the pyramid's cells |
| phase alone; many, down to zoom 17 | the pyramid's undivided cells |
| kinds, categories, phase; many, deeper | the rows counted by cell, along that index |
| any other filter; few | single pins of the filtered rows |
| any; many | the rows counted by cell, within `FILTER_TIMEOUT_S` |
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from django.core.exceptions import EmptyResultSet

from geodata.tiles import Tile
from reports.models import Submission
from reports.pyramid import drawing, levels, slices
from reports.pyramid.drawing import Drawn, Rows
from reports.pyramid.slices import EVERY_SUBMISSION, Slices, Unknown, slices_of
from reports.pyramid.state import State, state_of

if TYPE_CHECKING:
    from reports.filters import SubmissionFilter

LAYER = drawing.LAYER
FIELDS = {
    "kind": "of a single submission: report or proposal",
    "category": "of a single submission: the code of its category",
    "status": "of a single submission",
    "count": "of a cell: how many submissions it stands for",
    "open": "of a cell: how many of them are open",
    "zoom": "of a cell: the tile zoom at which it has come apart",
    "copy": "of a cell that belongs to the neighbouring tile: not to be counted",
}
FORMAT = 2
"""Count it up where tiles of the same submissions look different from before."""
MOST_SCANNED = 50_000
"""Pins are looked for among this many at most, where a filter leaves few of them."""

# Parameters whose effect on a submission changes with the submission's own row alone.
_ROW_ONLY = slices.KNOWN | {"bbox", "near", "within", "created_from", "created_to"}


@dataclass(frozen=True, slots=True)
class TileRequest:
    """A tile under a valid filter.  `state` is that of its slices, else of all submissions there;
    what it says of the version holds for any filter in `is_versioned`."""

    tile: Tile
    wanted: SubmissionFilter
    meant: Slices | Unknown
    state: State

    @property
    def is_versioned(self) -> bool:
        """Whether the tile can only change together with the version of its state."""
        return all(name in _ROW_ONLY for name in slices.said_in(self.wanted.cleaned_data))

    @property
    def key(self) -> str:
        """Of what is asked and as of which version; equal filters share it."""
        where = f"{self.tile.z}/{self.tile.x}/{self.tile.y}"
        said = f"{FORMAT} {where} {self.state.version} {self.wanted.canonical()}"
        return blake2b(said.encode(), digest_size=16).hexdigest()


def look_at(tile: Tile, wanted: SubmissionFilter) -> TileRequest:
    """One short query: what is there, and as of which version."""
    meant = slices_of(wanted.cleaned_data, wanted.statuses)
    state = state_of(tile, meant if isinstance(meant, Slices) else EVERY_SUBMISSION)
    return TileRequest(tile, wanted, meant, state)


@dataclass(frozen=True, slots=True)
class Picture:
    """A tile that was made, and how, for the debug header."""

    drawn: Drawn
    reason: str


def make(asked: TileRequest) -> Picture:
    """Raises TooSlow."""
    if isinstance(asked.meant, Slices) and (why := _why_dense(asked)):
        return _from_pyramid(asked, asked.meant, why)
    why = f"; filter={','.join(asked.meant.by)}" if isinstance(asked.meant, Unknown) else ""
    try:
        rows = _rows(asked)
    except EmptyResultSet:  # Django sees by itself that nothing can match
        return Picture(Drawn(b"", names_one=False), f"empty{why}")
    if _is_crowded(asked):
        cells = _counted(asked, rows)
        if _is_exact(asked) or cells.drawn.number > drawing.most_with_margin(asked.tile):
            return cells
    pins = rows.pins(asked.tile)
    if pins is not None:
        return Picture(pins, f"pins{why}")
    if isinstance(asked.meant, Slices) and asked.tile.z <= levels.WELL_PARTED:
        return _from_pyramid(asked, asked.meant, "dense margin")
    return Picture(rows.counted(asked.tile), f"counted{why}")


def _counted(asked: TileRequest, rows: Rows) -> Picture:
    """Beyond the pyramid's kinds and categories."""
    meant, is_known = asked.meant, asked.tile.z <= levels.DEEPEST_UNDIVIDED
    if isinstance(meant, Slices) and meant.is_undivided and is_known:
        return _from_pyramid(asked, meant, f"n={asked.state.found}")
    return Picture(rows.counted(asked.tile), "counted")


def _why_dense(asked: TileRequest) -> str:
    """Why the pyramid has to answer, if it has to: many are meant, or few among very many, or so
    many that with the margin they are too many to draw, as far as its cells tell."""
    tile, state = asked.tile, asked.state
    if tile.z > levels.DEEPEST_TILE:
        return ""
    if state.found > drawing.MOST_PINS or state.number > MOST_SCANNED:
        return f"n={state.found}"
    is_close = tile.z <= levels.WELL_PARTED and state.found > drawing.MOST_PINS // 2
    return "dense margin" if is_close and state.with_margin > drawing.most_with_margin(tile) else ""


def _is_crowded(asked: TileRequest) -> bool:
    """Whether pins need not be tried first: there are more around than are drawn one by one."""
    is_counted = isinstance(asked.meant, Slices) and asked.tile.z > levels.WELL_PARTED
    return is_counted and asked.state.found > drawing.most_pins(asked.tile)


def _is_exact(asked: TileRequest) -> bool:
    """Whether those found are the tile's own, and not those of a cell that it lies in."""
    return asked.tile.z <= asked.state.finest


def _rows(asked: TileRequest) -> Rows:
    if isinstance(asked.meant, Slices):
        return drawing.rows_of_slices(asked.meant, is_cheap=asked.state.number <= MOST_SCANNED)
    return drawing.rows_of(asked.wanted.apply(Submission.objects.public()), asked.tile)


def _from_pyramid(asked: TileRequest, meant: Slices, why: str) -> Picture:
    _zoom, level = levels.cells_of_tile(asked.tile.z, is_undivided=meant.is_undivided)
    return Picture(drawing.from_pyramid(asked.tile, meant), f"pyramid; level={level}; {why}")
