"""Lists and counts on a piece of ground, by cells of the grid: no pin of a large one is sorted.

The ground (a drawn polygon, a box, a circle, shapes of overlays) is covered by some forty cells.
The pyramid says how many lie in those wholly inside: that settles the count of a large one, and
whether the newest are met sooner by a walk over all submissions, newest first, or by gathering the
cells' pins from the covering index, where only pins in cells on the border have their place read.

Raw SQL, because a range of an index for each of an array of cells is a LATERAL join.  `OFFSET 0`
keeps PostgreSQL from another plan: it takes any polygon for a thousandth of the pins.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.db.models import BooleanField, F, Func

from geodata.cell_cover import Cell
from geodata.compiled_models import CompiledModels
from geodata.grid import shift_of
from geodata.prepared import fetch_row
from reports.filters.ground import Conditions, Ground
from reports.models import Submission
from reports.paging import Key
from reports.pyramid import levels
from reports.pyramid.slices import DELTA_IS_MEANT, Slices
from reports.querysets import SubmissionQuerySet
from reports.sorting import NEWEST

WALKED: Final = (500, 2_000, 8_000, 32_000)
"""How far a walk may go: of each there is a statement, since a plan depends on it."""
_ENOUGH: Final = 3
"""The first walk goes so many times as far as is expected."""
GATHERED_MEANWHILE: Final = 4
"""Pins of the covering index, in the time in which one submission is met on the walk."""

# Once, and not for each row: a value that is given as text would be read again and again.
_ASKED: Final = """
    WITH asked AS MATERIALIZED (
        SELECT %(ground)s::text::geometry AS ground, %(radius_m)s::float8 AS radius_m,
            %(kinds)s::text[] AS kinds, %(categories)s::text::bigint[] AS categories,
            %(statuses)s::text[] AS statuses,
            %(since)s::text::timestamptz AS since, %(until)s::text::timestamptz AS until,
            %(at)s::text::timestamptz AS at, %(pk)s::bigint AS pk
    )
"""
_MEANT: Final = """
    one.status = ANY ((SELECT statuses FROM asked)::text[])
    AND one.kind = ANY ((SELECT kinds FROM asked)::text[])
    AND COALESCE(one.category_id = ANY ((SELECT categories FROM asked)::bigint[]), TRUE)
    AND one.created_at >= (SELECT since FROM asked)
    AND one.created_at < (SELECT until FROM asked)
"""
_AFTER: Final = "(one.created_at, one.id) < ((SELECT at FROM asked), (SELECT pk FROM asked))"
_NEWEST: Final = "ORDER BY one.created_at DESC, one.id DESC"
_TESTS: Final = {
    False: "ST_CoveredBy(one.pin, (SELECT ground FROM asked))",
    True: "ST_DWithin(one.pin::geography, (SELECT ground::geography FROM asked),"
    " (SELECT radius_m FROM asked))",
}
"""By whether it is a circle."""
_SPANS: Final = """
    unnest(%(firsts)s::bigint[], %(lasts)s::bigint[], %(insides)s::boolean[])
        AS span (first, last, is_inside)
    CROSS JOIN LATERAL (
        SELECT id, created_at, kind, category_id, status FROM reports_submission
        WHERE NOT is_hidden AND morton BETWEEN span.first AND span.last OFFSET 0
    ) AS one
"""
_IS_ON_IT: Final = """
    (near.is_inside OR (SELECT {test} FROM reports_submission AS one WHERE one.id = near.id))
"""
# The walk stays within its index (`submission_newest` holds places), but for pins near the ground.
_WALK: Final = f"""
    {_ASKED}, head AS MATERIALIZED (
        SELECT near.id FROM (
            SELECT one.id, one.created_at, one.grid_x, one.grid_y
            FROM reports_submission AS one WHERE {_AFTER} {_NEWEST} LIMIT {{walked}}
        ) AS near
        WHERE near.grid_x BETWEEN %(west)s AND %(east)s
            AND near.grid_y BETWEEN %(north)s AND %(south)s AND (
                SELECT NOT one.is_hidden AND {_MEANT} AND {{test}}
                FROM reports_submission AS one WHERE one.id = near.id
            )
        ORDER BY near.created_at DESC, near.id DESC LIMIT %(limit)s
    )
"""  # noqa: S608  (constants)
_GATHERED: Final = f"""
    {_ASKED}, head AS MATERIALIZED (
        SELECT near.id FROM (
            SELECT one.id, one.created_at, span.is_inside FROM {_SPANS}
            WHERE {_MEANT} AND {_AFTER} {_NEWEST} OFFSET 0
        ) AS near
        WHERE {_IS_ON_IT} ORDER BY near.created_at DESC, near.id DESC LIMIT %(limit)s
    )
"""  # noqa: S608  (constants)
_NUMBER: Final = f"""
    {_ASKED} SELECT COUNT(*) FROM (
        SELECT FROM (
            SELECT one.id, span.is_inside FROM {_SPANS} WHERE {_MEANT} OFFSET 0
        ) AS near
        WHERE {_IS_ON_IT} LIMIT %(limit)s
    ) AS found
"""  # noqa: S608  (constants)

_SLICE: Final = "unnest(%(kinds)s::text[], %(categories)s::bigint[]) AS slice (kind, category)"
_N: Final = """
    (CASE WHEN %(phase)s <> 'closed' THEN cell.open_n ELSE 0 END
        + CASE WHEN %(phase)s <> 'open' THEN cell.closed_n ELSE 0 END)
