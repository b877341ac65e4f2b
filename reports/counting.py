"""How many submissions a filter means, counted no further than people read a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from reports.filters import SubmissionFilter
from reports.models import Submission
from reports.querysets import SubmissionQuerySet
from reports.walking import number_in
from reports.within import number_on

MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Count:
    """`is_more`: there are more than `number`; nobody counts further."""

    number: int
    is_more: bool


def count_public(wanted: SubmissionFilter, *, most: int = MOST_COUNTED) -> Count:
    """How many of the public ones there are, counted no further than `most`."""
    if links := wanted.links:
        number = number_in(links, limit=most + 1)
    elif ground := wanted.ground:
        number = number_on(ground, wanted.conditions, limit=most + 1)
    else:
        return count_under(wanted, Submission.objects.public(), most=most)
    return Count(min(number, most), number > most)


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
