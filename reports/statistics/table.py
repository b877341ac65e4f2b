"""The statistics as flat rows, for CSV: what each line is about stands in its first columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from geodata.writing import Row as FileRow
from reports.statistics.comparing import Compared
from reports.statistics.figures import Figures, Row

COLUMNS = (
    "about", "key", "label", "total", "open", "closed", "ended", "replied", "reply_median_days",
    "reply_p90_days", "ended_sampled", "closing_median_days", "closing_p90_days", "people",
    "population", "per_1000", "area_km2", "per_km2", "rank", "rank_per_1000",
)  # fmt: skip


def rows_of(found: Figures, compared: Iterable[Compared] = ()) -> Iterator[FileRow]:
    """All, each category, each month, then each area that is compared."""
    yield _figures("all", found.all, found)
    for row in found.by_category:
        yield _figures("category", row, found)
    for row in found.by_month:
        yield _figures("month", row, found)
    for one in compared:
        yield _compared(one)


def _figures(about: str, row: Row, found: Figures) -> FileRow:
    reply, closing = row.sampled.first_reply, row.sampled.closing
    return FileRow(
        None,
        {
            "about": about,
            "key": row.key,
            "label": row.label,
            "total": row.numbers.total,
            "open": row.numbers.open,
            "closed": row.numbers.closed,
            "ended": row.numbers.ended if found.has_ends else None,
            "replied": reply.number,
            "reply_median_days": reply.median_days,
            "reply_p90_days": reply.p90_days,
            "ended_sampled": closing.number,
            "closing_median_days": closing.median_days,
            "closing_p90_days": closing.p90_days,
            "people": row.sampled.people,
        },
    )


def _compared(one: Compared) -> FileRow:
    numbers = one.numbers
    return FileRow(
        None,
        {
            "about": "area",
            "key": one.place.key,
            "label": one.place.name,
            "total": numbers.total if numbers else None,
            "open": numbers.open if numbers else None,
            "closed": numbers.closed if numbers else None,
            "population": one.place.population,
            "per_1000": one.per_1000,
            "area_km2": one.place.area_km2,
            "per_km2": one.per_km2,
            "rank": one.rank,
            "rank_per_1000": one.rank_per_1000,
        },
    )
