"""The tallies of areas, added up in memory while the submissions are written.

Read back and grouped, they took the database longer than anything else but writing.  What is
counted is what `reports_tallied` says (migration 0015), and a test holds both to each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

from geodata.bulk import Ground, Located
from reports.pyramid import tally_truth
from reports.pyramid.tallies import ENDS, EVERYWHERE, WHATS
from reports.seeding import binary
from reports.seeding.drawing import Batch
from reports.seeding.rows import raw
from reports.seeding.sums import Numbers, Sums, summed
from reports.workflow import Status

COPY = (
    f"COPY reports_tally (area, month, kind, category, {', '.join(WHATS)})"
    " FROM STDIN (FORMAT BINARY)"
)
# A key: area, month since FIRST_YEAR, place of the category, place in WHATS.
_WHAT_BITS, _CATEGORY_BITS, _MONTH_BITS = 3, 12, 11
_AREA_SHIFT = _WHAT_BITS + _CATEGORY_BITS + _MONTH_BITS
_FIRST_YEAR, _LAST_YEAR = 1970, 2130
_AREAS_IN_A_RANGE = 500
_FIRST_END = WHATS.index(ENDS[Status.RESOLVED])
assert WHATS[:5] == tuple(Status.values), "a batch's status is a place in WHATS"
assert list(ENDS) == Status.values[3:], "and so is that of a closed one, further on"


class Tallies:
    def __init__(self, ground: Ground, kinds: dict[int, str]) -> None:
        """`kinds`: category → kind."""
        self._areas = np.array([area.id for area in ground.areas], dtype=np.int64)
        self._categories = np.array(sorted(kinds), dtype=np.int64)
        self._kinds = np.array([kinds[pk] for pk in sorted(kinds)])
        self._months = _month_starts()
        self._sums = Sums(np.sort(self._areas)[_AREAS_IN_A_RANGE::_AREAS_IN_A_RANGE] << _AREA_SHIFT)

    def add(self, batch: Batch, located: Located) -> None:
        """Each pin in every area that it is linked to, and EVERYWHERE."""
        everyone = np.arange(len(batch.home))
        point = np.concatenate([everyone, located.point])
        area = np.concatenate([np.full(len(everyone), EVERYWHERE), self._areas[located.area]])
        category = np.searchsorted(self._categories, batch.category)
        sent = self._key(batch.created, category, batch.status)
        ended = self._key(batch.closed, category, batch.status - 3 + _FIRST_END)
        is_ended = ~np.isnan(batch.closed)[point]
        place = area << _AREA_SHIFT
        self._sums.count(
            np.concatenate([place + sent[point], place[is_ended] + ended[point[is_ended]]])
        )

    def _key(
        self, at: NDArray[np.float64], category: NDArray[np.int64], what: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Without the area."""
        month = np.searchsorted(self._months, at, side="right") - 1
        return ((month << _CATEGORY_BITS) + category << _WHAT_BITS) + what

    def write(self, cursor: CursorWrapper) -> int:
        """In the place of those that are there; how many rows.  This one's own are gone then."""
        tally_truth.clear(cursor)
        number = 0
        with raw(cursor).copy(COPY) as target:
            target.write(binary.HEAD)
            for keys, numbers in self._sums.ranges():
                for rows, body in self._rows(keys, numbers):
                    target.write(body)
                    number += rows
            target.write(binary.TAIL)
        return number

    def _rows(self, keys: NDArray[np.int64], numbers: Numbers) -> Iterator[tuple[int, bytes]]:
        """Of a range with whole areas: by month, over all months, and all of an area."""
        what = keys & (1 << _WHAT_BITS) - 1
        spread = np.zeros((len(keys), len(WHATS)), dtype=np.int32)
        spread[np.arange(len(keys)), what] = numbers
        by_month = summed(keys >> _WHAT_BITS, spread)
        yield from self._encoded(*by_month)
        keys, spread = by_month
        in_all_months = keys >> _CATEGORY_BITS + _MONTH_BITS << _CATEGORY_BITS
        in_all_months += keys & (1 << _CATEGORY_BITS) - 1
        order = np.argsort(in_all_months, kind="stable")
        yield from self._encoded(*summed(in_all_months[order], spread[order]), month_bits=0)
        area, all_of_it = summed(keys >> _CATEGORY_BITS + _MONTH_BITS, spread)
        nothing = np.zeros(len(area), dtype=np.int64)
        yield _body(area, nothing, "", nothing, all_of_it)

    def _encoded(
        self, keys: NDArray[np.int64], numbers: Numbers, month_bits: int = _MONTH_BITS
    ) -> Iterator[tuple[int, bytes]]:
        place = keys & (1 << _CATEGORY_BITS) - 1
        area = keys >> _CATEGORY_BITS + month_bits
        month = (keys >> _CATEGORY_BITS) & (1 << month_bits) - 1
        if month_bits:
            month += _FIRST_YEAR * 12
        for kind in np.unique(self._kinds):
            of_it = self._kinds[place] == kind
            yield _body(
                area[of_it], month[of_it], str(kind), self._categories[place[of_it]], numbers[of_it]
            )


def _body(
    area: NDArray[np.int64],
    month: NDArray[np.int64],
    kind: str,
    category: NDArray[np.int64],
    numbers: Numbers,
) -> tuple[int, bytes]:
    columns: dict[str, NDArray[Any] | bytes] = {
        "area": area,
        "month": month.astype(np.int16),
        "kind": kind.encode(),
        "category": category,
    }
    columns |= {what: numbers[:, place] for place, what in enumerate(WHATS)}
    return len(area), binary.rows(columns, len(area))


def _month_starts() -> NDArray[np.float64]:
    """When each month began in the deployment's time zone, in seconds since 1970."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return np.array(
        [
            datetime(year, month, 1, tzinfo=zone).timestamp()
            for year in range(_FIRST_YEAR, _LAST_YEAR)
            for month in range(1, 13)
        ]
    )
