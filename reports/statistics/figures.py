"""All that is said of a filter: numbers and delays, by category and month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from reports.filters import SubmissionFilter
from reports.models import Category
from reports.pyramid import tallies
from reports.statistics.delays import Sample, Sampled, measure
from reports.statistics.numbers import Counted, Numbers, count, slice_of

MOST_MONTHS = 120


@dataclass(frozen=True, slots=True)
class Row:
    """`label` a category's name or a month as YYYY-MM, `key` what the filter takes for it."""

    label: str
    key: str
    numbers: Numbers
    sampled: Sampled
    month: date | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """`has_ends`: how many were closed in each month is known (it is not under dates)."""

    all: Row
    by_category: list[Row]
    by_month: list[Row]
    sample: Sample
    is_kept: bool
    has_ends: bool


def figures_of(wanted: SubmissionFilter) -> Figures:
    """Of a valid filter."""
    counted = count(wanted)
    is_wide = slice_of(wanted) is not None and not wanted.chosen_shapes
    sample = measure(wanted, says_people=is_wide)
    return Figures(
        all=Row("", "", counted.all, sample.all),
        by_category=_by_category(counted, sample),
        by_month=[_month_row(month, counted, sample) for month in _months(counted.by_month)],
        sample=sample,
        is_kept=counted.is_kept,
        has_ends=counted.has_ends,
    )


def by_month(wanted: SubmissionFilter) -> list[tuple[date, Numbers]]:
    """Every month of a valid filter from the first to the last in which something was sent, the
    last MOST_MONTHS of them; without delays, at the price of a count."""
    counted = count(wanted).by_month
    found = {month: numbers for month, numbers in counted.items() if numbers.total}
    return [(month, found.get(month, Numbers())) for month in _months(found)]


def _by_category(counted: Counted, sample: Sample) -> list[Row]:
    """The most first."""
    named = Category.objects.in_bulk(counted.by_category)
    rows = [
        Row(named[pk].name, named[pk].code, numbers, sample.by_category.get(pk, Sampled()))
        for pk, numbers in counted.by_category.items()
        if numbers.total or numbers.ended
    ]
    return sorted(rows, key=lambda row: (-row.numbers.total, row.label))


def _month_row(month: date, counted: Counted, sample: Sample) -> Row:
    label = f"{month:%Y-%m}"
    numbers = counted.by_month.get(month, Numbers())
    return Row(label, label, numbers, sample.by_month.get(month, Sampled()), month)


def _months(found: Iterable[date]) -> list[date]:
    """Every month from the first to the last one that has any, the last MOST_MONTHS of them; what
    claims to come from the future (a wrong clock) does not stretch them."""
    numbers = [tallies.month_number(month) for month in found]
    if not numbers:
        return []
    today = tallies.month_number(timezone.localdate())
    last = max(n for n in numbers if n <= today) if min(numbers) <= today else max(numbers)
    first = max(min(numbers), last - MOST_MONTHS + 1)
    return [tallies.month_of(number) for number in range(first, last + 1)]
