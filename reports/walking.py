"""Lists and counts along the links of areas, by statements that are made and planned once.

Links hold the moment and whether the submission is open: asked for areas, days and a phase, each
area's newest are met along its index (`open_in_area_newest`), and no submission that is not shown
is read but in the index of the few hidden ones.  Kinds, categories and other statuses are read
from the row that a link leads to; how far such a walk goes, and most counts, the tallies of the
areas say first.  Raw SQL, because what walks an index for each area of an array is a LATERAL join,
which the ORM cannot say.
"""

from __future__ import annotations

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

FARTHEST: Final = 200_000
"""Links that a walk may be expected to meet, each with its row: a quarter of a second."""

_PHASES: Final = {"": "TRUE", "open": "one.is_open", "closed": "NOT one.is_open"}
_SENT: Final = """
    one.created_at >= %(since)s::text::timestamptz AND one.created_at < %(until)s::text::timestamptz
"""
# A query of its own for each link: as a join, PostgreSQL would sort what it takes for a few.
_SHOWN: Final = {
    False: """
        NOT EXISTS (
            SELECT FROM reports_submission AS hidden
            WHERE hidden.id = one.submission_id AND hidden.is_hidden
        )
    """,
    True: """
        (
            SELECT NOT sent.is_hidden AND sent.status = ANY ((SELECT statuses FROM asked)::text[])
                AND sent.kind = ANY ((SELECT kinds FROM asked)::text[])
                AND COALESCE(
                    sent.category_id = ANY ((SELECT categories FROM asked)::bigint[]), TRUE
                )
            FROM reports_submission AS sent WHERE sent.id = one.submission_id
        )
    """,
}
"""By whether rows have to be read."""
_LINKS: Final = """
    unnest(%(areas)s::bigint[]) AS area (id)
    CROSS JOIN LATERAL (
        SELECT one.created_at, one.submission_id FROM reports_submissionarea AS one
        WHERE one.area_id = area.id AND {meant}
        {order} LIMIT %(limit)s
    ) AS link
"""
# Of few, known by their ids, whether they are linked is looked up.
_LINKS_OF_FEW: Final = """
    unnest(%(few)s::text::bigint[]) AS known (id)
    CROSS JOIN LATERAL (
        SELECT one.created_at, one.submission_id FROM reports_submissionarea AS one
        WHERE one.submission_id = known.id AND one.area_id = ANY (%(areas)s::text::bigint[])
            AND {meant}
        LIMIT 1
    ) AS link
"""
# Once, and not for each row: a value that is given as text would be read again and again.
_ASKED: Final = """
    WITH asked AS MATERIALIZED (
        SELECT %(kinds)s::text[] AS kinds, %(categories)s::text::bigint[] AS categories,
            %(statuses)s::text[] AS statuses
    )
"""
_NUMBER: Final = """
    SELECT COUNT(*) FROM (
        SELECT DISTINCT link.submission_id FROM {links} LIMIT %(limit)s
    ) AS found
"""
_HEAD: Final = """
    , head AS MATERIALIZED (
        SELECT DISTINCT link.created_at, link.submission_id FROM {links}
        ORDER BY created_at {way}, submission_id {way} LIMIT %(limit)s
    )
"""
_IN_HEAD: Final = "%(expressions)s = ANY (ARRAY(SELECT submission_id FROM head))"
_NO_ID: Final = {True: 2**63 - 1, False: 0}
_NO_MOMENT: Final = {True: "infinity", False: "-infinity"}


def number_in(links: Links, *, limit: int) -> int:
    """How many there are, `limit` at most."""
    promised, is_all = _promised(links)
    if is_all or promised >= limit:
        return min(promised, limit)
    meant = _meant(links.phase, links.is_narrow)
    found = (_LINKS if links.few is None else _LINKS_OF_FEW).format(meant=meant, order="")
    statement = _ASKED + _NUMBER.format(links=found)
    number: int = fetch_row(statement, {**links.params, "limit": limit})[0]
    return number


def page_in(links: Links, *, sort: Sort, key: Key | None, limit: int) -> list[Submission] | None:
    """The first `limit` after `key`, as lists show them; `sort` is by sending.  None where the walk
    would go too far."""
    promised, is_all = _promised(links)
    limit = min(promised, limit) if is_all else limit
    if not limit:
        return []
    if _way_to(limit, links) > FARTHEST:
        return None
    walk = _walk(links.phase, links.is_narrow, links.few is None, sort.is_descending)
    at = _NO_MOMENT[sort.is_descending] if key is None else str(sort.from_number(key.number))
    pk = _NO_ID[sort.is_descending] if key is None else key.pk
    return walk.fetch(**links.params, at=at, pk=pk, limit=limit)


def _promised(links: Links) -> tuple[int, bool]:
    """How many there are at least, and whether that is all: a submission in two areas is counted
    in each, and the tallies know whole months."""
    shares = _shares(links)
    if not shares:
        return 0, False
    statuses = links.conditions.params["statuses"]
    numbers = [sum(share.whole[status] for status in statuses) for share in shares.values()]
    months = (links.tallied.first_month, links.tallied.last_month)
    return max(numbers), len(numbers) == 1 and links.whole_months == months


def _way_to(number: int, links: Links) -> float:
    """How many links a walk meets on its way to so many, as often as they are in all of it."""
    shares = _shares(links)
    if not shares:
        return 0
    met = {"open": OPEN, "closed": CLOSED, "": OPEN | CLOSED}[links.phase]
    walked = sum(share.all[status] for share in shares.values() for status in met)
    statuses = links.conditions.params["statuses"]
    meant = sum(share.meant[status] for share in shares.values() for status in statuses)
    return walked * min(number / max(meant, 1), 1)


def _shares(links: Links) -> dict[int, tallies.Share]:
    """Asked once for page and count, and not at all where links alone tell or few are known."""
    if not links.is_narrow or links.few is not None:
        return {}
    if links.shares is None:
        links.shares = tallies.shares(links.areas, links.tallied, links.whole_months)
    return links.shares


def _meant(phase: str, is_narrow: bool) -> str:
    return f"{_PHASES[phase]} AND {_SENT} AND {_SHOWN[is_narrow]}"


@cache
def _walk(
    phase: str, is_narrow: bool, is_any: bool, is_descending: bool
) -> CompiledModels[Submission]:
    way, beyond = ("DESC", "<") if is_descending else ("ASC", ">")
    key = "(%(at)s::text::timestamptz, %(pk)s::bigint)"
    after = f"(one.created_at, one.submission_id) {beyond} {key}"
    order = f"ORDER BY one.created_at {way}, one.submission_id {way}"
    meant = f"{after} AND {_meant(phase, is_narrow)}"
    links = (_LINKS if is_any else _LINKS_OF_FEW).format(meant=meant, order=order)
    before = _ASKED + _HEAD.format(links=links, way=way)
    return CompiledModels(lambda: _shown(is_descending), before=before)


def _shown(is_descending: bool) -> SubmissionQuerySet:
    in_head = Func(F("pk"), template=_IN_HEAD, output_field=BooleanField())
    sign = "-" if is_descending else ""
    listed = Submission.objects.public().for_lists().filter(in_head)
    return listed.order_by(f"{sign}created_at", f"{sign}pk")
