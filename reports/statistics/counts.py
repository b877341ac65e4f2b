"""The short counts of the home page and of a territory's page, from kept tallies."""

from collections import Counter
from dataclasses import dataclass

from geodata.models import Area
from reports.models import Category
from reports.pyramid import tallies
from reports.pyramid.tallies import EVERYWHERE
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
    numbers = tallies.totals([EVERYWHERE]).get(EVERYWHERE, {})
    return PublicCounts(
        total=sum(numbers.get(status, 0) for status in Status),
        open=sum(numbers.get(status, 0) for status in OPEN),
        resolved=numbers.get(Status.RESOLVED, 0),
    )


def counts_in(area: Area) -> AreaCounts:
    statuses: Counter[str] = Counter()
    categories: dict[int, Counter[bool]] = {}
    for tally in tallies.of_area(area.pk):
        phases = categories.setdefault(tally.category, Counter())
        for status in Status:
            statuses[status] += tally.by_what[status]
            phases[status in OPEN] += tally.by_what[status]
    named = Category.objects.in_bulk(categories)
    by_category = (
        CategoryCount(named[pk], open=count[True], closed=count[False])
        for pk, count in categories.items()
        if count.total()
    )
    return AreaCounts(
        by_status=tuple((status, statuses[status]) for status in Status),
        by_category=tuple(sorted(by_category, key=lambda one: (-one.open, -one.closed))),
    )
