"""Lists and counts along the links of areas, by statements that are made and planned once.

Links hold the moment and whether the submission is open: asked for areas and a phase only, each
area's newest are met along its index (`open_in_area_newest`), and no submission that is not shown
is read but in the index of the few hidden ones.  Raw SQL, because what walks an index for each
area of an array is a LATERAL join, which the ORM cannot say.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.db.models import BooleanField, F, Func

from geodata.compiled_models import CompiledModels
from geodata.prepared import fetch_row
from reports.filters import SubmissionFilter
from reports.models import Submission
from reports.paging import Key
from reports.querysets import SubmissionQuerySet
from reports.sorting import Sort

_LINKS: Final = """
    unnest(%(areas)s::bigint[]) AS area (id)
    CROSS JOIN LATERAL (
        SELECT one.created_at, one.submission_id FROM reports_submissionarea AS one
        WHERE one.area_id = area.id AND {meant} AND NOT EXISTS (
            SELECT FROM reports_submission AS hidden
            WHERE hidden.id = one.submission_id AND hidden.is_hidden
        )
        {order} LIMIT %(limit)s
    ) AS link
"""
# Of few, known by their ids, whether they are linked is looked up.
_LINKS_OF_FEW: Final = """
    unnest(%(few)s::text::bigint[]) AS known (id)
    CROSS JOIN LATERAL (
        SELECT one.created_at, one.submission_id FROM reports_submissionarea AS one
        WHERE one.submission_id = known.id AND one.area_id = ANY (%(areas)s::text::bigint[])
            AND {meant} AND NOT EXISTS (
                SELECT FROM reports_submission AS hidden
                WHERE hidden.id = one.submission_id AND hidden.is_hidden
            )
        LIMIT 1
    ) AS link
"""
_NUMBER: Final = """
    SELECT COUNT(*) FROM (
        SELECT DISTINCT link.submission_id FROM {links} LIMIT %(limit)s
    ) AS found
"""
_HEAD: Final = """
    WITH head AS MATERIALIZED (
        SELECT DISTINCT link.created_at, link.submission_id FROM {links}
        ORDER BY created_at {way}, submission_id {way} LIMIT %(limit)s
    )
"""
_IN_HEAD: Final = "%(expressions)s = ANY (ARRAY(SELECT submission_id FROM head))"
_NO_ID: Final = {True: 2**63 - 1, False: 0}
_NO_MOMENT: Final = {True: "infinity", False: "-infinity"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Public submissions in any of `areas` (ids), open ones only or all; of `few` (ids), where they
    are known."""

    areas: list[int]
    is_open_only: bool
    few: list[int] | None = None

    @property
    def params(self) -> dict[str, Any]:
        return {"areas": self.areas} | ({} if self.few is None else {"few": self.few or "{}"})


def asked_of(wanted: SubmissionFilter) -> Asked:
    """Of a filter that links tell (`is_known_to_links`)."""
    areas = [area.pk for area in wanted.chosen_areas]
    return Asked(areas, wanted.is_open_only, wanted.few_found if wanted.cleaned_data["q"] else None)


def number_in(asked: Asked, *, limit: int) -> int:
    """How many there are, `limit` at most."""
    meant = "one.is_open" if asked.is_open_only else "TRUE"
    links = (_LINKS if asked.few is None else _LINKS_OF_FEW).format(meant=meant, order="")
    number: int = fetch_row(_NUMBER.format(links=links), {**asked.params, "limit": limit})[0]
    return number


def page_in(asked: Asked, *, sort: Sort, key: Key | None, limit: int) -> list[Submission]:
    """The first `limit` after `key`, as lists show them; `sort` is by sending."""
    walk = _walk(asked.is_open_only, asked.few is None, sort.is_descending)
    at = _NO_MOMENT[sort.is_descending] if key is None else str(sort.from_number(key.number))
    pk = _NO_ID[sort.is_descending] if key is None else key.pk
    return walk.fetch(**asked.params, at=at, pk=pk, limit=limit)


@cache
def _walk(is_open_only: bool, is_any: bool, is_descending: bool) -> CompiledModels[Submission]:
    way, beyond = ("DESC", "<") if is_descending else ("ASC", ">")
    key = "(%(at)s::text::timestamptz, %(pk)s::bigint)"
    meant = f"(one.created_at, one.submission_id) {beyond} {key}"
    order = f"ORDER BY one.created_at {way}, one.submission_id {way}"
    if is_open_only:
        meant = f"one.is_open AND {meant}"
    links = (_LINKS if is_any else _LINKS_OF_FEW).format(meant=meant, order=order)
    before = _HEAD.format(links=links, way=way)
    return CompiledModels(lambda: _shown(is_descending), before=before)


def _shown(is_descending: bool) -> SubmissionQuerySet:
    in_head = Func(F("pk"), template=_IN_HEAD, output_field=BooleanField())
    sign = "-" if is_descending else ""
    listed = Submission.objects.public().for_lists().filter(in_head)
    return listed.order_by(f"{sign}created_at", f"{sign}pk")
