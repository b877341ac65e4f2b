"""How many public submissions areas have, by month, kind, category and status: kept, not counted.

Written by triggers and the job of the pyramid (migration 0015, `folding`); who reads adds what is
not folded yet, in the same statement, so that a number is exact at the commit.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import connection

from geodata.prepared import fetch_rows
from reports.workflow import Status

EVERYWHERE: Final = 0
"""The area that holds everything, wherever it is linked."""
ENDS: Final = {Status.RESOLVED: "ended_resolved", Status.REJECTED: "ended_rejected"}
"""Closed statuses, and what says that one was closed in a month, whenever it was sent."""
LAST_MONTH: Final = 32_767
WHATS: Final = (*Status.values, *ENDS.values())
"""The columns of a tally, in their order."""

_SUMS: Final = ", ".join(f"SUM({what})::bigint" for what in WHATS)
_COLUMNS: Final = ", ".join(WHATS)
_FROM_DELTA: Final = ", ".join(f"CASE WHEN what = '{what}' THEN n ELSE 0 END" for what in WHATS)

# By month, kind and category, of one area.
_OF_AREA: Final = f"""
    SELECT month, kind, category, {_SUMS} FROM (
        SELECT month, kind, category, {_COLUMNS} FROM reports_tally
        WHERE area = %(area)s AND month > 0
        UNION ALL
        SELECT month, kind, category, {_FROM_DELTA} FROM reports_areadelta WHERE area = %(area)s
    ) AS part GROUP BY month, kind, category
"""  # noqa: S608
# Of many areas: everything over all months, or what is meant of kinds, categories and months.
_TOTALS: Final = f"""
    SELECT area, {_SUMS} FROM (
        SELECT area, {_COLUMNS} FROM reports_tally
        WHERE area = ANY(%(areas)s) AND month = 0 AND kind = '' AND category = 0
        UNION ALL
        SELECT area, {_FROM_DELTA} FROM reports_areadelta WHERE area = ANY(%(areas)s)
    ) AS part GROUP BY area
"""  # noqa: S608
_OF_SLICES: Final = f"""
    SELECT area, {_SUMS} FROM (
        SELECT area, kind, category, {_COLUMNS} FROM reports_tally
        WHERE area = ANY(%(areas)s) AND month BETWEEN %(first)s AND %(last)s AND kind <> ''
        UNION ALL
        SELECT area, kind, category, {_FROM_DELTA} FROM reports_areadelta
        WHERE area = ANY(%(areas)s) AND (%(last)s = 0 OR month BETWEEN %(first)s AND %(last)s)
    ) AS part
    WHERE (%(kinds)s::text[] = '{{}}' OR kind = ANY(%(kinds)s))
        AND (%(categories)s::bigint[] IS NULL OR category = ANY(%(categories)s))
    GROUP BY area
"""  # noqa: S608

# Of an area's months: all, and what is meant of kinds and categories; and in whole months only.
_SHARES: Final = f"""
    SELECT area, (cardinality(%(kinds)s::text[]) = 0 OR kind = ANY(%(kinds)s::text[]))
            AND COALESCE(category = ANY(%(categories)s::text::bigint[]), TRUE) AS is_meant,
        %(last)s = 0 OR month BETWEEN %(first_whole)s AND %(last_whole)s AS is_whole, {_SUMS}
    FROM (
        SELECT area, month, kind, category, {_COLUMNS} FROM reports_tally
        WHERE area = ANY(%(areas)s::text::bigint[]) AND kind <> ''
            AND month BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT area, month, kind, category, {_FROM_DELTA} FROM reports_areadelta
        WHERE area = ANY(%(areas)s::text::bigint[])
            AND (%(last)s = 0 OR month BETWEEN %(first)s AND %(last)s)
    ) AS part
    GROUP BY 1, 2, 3
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Tally:
    """`by_what`: name of WHATS → number; `month` as `month_of` reads it."""

    area: int
    month: int
    kind: str
    category: int
    by_what: dict[str, int]


