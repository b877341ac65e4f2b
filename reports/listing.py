"""A page of what a filter means, and how many there are: the fastest way the filter allows.

Links of areas carry the moment and whether the submission is open (`open_in_area_newest`), so a
list by area walks that index and stops after a page, however large the area.  PostgreSQL cannot
know that the two moments are equal: asked with EXISTS it sorts the whole area.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from geodata.models import Area
from reports.filters import SubmissionFilter
from reports.models import Submission
from reports.paging import Key, Page, after, page_from, read_cursor
from reports.querysets import SubmissionQuerySet
from reports.sorting import NEAR, Sort

MOST_COUNTED = 1000
_HALVINGS = (6, 4, 2)
MOST_WALKS = 40
"""Areas of all editions that an agent's collectivities have had; more are asked as one set."""


@dataclass(frozen=True, slots=True)
class Count:
    """`is_more`: there are more than `number`; nobody counts further."""

    number: int
    is_more: bool


def page_under(
    wanted: SubmissionFilter,
    submissions: SubmissionQuerySet,
    *,
    cursor: str = "",
    limit: int,
    beyond: str = "",
) -> Page:
    """`limit` of those of `submissions` that a valid filter means, after `cursor`, in the filter's
    order.  `beyond` says what narrowed `submissions` themselves: cursors belong to that, too.
    Raises BadCursor."""
    sort, bound_to = wanted.order, wanted.canonical() + beyond
    key = read_cursor(cursor, sort, bound_to)
    walks = _walks(wanted, submissions, key)
    if sort is NEAR:
        rows = _nearest(wanted, walks[0], key, limit + 1)
    elif len(walks) == 1 and (_walks_links(wanted) or not wanted.is_costly):
        rows = list(walks[0][: limit + 1])
    else:
        rows = _merged(walks, submissions, sort, limit + 1)
    return page_from(rows, sort, limit=limit, bound_to=bound_to)


def triage_page(wanted: SubmissionFilter, user: User, *, cursor: str = "", limit: int) -> Page:
    """As `page_under` of what `user` finds in triage.  Three ways lead a submission there; asked
    as one condition they would be tried on every row, so each is walked by itself."""
    rows = Submission.objects.triaged_by(user).for_triage()
    sort, bound_to = wanted.order, wanted.canonical()
    is_narrowed = wanted.chosen_areas or wanted.chosen_shapes or not sort.is_by_sending
    areas = [] if user.is_superuser or is_narrowed else _areas_worked_for(user)
    if not areas or len(areas) > MOST_WALKS:
        return page_under(wanted, rows, cursor=cursor, limit=limit)
    key = read_cursor(cursor, sort, bound_to)
    walks = [_walk_of_links(wanted, Submission.objects.all(), area, key) for area in areas]
    walks += [after(wanted.apply(mine), sort, key) for mine in _in_the_hands_of(user)]
    found = _merged(walks, rows, sort, limit + 1)
    return page_from(found, sort, limit=limit, bound_to=bound_to)


def _areas_worked_for(user: User) -> list[int]:
    theirs = user.memberships.values("collectivity")
    return list(Area.objects.filter(collectivity__in=theirs).values_list("pk", flat=True))


def _in_the_hands_of(user: User) -> list[SubmissionQuerySet]:
    """What a collectivity of the user answers for, each by itself, and what one handed over."""
    theirs = list(user.memberships.values_list("collectivity", flat=True))
    answered = [Submission.objects.filter(responsible=pk) for pk in theirs]
    return [*answered, Submission.objects.handed_by(theirs)]


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
        return [_walk_of_links(wanted, submissions, area.pk, key) for area in wanted.chosen_areas]
    shown = wanted.apply(submissions)
    if sort is NEAR:
        shown = shown.with_distance_to(wanted.cleaned_data["near"].middle)
    return [after(shown, sort, key)]


def _walk_of_links(
    wanted: SubmissionFilter, submissions: SubmissionQuerySet, area_id: int, key: Key | None
) -> SubmissionQuerySet:
    """What is meant of one area, along the index of its links."""
    linked = _linked(wanted, submissions, area_id)
    moment, pk = "area_links__created_at", "area_links__submission_id"
    return after(linked, wanted.order, key, along=moment, pk=pk)


def _linked(
    wanted: SubmissionFilter, submissions: SubmissionQuerySet, area_id: int
) -> SubmissionQuerySet:
    """What is meant of one area, joined to its links: each submission has one at most."""
    link = {"area_links__area": area_id}
    if wanted.is_open_only:
        link["area_links__is_open"] = True
    return wanted.apply_but_areas(submissions).filter(**link)


def _nearest(
    wanted: SubmissionFilter, walk: SubmissionQuerySet, key: Key | None, limit: int
) -> list[Submission]:
    """The first `limit` by distance.  Every distance in a circle is taken before the first is
    known, so smaller circles are tried first: one that is full has the nearest."""
    circle = wanted.cleaned_data["near"]
    for halvings in _HALVINGS:
        radius_m = circle.radius_m / 2**halvings
        if key is None or key.number < 1_000 * radius_m:
            inner = walk.near(circle.middle, radius_m)
            rows = list(inner.filter(Q(distance_mm__lt=int(1_000 * radius_m)))[:limit])
            if len(rows) == limit:
                return rows
    return list(walk[:limit])


def _merged(
    walks: list[SubmissionQuerySet], submissions: SubmissionQuerySet, sort: Sort, limit: int
) -> list[Submission]:
    """The first `limit` of several walks, each read no further than that.  Of what has to be
    sorted first, only the ids are: joined to what lists show, a polygon of 8,600 pins took 64 ms,
    24 of them to hash every collectivity of France."""
    heads = [walk.select_related(None).values_list("pk", flat=True)[:limit] for walk in walks]
    ids = heads[0].union(*heads[1:]) if len(heads) > 1 else heads[0]
    return list(after(submissions.filter(pk__in=list(ids)), sort, None)[:limit])
