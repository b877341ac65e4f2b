"""A page of what a filter means: the fastest way the filter allows.

Links of areas carry the moment and whether the submission is open (`open_in_area_newest`), so a
list by area walks that index and stops after a page, however large the area.  PostgreSQL cannot
know that the two moments are equal: asked with EXISTS it sorts the whole area.
"""

from __future__ import annotations

from functools import cached_property

from django.db.models import Q
from django.http import QueryDict

from accounts.models import User
from geodata.models import Area, Collectivity
from reports.filters import SubmissionFilter
from reports.models import Event, Submission
from reports.paging import Key, Page, after, page_from, read_cursor
from reports.querysets import HANDED_OVER, SubmissionQuerySet
from reports.sorting import NEAR, NEWEST, Sort
from reports.walking import page_in
from reports.within import newest_on

_HALVINGS = (6, 4, 2)
MOST_WALKS = 40
"""Areas of all editions that an agent's collectivities have had; more are asked as one set."""
MOST_LOOKED_AT = 500
MOST_HANDED = 2_000
LOOKED_AT = (2_000, 40_000)
"""Of the next ones of all, how many are looked at before all that a filter means are sorted: the
second number where the first had some, if not enough."""


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
    elif len(walks) == 1 and (wanted.walks_links or not wanted.is_costly):
        rows = list(walks[0][: limit + 1])
    else:
        is_met_soon = not beyond and not wanted.cleaned_data["q"] and len(walks) == 1
        soon = _met_soon(wanted, submissions, key, limit + 1) if is_met_soon else []
        rows = soon or _merged(walks, submissions, sort, limit + 1)
    return page_from(rows, sort, limit=limit, bound_to=bound_to)


def public_page(wanted: SubmissionFilter, *, cursor: str = "", limit: int) -> Page:
    """As `page_under` of all that everybody may see, as lists show it."""
    sort, bound_to = wanted.order, wanted.canonical()
    key = read_cursor(cursor, sort, bound_to)
    rows = None
    if sort.is_by_sending and (links := wanted.links):
        rows = page_in(links, sort=sort, key=key, limit=limit + 1)
    elif sort is NEWEST and (ground := wanted.ground):
        rows = newest_on(ground, wanted.conditions, key=key, limit=limit + 1)
    if rows is None:
        shown = Submission.objects.public().for_lists()
        return page_under(wanted, shown, cursor=cursor, limit=limit)
    return page_from(rows, sort, limit=limit, bound_to=bound_to)


class Desk:
    """What a user finds in triage.  Three ways lead a submission there; asked as one condition
    they would be tried on every row, so each is walked by itself."""

    def __init__(self, user: User) -> None:
        self.user = user

    def page(self, wanted: SubmissionFilter, *, cursor: str = "", limit: int) -> Page:
        """As `page_under` of all that is found there."""
        rows = Submission.objects.triaged_by(self.user).for_triage()
        sort, bound_to = wanted.order, wanted.canonical()
        key = read_cursor(cursor, sort, bound_to)
        walks = self._walks(wanted, key)
        if not walks:
            return page_under(wanted, rows, cursor=cursor, limit=limit)
        # Each way has asked what leads there; asked again of a page of ids as one condition,
        # PostgreSQL hashed all links of the areas: 0.4 s of ten million, where the rest takes 0.1.
        everywhere = Submission.objects.for_triage()
        found = _merged(walks, everywhere, sort, limit + 1)
        return page_from(found, sort, limit=limit, bound_to=bound_to)

    def newest(self) -> list[int]:
        """Ids of some hundreds of the newest."""
        everything = SubmissionFilter(QueryDict())
        assert everything.is_valid()
        mine = after(Submission.objects.triaged_by(self.user), everything.order, None)
        return _first_ids(self._walks(everything, None) or [mine], MOST_LOOKED_AT)

    def _walks(self, wanted: SubmissionFilter, key: Key | None) -> list[SubmissionQuerySet]:
        """One a way; none where the whole has to be asked as one set."""
        is_narrowed = wanted.chosen_areas or wanted.chosen_shapes or not wanted.order.is_by_sending
        if self.user.is_superuser or is_narrowed or len(self._areas) > MOST_WALKS:
            return []
        everywhere = Submission.objects.all()
        walks = [_walk_of_links(wanted, everywhere, area, key) for area in self._areas]
        return walks + [after(wanted.apply(mine), wanted.order, key) for mine in self._in_hand]

    @cached_property
    def collectivities(self) -> list[Collectivity]:
        """Those the user works for."""
        memberships = self.user.memberships.select_related("collectivity")
        return [membership.collectivity for membership in memberships]

    @cached_property
    def _areas(self) -> list[int]:
        areas = Area.objects.order_by().filter(collectivity__in=self.collectivities)
        return list(areas.values_list("pk", flat=True))

    @cached_property
    def _in_hand(self) -> list[SubmissionQuerySet]:
        """What a collectivity of theirs answers for, each by itself, and what one handed over."""
        theirs = [one.pk for one in self.collectivities]
        answered = [Submission.objects.filter(responsible=pk) for pk in theirs]
        return [*answered, _handed_by(theirs)]


