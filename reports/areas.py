"""Areas as choices of a filter."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from geodata.models import Area, Collectivity, Edition
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
    offered = list(Area.objects.current().filter(level__in=_levels_to_read()).for_choices())
    missing = [area for area in chosen if area not in offered]
    return sorted([*offered, *missing], key=lambda area: (area.level.rank, area.name))


def _levels_to_read() -> list[int]:
    """Ids of today's levels, upper first, while all areas of all of them are MOST_OFFERED at most.
    Of each no more are counted: counting every commune took 50 ms of each page."""
    some = Area.objects.order_by().filter(edition=OuterRef("pk")).values("pk")
    today = Edition.objects.valid_on(timezone.localdate()).order_by("level__rank", "level")
    counted = today.values_list("level", ArraySubquery(some[: MOST_OFFERED + 1]))
    levels, room = [], MOST_OFFERED
    for level, editions in groupby(counted, key=itemgetter(0)):
        room -= sum(len(areas) for _level, areas in editions)
        if room < 0:
            break
        levels.append(level)
    return levels
