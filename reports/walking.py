"""Lists and counts along the links of areas, by statements that are made and planned once.

Links hold the moment, the category, and whether the submission is open: asked for areas, days and a
phase, each area's newest are met along its index (`open_in_area_newest`), and no submission that is
not shown is read but in the index of the few hidden ones.  Of kinds and categories, either each
category's newest are met along an index of theirs (`of_category_in_area_newest`), or the area's,
with the row that each link leads to; other statuses, photos and who answers only rows tell.  Which
is sooner, how far a walk goes, and most counts, the tallies of the areas say first; of photos and
who answers they know nothing.  Raw SQL, because what walks an
index for each area of an array is a LATERAL join, which the ORM cannot say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from django.db.models import BooleanField, F, Func

from geodata.compiled_models import CompiledModels
from geodata.prepared import fetch_row
from reports.filters.links import Links
from reports.models import Submission
from reports.paging import Key
from reports.pyramid import tallies
from reports.querysets import SubmissionQuerySet
from reports.sorting import Sort
from reports.workflow import CLOSED, OPEN

FARTHEST: Final = 2_000_000
"""How much a walk may be expected to cost, in links that are met in their index: half a second."""
_A_ROW: Final = 10
"""In the same coin, what it costs to read the row of one, too."""
_A_BEGINNING: Final = 30
"""And to find the first link of a category in an area."""
_CATEGORIES: Final = 30
"""How many a kind is expected to have."""

_PHASES: Final = {"": "TRUE", "open": "one.is_open", "closed": "NOT one.is_open"}
_SENT: Final = """
    {of}.created_at >= %(since)s::text::timestamptz
    AND {of}.created_at < %(until)s::text::timestamptz
"""
_ROW: Final = """
    NOT sent.is_hidden AND sent.status = ANY ((SELECT statuses FROM asked)::text[])
    AND sent.kind = ANY ((SELECT kinds FROM asked)::text[])
    AND COALESCE(sent.category_id = ANY ((SELECT categories FROM asked)::bigint[]), TRUE)
    AND COALESCE(
        sent.responsible_id = ANY ((SELECT responsible FROM asked)::bigint[]),
        (SELECT responsible IS NULL FROM asked)
    )
"""
_PHOTO: Final = """
    CASE WHEN (SELECT has_photo FROM asked) IS NULL THEN TRUE ELSE (SELECT has_photo FROM asked)
        = EXISTS (SELECT FROM reports_photo AS photo WHERE photo.submission_id = {pk})
    END
"""
# A query of its own for each link: as a join, PostgreSQL would sort what it takes for a few.
_SHOWN: Final = {
    False: """
        NOT EXISTS (
            SELECT FROM reports_submission AS hidden
            WHERE hidden.id = one.submission_id AND hidden.is_hidden
        )
    """,
    True: f"(SELECT {_ROW} FROM reports_submission AS sent WHERE sent.id = one.submission_id)",  # noqa: S608
}
"""By whether rows have to be read."""
_LINKS: Final = """
    unnest(%(areas)s::text::bigint[]) AS area (id)
    CROSS JOIN LATERAL (
        SELECT one.created_at, one.submission_id FROM reports_submissionarea AS one
        WHERE one.area_id = area.id AND {meant}
        {order} LIMIT %(limit)s
    ) AS link
"""
_LINKS_OF_CATEGORIES: Final = """
    unnest(%(areas)s::text::bigint[]) AS area (id)
    CROSS JOIN (
        SELECT id FROM reports_category WHERE kind = ANY ((SELECT kinds FROM asked)::text[])
            AND COALESCE(id = ANY ((SELECT categories FROM asked)::bigint[]), TRUE)
    ) AS category
    CROSS JOIN LATERAL (
        SELECT one.created_at, one.submission_id FROM reports_submissionarea AS one
        WHERE one.area_id = area.id AND one.category_id = category.id AND {meant}
        {order} LIMIT %(limit)s
    ) AS link
"""
# Of few, known by their ids, whether they are linked is looked up.
_LINKS_OF_FEW: Final = """
    unnest(%(few)s::text::bigint[]) AS known (id)
    CROSS JOIN LATERAL (
        SELECT one.created_at, one.submission_id FROM reports_submissionarea AS one
        WHERE one.submission_id = known.id
            AND one.area_id = ANY ((SELECT areas FROM asked)::bigint[]) AND {meant}
        LIMIT 1
    ) AS link
