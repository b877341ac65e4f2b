"""A page of what a filter means, and how many there are: the fastest way the filter allows.

Links of areas carry the moment and whether the submission is open (`open_in_area_newest`), so a
list by area walks that index and stops after a page, however large the area.  PostgreSQL cannot
know that the two moments are equal: asked with EXISTS it sorts the whole area.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.filters import SubmissionFilter
from reports.models import Submission
from reports.paging import Key, Page, after, page_from, read_cursor
from reports.querysets import SubmissionQuerySet
from reports.sorting import NEAR, Sort

MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Count:
    """`is_more`: there are more than `number`; nobody counts further."""

    number: int
    is_more: bool


def page_under(
    wanted: SubmissionFilter, submissions: SubmissionQuerySet, *, cursor: str = "", limit: int
) -> Page:
    """`limit` of those of `submissions` that a valid filter means, after `cursor`, in the filter's
    order.  Raises BadCursor."""
    sort, bound_to = wanted.order, wanted.canonical()
    key = read_cursor(cursor, sort, bound_to)
    walks = _walks(wanted, submissions, key)
    if len(walks) == 1:
        rows = list(walks[0][: limit + 1])
    else:
        rows = _merged(walks, submissions, sort, limit + 1)
    return page_from(rows, sort, limit=limit, bound_to=bound_to)


def count_under(
    wanted: SubmissionFilter, submissions: SubmissionQuerySet, *, most: int = MOST_COUNTED
) -> Count:
    """How many there are, counted no further than `most`."""
    if _walks_links(wanted) and len(wanted.chosen_areas) == 1:
        shown = _linked(wanted, submissions, wanted.chosen_areas[0].pk)
    else:
        shown = wanted.apply(submissions)
    number = shown.order_by()[: most + 1].count()
    return Count(min(number, most), number > most)


def _walks_links(wanted: SubmissionFilter) -> bool:
    """Areas, and nothing else of the ground that the links do not know."""
    return bool(wanted.chosen_areas) and not wanted.chosen_shapes


def _walks(
    wanted: SubmissionFilter, submissions: SubmissionQuerySet, key: Key | None
) -> list[SubmissionQuerySet]:
    """Sets in the filter's order whose union, with doubles, is what is meant."""
    sort = wanted.order
    if _walks_links(wanted) and sort.is_by_sending:
        return [
            after(
                _linked(wanted, submissions, area.pk),
                sort,
                key,
                along="area_links__created_at",
                pk="area_links__submission_id",
            )
            for area in wanted.chosen_areas
        ]
    shown = wanted.apply(submissions)
    if sort is NEAR:
        shown = shown.with_distance_to(wanted.cleaned_data["near"].middle)
    return [after(shown, sort, key)]


def _linked(
    wanted: SubmissionFilter, submissions: SubmissionQuerySet, area_id: int
) -> SubmissionQuerySet:
    """What is meant of one area, joined to its links: each submission has one at most."""
    link = {"area_links__area": area_id}
    if wanted.is_open_only:
        link["area_links__is_open"] = True
    return wanted.apply_but_areas(submissions).filter(**link)


def _merged(
    walks: list[SubmissionQuerySet], submissions: SubmissionQuerySet, sort: Sort, limit: int
) -> list[Submission]:
    """The first `limit` of several walks, each read no further than that."""
    heads = [walk.values_list("pk", flat=True)[:limit] for walk in walks]
    ids = heads[0].union(*heads[1:])
    return list(after(submissions.filter(pk__in=list(ids)), sort, None)[:limit])
