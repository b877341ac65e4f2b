"""How many submissions a filter means, counted no further than people read a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from geodata.models import Area
from reports.filters import SubmissionFilter
from reports.models import Submission, SubmissionArea
from reports.querysets import SubmissionQuerySet

MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Count:
    """`is_more`: there are more than `number`; nobody counts further."""

    number: int
    is_more: bool


def count_public(wanted: SubmissionFilter, *, most: int = MOST_COUNTED) -> Count:
    """How many of the public ones there are, counted no further than `most`."""
    if not wanted.is_known_to_links:
        return count_under(wanted, Submission.objects.public(), most=most)
    first, *others = [_shown_links(wanted, area)[: most + 1] for area in wanted.chosen_areas]
    # Unions of what is cut at `most`: each link list either is whole, or is too long by itself.
    return _count(first.union(*others) if others else first, most)


def count_under(
    wanted: SubmissionFilter, submissions: SubmissionQuerySet, *, most: int = MOST_COUNTED
) -> Count:
    """How many of `submissions` there are, counted no further than `most`."""
    if wanted.walks_links and len(wanted.chosen_areas) == 1:
        shown = wanted.linked(submissions, wanted.chosen_areas[0].pk)
    else:
        shown = wanted.apply(submissions)
    return _count(shown.order_by()[: most + 1], most)


def _count(rows: QuerySet[Any, Any], most: int) -> Count:
    number = rows.count()
    return Count(min(number, most), number > most)


def _shown_links(wanted: SubmissionFilter, area: Area) -> QuerySet[SubmissionArea, Any]:
    """Submissions in an area by its links alone: no row of theirs is fetched, and the few that are
    hidden are looked up in an index of their own (1,001 rows took 20 ms)."""
    hidden = Submission.objects.order_by().filter(pk=OuterRef("submission"), is_hidden=True)
    links = SubmissionArea.objects.filter(~Exists(hidden), area=area)
    if wanted.is_open_only:
        links = links.filter(is_open=True)
    return links.values("submission")