def of_area(area: int) -> list[Tally]:
    """By month, kind and category; EVERYWHERE for all there is."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_AREA, {"area": area})
        return [
            Tally(area, month, kind, category, dict(zip(WHATS, numbers, strict=True)))
            for month, kind, category, *numbers in cursor.fetchall()
        ]


@dataclass(frozen=True, slots=True)
class Slice:
    """What of an area is meant.  No kinds or None: any; months as `month_number` gives them, both
    included, 0 and 0 for all."""

    kinds: tuple[str, ...] = ()
    categories: tuple[int, ...] | None = None
    first_month: int = 0
    last_month: int = 0

    @property
    def months(self) -> Months:
        return self.first_month, self.last_month

    def has(self, tally: Tally) -> bool:
        return (
            (not self.kinds or tally.kind in self.kinds)
            and (self.categories is None or tally.category in self.categories)
            and (not self.last_month or self.first_month <= tally.month <= self.last_month)
        )


EVERYTHING: Final = Slice()


def totals(areas: Sequence[int], of: Slice = EVERYTHING) -> dict[int, dict[str, int]]:
    """Area → what → number; an area that never had any is left out."""
    params: dict[str, Any] = {
        "areas": list(areas),
        "kinds": list(of.kinds),
        "categories": None if of.categories is None else list(of.categories),
        "first": of.first_month,
        "last": of.last_month,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS if of == EVERYTHING else _OF_SLICES, params)
        return {
            area: dict(zip(WHATS, numbers, strict=True)) for area, *numbers in cursor.fetchall()
        }


@dataclass(slots=True)
class Share:
    """Status → number, of an area: `all` of its months, what is `meant` of them, and what of that
    lies in whole months."""

    all: Counter[str] = field(default_factory=Counter)
    meant: Counter[str] = field(default_factory=Counter)
    whole: Counter[str] = field(default_factory=Counter)


def shares(areas: Sequence[int], of: Slice, whole_months: tuple[int, int]) -> dict[int, Share]:
    """By area.  `whole_months` are those of the slice that are meant from end to end."""
    params = {
        "areas": list(areas) or "{}",
        "kinds": list(of.kinds),
        "categories": None if of.categories is None else list(of.categories) or "{}",
        "first": of.first_month,
        "last": of.last_month,
        "first_whole": whole_months[0],
        "last_whole": whole_months[1],
    }
    found = {area: Share() for area in areas}
    for area, is_meant, is_whole, *numbers in fetch_rows(_SHARES, params):
        by_what = dict(zip(WHATS, numbers, strict=True))
        share = found[area]
        share.all.update(by_what)
        if is_meant:
            share.meant.update(by_what)
        if is_meant and is_whole:
            share.whole.update(by_what)
    return found


def month_number(day: date) -> int:
    """As `reports_month` of the database numbers it."""
    return day.year * 12 + day.month - 1


def month_of(number: int) -> date:
    """Its first day."""
    return date(number // 12, number % 12 + 1, 1)


Months = tuple[int, int]
"""The first and the last; zeros for all there are."""


def months_between(first: date | None, last: date | None) -> tuple[Months, Months]:
    """Those that the days from `first` to `last` touch, and those that lie within from end to end:
    fewer, or none, where the first or last one is cut."""
    if first is None and last is None:
        return (0, 0), (0, 0)
    begin = month_number(first) if first else 1
    end = month_number(last) if last else LAST_MONTH
    is_cut = bool(first and first.day > 1)
    is_cut_off = bool(last and last.day < monthrange(last.year, last.month)[1])
    return (begin, end), (begin + is_cut, end - is_cut_off)


def slice_in(given: Mapping[str, Any]) -> tuple[Slice, Months]:
    """What of the tallies a valid filter's values (`SubmissionFilter.cleaned_data`) say, areas and
    statuses aside; and which of its months they mean from end to end."""
    months, whole = months_between(given["created_from"], given["created_to"])
    categories = given["categories"]
    known = Slice(tuple(given["kind"]), None if categories is None else tuple(categories), *months)
    return known, whole
