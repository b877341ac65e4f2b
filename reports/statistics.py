"""Counts of what lies in an area, from the link rows in one query."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from geodata.models import Area
from reports.models import Category, Submission, SubmissionArea
from reports.workflow import OPEN, Status


@dataclass(frozen=True, slots=True)
class CategoryCount:
    category: Category
    open: int
    closed: int


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """Public submissions in an area."""

    by_status: tuple[tuple[Status, int], ...]
    by_category: tuple[CategoryCount, ...]

    @property
    def total(self) -> int:
        return sum(number for _status, number in self.by_status)

    @property
    def open(self) -> int:
        return sum(number for status, number in self.by_status if status in OPEN)


@dataclass(frozen=True, slots=True)
class PublicCounts:
    """Everything anybody may see, in three numbers."""

    total: int
    open: int
    resolved: int


def public_counts() -> PublicCounts:
    rows = Submission.objects.public().order_by().values_list("status").annotate(Count("pk"))
    numbers: Counter[str] = Counter(dict(rows))
    return PublicCounts(
        total=numbers.total(),
        open=sum(numbers[status] for status in OPEN),
        resolved=numbers[Status.RESOLVED],
    )


def counts_in(area: Area) -> AreaCounts:
    public = Submission.objects.public()
    rows = (
        SubmissionArea.objects.filter(area=area, submission__in=public)
        .values_list("submission__category", "submission__status")
        .annotate(number=Count("pk"))
    )
    statuses: Counter[str] = Counter()
    categories: dict[int, Counter[bool]] = {}
    for category_id, status, number in rows:
        statuses[status] += number
        categories.setdefault(category_id, Counter())[status in OPEN] += number
    named = Category.objects.in_bulk(categories)
    by_category = (
        CategoryCount(named[pk], open=count[True], closed=count[False])
        for pk, count in categories.items()
    )
    return AreaCounts(
        by_status=tuple((status, statuses[status]) for status in Status),
        by_category=tuple(sorted(by_category, key=lambda one: (-one.open, -one.closed))),
    )
