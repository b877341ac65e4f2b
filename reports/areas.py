"""Areas as choices of a filter."""

from collections.abc import Sequence

from django.db.models import Count, QuerySet

from geodata.models import Area, Collectivity
from geodata.querysets import AreaQuerySet
from reports.models import Submission, SubmissionArea

MOST_OFFERED = 400


def areas_around(submissions: Sequence[int], *, chosen: Sequence[Area]) -> list[Area]:
    """Today's areas in which some of `submissions` (ids) lie, and those `chosen` already, upper
    levels first."""
    linked = SubmissionArea.objects.filter(submission__in=submissions)
    today = list(Area.objects.current().filter(pk__in=linked.values("area")).for_choices())
    missing = [area for area in chosen if area not in today]
    return sorted([*today, *missing], key=lambda area: (area.level.rank, area.name))


def bodies_around(submission: Submission) -> QuerySet[Collectivity]:
    """Collectivities with an area of today around the pin, upper levels first."""
    linked = submission.area_links.filter(area__in=Area.objects.current())
    bodies = Collectivity.objects.filter(pk__in=linked.values("area__collectivity"))
    return bodies.select_related("level").order_by("level__rank", "name")


def areas_to_offer(*, chosen: Sequence[Area]) -> list[Area]:
    """Today's areas of the upper levels, whole levels while a list of them can still be read,
    and those `chosen` already."""
    current = Area.objects.current()
    levels, total = [], 0
    for level, number in _levels(current):
        total += number
        if total > MOST_OFFERED:
            break
        levels.append(level)
    offered = list(current.filter(level__in=levels).for_choices())
    missing = [area for area in chosen if area not in offered]
    return sorted([*offered, *missing], key=lambda area: (area.level.rank, area.name))


def _levels(areas: AreaQuerySet) -> list[tuple[int, int]]:
    """Levels, upper first, and how many of `areas` each has."""
    counted = areas.order_by("level__rank", "level").values_list("level__rank", "level")
    return [(level, number) for _rank, level, number in counted.annotate(number=Count("pk"))]