"""
# And so it is of what a body answers for, where the areas have no less; its index tells the rest.
_OF_RESPONSIBLE: Final = """
    unnest((SELECT responsible FROM asked)::bigint[]) AS body (id)
    CROSS JOIN LATERAL (
        SELECT sent.created_at, sent.id AS submission_id FROM reports_submission AS sent
        WHERE sent.responsible_id = body.id AND {meant} AND EXISTS (
            SELECT FROM reports_submissionarea AS one
            WHERE one.submission_id = sent.id
                AND one.area_id = ANY ((SELECT areas FROM asked)::bigint[])
        )
        {order} LIMIT %(limit)s
    ) AS link
"""
# Once, and not for each row: a value that is given as text would be read again and again.
_ASKED: Final = """
    WITH asked AS MATERIALIZED (
        SELECT %(areas)s::text::bigint[] AS areas, %(kinds)s::text[] AS kinds,
            %(categories)s::text::bigint[] AS categories, %(statuses)s::text[] AS statuses,
            %(responsible)s::text::bigint[] AS responsible,
            %(has_photo)s::text::boolean AS has_photo
    )
"""
_NUMBER: Final = """
    SELECT COUNT(*) FROM (
        SELECT DISTINCT link.submission_id FROM {links} LIMIT %(limit)s
    ) AS found
"""
# The newest that a body answers for, among all links of the areas since: two walks within indexes,
# where looking up the links of each took twice as long.
_AT_LEAST: Final = f"""
    {_ASKED}, theirs AS MATERIALIZED (
        SELECT sent.id, sent.created_at
        FROM unnest((SELECT responsible FROM asked)::bigint[]) AS body (id)
        CROSS JOIN LATERAL (
            SELECT sent.id, sent.created_at FROM reports_submission AS sent
            WHERE sent.responsible_id = body.id AND {{meant}}
            ORDER BY sent.created_at DESC, sent.id DESC LIMIT %(theirs)s
        ) AS sent
    )
    SELECT COUNT(DISTINCT theirs.id)
    FROM unnest((SELECT areas FROM asked)::bigint[]) AS area (id)
    CROSS JOIN LATERAL (
        SELECT one.submission_id FROM reports_submissionarea AS one
        WHERE one.area_id = area.id AND one.created_at >= (SELECT MIN(created_at) FROM theirs)
        ORDER BY one.created_at DESC, one.submission_id DESC LIMIT %(near)s
    ) AS link
    JOIN theirs ON theirs.id = link.submission_id
"""  # noqa: S608
_HEAD: Final = """
    , head AS MATERIALIZED (
        SELECT DISTINCT link.created_at, link.submission_id FROM {links}
        ORDER BY created_at {way}, submission_id {way} LIMIT %(limit)s
    )