"""
# Of one snapshot: what is not folded into the cells yet comes to them.
_SHARE: Final = f"""
    SELECT inside.n + fresh.n, inside.near, whole.n
    FROM (
        SELECT COALESCE(SUM({_N}) FILTER (WHERE span.is_inside), 0)::bigint AS n,
            COALESCE(SUM(cell.open_n + cell.closed_n), 0)::bigint AS near
        FROM {_SLICE}
        CROSS JOIN unnest(
            %(levels)s::smallint[], %(first_cells)s::bigint[], %(last_cells)s::bigint[],
            %(insides)s::boolean[]
        ) AS span (level, first, last, is_inside)
        CROSS JOIN LATERAL (
            SELECT open_n, closed_n FROM reports_cell AS one
            WHERE one.level = span.level AND one.kind = slice.kind
                AND one.category = slice.category
                AND one.cell BETWEEN span.first AND span.last OFFSET 0
        ) AS cell
    ) AS inside, (
        SELECT COALESCE(SUM({_N}), 0)::bigint AS n FROM {_SLICE}
        JOIN reports_cell AS cell ON cell.level = {levels.STORED[0]}
            AND cell.kind = slice.kind AND cell.category = slice.category
    ) AS whole, (
        SELECT COALESCE(SUM(delta.n), 0)::bigint AS n
        FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[], %(insides)s::boolean[])
            AS span (first, last, is_inside)
        CROSS JOIN LATERAL (
            SELECT * FROM reports_celldelta AS one
            WHERE one.morton BETWEEN span.first AND span.last OFFSET 0
        ) AS delta
        WHERE span.is_inside AND {DELTA_IS_MEANT}
    ) AS fresh
"""  # noqa: S608  (constants)


@dataclass(frozen=True, slots=True)
class Share:
    """How many are meant in the cells wholly `inside`, how many lie in any cell, and how many are
    meant in all the world.  The first is exact."""

    inside: int
    near: int
    whole: int

    def walks(self, limit: int) -> list[int]:
        """How far to walk for `limit` of them, one try after the other, before the cells are
        gathered: while that is sooner.  Of those meant, fewer may be new than of all."""
        expected = limit * self.whole / max(self.inside, 1)
        if GATHERED_MEANWHILE * expected > self.near:
            return []
        first, *others = [far for far in WALKED if far >= _ENOUGH * expected] or WALKED[-1:]
        return [first, *(far for far in others if GATHERED_MEANWHILE * far <= self.near)]


def number_on(ground: Ground, meant: Conditions, *, limit: int) -> int:
    """How many public submissions lie there, `limit` at most."""
    share = _share(ground, meant)
    if share and share.inside >= limit:
        return limit
    params = {**_params(ground, meant), **_spans(ground.cells), "limit": limit}
    number: int = fetch_row(_NUMBER.format(test=_TESTS[ground.is_circle]), params)[0]
    return number


def newest_on(
    ground: Ground, meant: Conditions, *, key: Key | None, limit: int
) -> list[Submission]:
    """The newest `limit` public ones there after `key`, as lists show them."""
    params = {**_params(ground, meant), "limit": limit}
    if key:
        params |= {"at": str(NEWEST.from_number(key.number)), "pk": key.pk}
    share = _share(ground, meant)
    for walked in share.walks(limit) if share else WALKED[1:2]:
        found = _walk(ground.is_circle, walked).fetch(**params, **ground.box)
        if len(found) == limit:
            return found
    return _gathered(ground.is_circle).fetch(**params, **_spans(ground.cells))


def _share(ground: Ground, meant: Conditions) -> Share | None:
    """Asked once for page and count; None where the pyramid knows no such conditions."""
    if meant.slices is None:
        return None
    if ground.share is None:
        ground.share = _asked_share(ground, meant.slices)
    return Share(*ground.share)


def _asked_share(ground: Ground, slices: Slices) -> tuple[int, int, int]:
    counted = [cell for cell in ground.cells if cell.zoom <= levels.FINEST]
    steps = [levels.at_least(cell.zoom) for cell in counted]
    shifts = [shift_of(step) for step in steps]
    params = {
        **_spans(counted),
        "levels": steps,
        "first_cells": [cell.first >> by for cell, by in zip(counted, shifts, strict=True)],
        "last_cells": [cell.last >> by for cell, by in zip(counted, shifts, strict=True)],
        **slices.params,
    }
    inside, near, whole = fetch_row(_SHARE, params)
    return inside, near, whole


def _params(ground: Ground, meant: Conditions) -> dict[str, Any]:
    """A walk begins where the days asked for end."""
    return {**ground.params, **meant.params, "at": meant.params["until"], "pk": 0}


def _spans(cells: list[Cell]) -> dict[str, Any]:
    return {
        "firsts": [cell.first for cell in cells],
        "lasts": [cell.last for cell in cells],
        "insides": [cell.is_inside for cell in cells],
    }


@cache
def _walk(is_circle: bool, walked: int) -> CompiledModels[Submission]:
    before = _WALK.format(test=_TESTS[is_circle], walked=walked)
    return CompiledModels(_shown, before=before)


@cache
def _gathered(is_circle: bool) -> CompiledModels[Submission]:
    return CompiledModels(_shown, before=_GATHERED.format(test=_TESTS[is_circle]))


def _shown() -> SubmissionQuerySet:
    template = "%(expressions)s = ANY (ARRAY(SELECT id FROM head))"
    in_head = Func(F("pk"), template=template, output_field=BooleanField())
    return Submission.objects.public().for_lists().filter(in_head).order_by("-created_at", "-pk")
