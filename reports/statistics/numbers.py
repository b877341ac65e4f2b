"""How many submissions a filter means, by category and month: kept tallies where they know the
filter, else counted from the rows; both say the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, DateField
from django.db.models.functions import TruncMonth

from reports.filters import SubmissionFilter
from reports.models import Submission
from reports.pyramid import slices, tallies
from reports.pyramid.tallies import EVERYWHERE, Slice
from reports.querysets import SubmissionQuerySet
from reports.workflow import CLOSED, OPEN, Status


@dataclass(slots=True)
class Numbers:
    """Submissions by status as it is now; `ended`: closed in the month, whenever they were sent."""

    by_status: Counter[str] = field(default_factory=Counter)
    ended: int = 0

    @property
    def total(self) -> int:
        return self.by_status.total()

    @property
    def open(self) -> int:
        return sum(self.by_status[status] for status in OPEN)

    @property
    def closed(self) -> int:
        return self.total - self.open


@dataclass(slots=True)
class Counted:
    """`by_category` by its id, `by_month` by its first day.  `is_kept`: read from tallies."""

    is_kept: bool
    has_ends: bool
    all: Numbers = field(default_factory=Numbers)
    by_category: dict[int, Numbers] = field(default_factory=lambda: defaultdict(Numbers))
    by_month: dict[date, Numbers] = field(default_factory=lambda: defaultdict(Numbers))

    def add(self, category: int, month: date, status: str, number: int) -> None:
        for one in (self.all, self.by_category[category], self.by_month[month]):
            one.by_status[status] += number

    def add_end(self, category: int, month: date, number: int) -> None:
        for one in (self.all, self.by_category[category], self.by_month[month]):
            one.ended += number


def count(wanted: SubmissionFilter) -> Counted:
    """Of a valid filter."""
    known = slice_of(wanted)
    areas = wanted.chosen_areas
    if known is None or wanted.chosen_shapes or len(areas) > 1:
        return _counted_anew(wanted)
    area = areas[0].pk if areas else EVERYWHERE
    return _of_tallies(tallies.of_area(area), known, wanted)


def slice_of(wanted: SubmissionFilter) -> Slice | None:
    """What the tallies hold of a filter, areas aside; None where it asks for more."""
    given = wanted.cleaned_data
    strange = set(slices.said_in(given)) - slices.KNOWN
    known, whole = tallies.slice_in(given)
    if strange - {"area", "shapes", "created_from", "created_to"} or known.months != whole:
        return None
    return known


def has_dates(wanted: SubmissionFilter) -> bool:
    return bool(wanted.cleaned_data["created_from"] or wanted.cleaned_data["created_to"])


def _of_tallies(rows: Iterable[tallies.Tally], known: Slice, wanted: SubmissionFilter) -> Counted:
    found = Counted(is_kept=True, has_ends=not has_dates(wanted))
    statuses = wanted.statuses
    for row in rows:
        if not known.has(row):
            continue
        month = tallies.month_of(row.month)
        for status in statuses:
            if number := row.by_what[status]:
                found.add(row.category, month, status, number)
            end = tallies.ENDS.get(Status(status))
            if end and found.has_ends and (number := row.by_what[end]):
                found.add_end(row.category, month, number)
    return found


def _counted_anew(wanted: SubmissionFilter) -> Counted:
    found = Counted(is_kept=False, has_ends=not has_dates(wanted))
    meant = wanted.apply(Submission.objects.public())
    for category, month, status, number in _grouped(meant, "created_at", "status"):
        found.add(category, month, status, number)
    if found.has_ends:
        closed = meant.filter(status__in=CLOSED, closed_at__isnull=False)
        for category, month, number in _grouped(closed, "closed_at"):
            found.add_end(category, month, number)
    return found


def _grouped(submissions: SubmissionQuerySet, moment: str, *fields: str) -> Iterable[Any]:
    by_month = submissions.annotate(month=TruncMonth(moment, output_field=DateField())).order_by()
    return by_month.values_list("category", "month", *fields).annotate(number=Count("pk"))


def by_status(numbers: Mapping[str, int], statuses: Iterable[str]) -> Numbers:
    """Of what a tally says."""
    return Numbers(Counter({status: numbers.get(status, 0) for status in statuses}))