"""
_IN_HEAD: Final = "%(expressions)s = ANY (ARRAY(SELECT submission_id FROM head))"
_NO_ID: Final = {True: 2**63 - 1, False: 0}
_NO_MOMENT: Final = {True: "infinity", False: "-infinity"}


@dataclass(frozen=True, slots=True)
class _Way:
    """Along which links, or along the rows themselves; `reads_rows`: what links do not tell is read
    from their submissions."""

    links: str
    reads_rows: bool
    cost: float = 0

    @property
    def of(self) -> str:
        return "sent" if self.links is _OF_RESPONSIBLE else "one"

    @property
    def key(self) -> tuple[str, str]:
        """Moment and id of what is met."""
        return f"{self.of}.created_at", "sent.id" if self.of == "sent" else "one.submission_id"

    def meant(self, phase: str) -> str:
        shown = _ROW if self.of == "sent" else f"{_PHASES[phase]} AND {_SHOWN[self.reads_rows]}"
        return f"{_SENT.format(of=self.of)} AND {shown} AND {_PHOTO.format(pk=self.key[1])}"


def number_in(links: Links, *, limit: int) -> int:
    """How many there are, `limit` at most."""
    promised, is_all = _promised(links)
    if is_all or promised >= limit:
        return min(promised, limit)
    way = _way_to(limit, links)
    is_of_all_theirs = not (links.is_of_categories or links.is_of_statuses)
    if way.links is _OF_RESPONSIBLE and is_of_all_theirs and _are_many(way, links, limit):
        return limit
    found = way.links.format(meant=way.meant(links.phase), order="")
    statement = _ASKED + _NUMBER.format(links=found)
    number: int = fetch_row(statement, {**links.params, "limit": limit})[0]
    return number


def _are_many(way: _Way, links: Links, limit: int) -> bool:
    """Whether the newest alone are so many."""
    statement = _AT_LEAST.format(meant=way.meant(links.phase))
    params = {**links.params, "theirs": limit + limit // 4, "near": 20 * limit}
    return bool(fetch_row(statement, params)[0] >= limit)


def page_in(links: Links, *, sort: Sort, key: Key | None, limit: int) -> list[Submission] | None:
    """The first `limit` after `key`, as lists show them; `sort` is by sending.  None where the walk
    would go too far."""
    promised, is_all = _promised(links)
    limit = min(promised, limit) if is_all else limit
    if not limit:
        return []
    way = _way_to(limit, links)
    if way.cost > FARTHEST:
        return None
    walk = _walk(replace(way, cost=0), links.phase, sort.is_descending)
    at = _NO_MOMENT[sort.is_descending] if key is None else str(sort.from_number(key.number))
    pk = _NO_ID[sort.is_descending] if key is None else key.pk
    return walk.fetch(**links.params, at=at, pk=pk, limit=limit)


def _promised(links: Links) -> tuple[int, bool]:
    """How many there are at least, and whether that is all: a submission in two areas is counted
    in each, and the tallies know whole months."""
    shares = _shares(links)
    if not shares or links.is_beyond_tallies:
        return 0, False
    statuses = links.conditions.params["statuses"]
    numbers = [sum(share.whole[status] for status in statuses) for share in shares.values()]
    return max(numbers), len(numbers) == 1 and links.whole_months == links.tallied.months


def _way_to(number: int, links: Links) -> _Way:
    """The one that meets so many at the least cost, as often as they are in all of it."""
    if links.few is not None:
        return _Way(_LINKS_OF_FEW, links.is_narrow)
    if links.is_of_small_bodies:
        return _Way(_OF_RESPONSIBLE, reads_rows=True)
    if not _shares(links):
        return _Way(_LINKS, reads_rows=False)
    ways = [_along_areas(number, links)]
    if links.is_of_categories:
        ways.append(_by_category(number, links))
    return min(ways, key=lambda way: way.cost)


def _along_areas(number: int, links: Links) -> _Way:
    met = {"open": OPEN, "closed": CLOSED, "": OPEN | CLOSED}[links.phase]
    walked = sum(share.all[status] for share in _shares(links).values() for status in met)
    reads_rows = links.is_of_categories or links.reads_rows_of_a_category
    return _Way(_LINKS, reads_rows, cost=_A_ROW * walked * _part(number, links))


def _by_category(number: int, links: Links) -> _Way:
    """Its index does not part the phases; one category may have the newest of all, or each its
    own."""
    beginnings = len(links.areas) * len(links.tallied.categories or range(_CATEGORIES))
    of_theirs = sum(share.meant[one] for share in _shares(links).values() for one in OPEN | CLOSED)
    met = of_theirs * min(beginnings * _part(number, links), 1)
    reads_rows = links.reads_rows_of_a_category
    cost = _A_BEGINNING * beginnings + (_A_ROW if reads_rows else 1) * met
    return _Way(_LINKS_OF_CATEGORIES, reads_rows, cost)


def _part(number: int, links: Links) -> float:
    """How much of those meant `number` are."""
    statuses = links.conditions.params["statuses"]
    meant = sum(share.meant[one] for share in _shares(links).values() for one in statuses)
    return min(number / max(meant, 1), 1)


def _shares(links: Links) -> dict[int, tallies.Share]:
    """Asked once for page and count, and not at all where links alone tell or few are known."""
    if not links.is_narrow or links.few is not None:
        return {}
    if links.shares is None:
        links.shares = tallies.shares(links.areas, links.tallied, links.whole_months)
    return links.shares


@cache
def _walk(way: _Way, phase: str, is_descending: bool) -> CompiledModels[Submission]:
    to, beyond = ("DESC", "<") if is_descending else ("ASC", ">")
    moment, pk = way.key
    after = f"({moment}, {pk}) {beyond} (%(at)s::text::timestamptz, %(pk)s::bigint)"
    links = way.links.format(
        meant=f"{after} AND {way.meant(phase)}", order=f"ORDER BY {moment} {to}, {pk} {to}"
    )
    before = _ASKED + _HEAD.format(links=links, way=to)
    return CompiledModels(lambda: _shown(is_descending), before=before)


def _shown(is_descending: bool) -> SubmissionQuerySet:
    in_head = Func(F("pk"), template=_IN_HEAD, output_field=BooleanField())
    sign = "-" if is_descending else ""
    listed = Submission.objects.public().for_lists().filter(in_head)
    return listed.order_by(f"{sign}created_at", f"{sign}pk")