def _handed_by(collectivities: list[int]) -> SubmissionQuerySet:
    """What one of them handed over, by id while that is little; what is much, a walk meets soon.
    Asked of every submission, newest first, who never handed one over read them all."""
    events = Event.objects.filter(kind__in=HANDED_OVER, for_collectivity__in=collectivities)
    few = list(events.order_by().values_list("submission", flat=True)[: MOST_HANDED + 1])
    if len(few) > MOST_HANDED:
        return Submission.objects.handed_by(collectivities)
    return Submission.objects.filter(pk__in=set(few))


def newest_ids(
    wanted: SubmissionFilter, submissions: SubmissionQuerySet, *, limit: int
) -> list[int]:
    """Ids of the last ones sent that a valid filter means, `limit` at most, however it sorts."""
    if wanted.walks_links and len(wanted.chosen_areas) == 1:
        shown = wanted.linked(submissions, wanted.chosen_areas[0].pk)
        order = ("-area_links__created_at", "-area_links__submission_id")
    else:
        shown, order = wanted.apply(submissions), ("-created_at", "-pk")
    return list(shown.order_by(*order).values_list("pk", flat=True)[:limit])


def _walks(
    wanted: SubmissionFilter, submissions: SubmissionQuerySet, key: Key | None
) -> list[SubmissionQuerySet]:
    """Sets in the filter's order whose union, with doubles, is what is meant."""
    sort = wanted.order
    if wanted.walks_links and sort.is_by_sending:
        return [_walk_of_links(wanted, submissions, area.pk, key) for area in wanted.chosen_areas]
    shown = wanted.apply(submissions)
    if sort is NEAR:
        shown = shown.with_distance_to(wanted.cleaned_data["near"].middle)
    return [after(shown, sort, key)]


def _walk_of_links(
    wanted: SubmissionFilter, submissions: SubmissionQuerySet, area_id: int, key: Key | None
) -> SubmissionQuerySet:
    """What is meant of one area, along the index of its links."""
    linked = wanted.linked(submissions, area_id)
    moment, pk = "area_links__created_at", "area_links__submission_id"
    return after(linked, wanted.order, key, along=moment, pk=pk)


def _met_soon(
    wanted: SubmissionFilter, submissions: SubmissionQuerySet, key: Key | None, limit: int
) -> list[Submission]:
    """The first `limit`, where so many lie among the next LOOKED_AT of all `submissions`; else
    none.  A polygon around 200,000 pins took 250 ms to sort them all, a circle around as many of
    ten million 950."""
    sort = wanted.order
    ahead = after(submissions, sort, key).select_related(None).values_list(sort.key, flat=True)
    for far in LOOKED_AT:
        last = ahead[far : far + 1].first()
        if last is None:
            break
        until = Q(**{f"{sort.key}__{'gte' if sort.is_descending else 'lte'}": last})
        walk = after(wanted.apply_on_the_way(submissions.filter(until)), sort, key)
        ids = _first_ids([walk], limit)
        if len(ids) == limit:
            return _in_order(ids, submissions, sort, limit)
        if not ids:
            break
    return []


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
    return _in_order(_first_ids(walks, limit), submissions, sort, limit)


def _in_order(
    ids: list[int], submissions: SubmissionQuerySet, sort: Sort, limit: int
) -> list[Submission]:
    return list(after(submissions.filter(pk__in=ids), sort, None)[:limit])


def _first_ids(walks: list[SubmissionQuerySet], limit: int) -> list[int]:
    heads = [walk.select_related(None).values_list("pk", flat=True)[:limit] for walk in walks]
    return list(heads[0].union(*heads[1:]) if len(heads) > 1 else heads[0])
