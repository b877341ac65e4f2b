"""How areas lie to each other: around, inside, beside, before and after.

Asked of whole outlines, never of the pieces that point look-ups read: a piece inside says nothing
of the area.  Levels are drawn and simplified apart, so that a commune may stick out of its
département by metres: shares of ground decide, not `ST_Contains`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from geodata.models import Area, Succession, edition_label

SLIVER = 0.005
"""Less than this part of the smaller ground in common is a disagreement of outlines."""
INSIDE = 0.5
"""An area is in another with at least half its ground there; else partly, and both say so."""


@dataclass(frozen=True, slots=True)
class Related:
    """`share` is the part of the smaller area's ground that both have, 0 to 1; for neighbours,
    `border_m` is the length of the outline they share."""

    level: str
    code: str
    name: str
    share: float | None = None
    is_partly: bool = False
    border_m: float | None = None


# Candidates by box, in the order of the page; their shares are computed one after the other until
# the page is full.  ST_Covers keeps the large outline prepared, so that only areas which cross it
# are cut: 5,000 communes of a région in a second instead of a minute.  With OFFSET 0 the share is
# computed once; PostgreSQL would write it out at both places that name it.
_OVERLAPPING = """
    WITH mine AS MATERIALIZED (
        SELECT id, geom, ST_Area(geom) AS ground FROM geodata_area WHERE id = %(id)s
    ), candidates AS (
        SELECT level.code AS level, other.code, other.name, other.geom
        FROM mine
        JOIN geodata_area AS other ON other.id <> mine.id AND other.geom && mine.geom
        JOIN geodata_level AS level ON level.id = other.level_id
        JOIN geodata_edition AS edition ON edition.id = other.edition_id
            AND edition.valid_from <= %(day)s
            AND (edition.valid_to IS NULL OR edition.valid_to > %(day)s)
        WHERE {direction} AND (%(level)s = '' OR level.code = %(level)s)
            AND (level.code, other.code) > (%(after_level)s, %(after_code)s)
        ORDER BY level.code, other.code OFFSET 0
    )
    SELECT level, code, name, share
    FROM candidates CROSS JOIN mine CROSS JOIN LATERAL (
        SELECT CASE
            WHEN ST_Covers(mine.geom, candidates.geom) THEN 1
            WHEN NOT ST_Intersects(mine.geom, candidates.geom) THEN 0
            ELSE ST_Area(ST_Intersection(mine.geom, candidates.geom))
                / LEAST(mine.ground, ST_Area(candidates.geom))
        END AS share
        OFFSET 0
    ) AS measured
    WHERE share >= %(least)s LIMIT %(limit)s
"""


def children(
    area: Area, *, on: date, level: str = "", after: tuple[str, str] = ("", ""), limit: int = 100
) -> list[Related]:
    """Areas of lower levels with ground in `area`, by level and code after `after`."""
    return _overlapping("level.rank > {rank}", area, on, level=level, after=after, limit=limit)


def parents(area: Area, *, on: date, level: str = "") -> list[Related]:
    """Areas of upper levels that `area` has ground in."""
    return _overlapping("level.rank < {rank}", area, on, level=level, after=("", ""), limit=500)


def _overlapping(
    direction: str, area: Area, on: date, *, level: str, after: tuple[str, str], limit: int
) -> list[Related]:
    with connection.cursor() as cursor:
        cursor.execute(
            _OVERLAPPING.format(direction=direction.format(rank=int(area.level.rank))),
            {
                "id": area.pk,
                "day": on,
                "level": level,
                "least": SLIVER,
                "after_level": after[0],
                "after_code": after[1],
                "limit": limit,
            },
        )
        return [_related(*row) for row in cursor.fetchall()]


def _related(level: str, code: str, name: str, share: float) -> Related:
    return Related(level, code, name, round(min(share, 1.0), 4), is_partly=share < INSIDE)


# Neighbours touch, or nearly: outlines of one level come from one source, but editions of several
# series meet too.  Two metres in degrees of latitude find them; the border is what runs within
# that band, measured on the ellipsoid.
# Along the 180th meridian, what ends at one side meets what begins at the other: there the outline
# is also laid a turn further.
_NEIGHBOURS = """
    SELECT level.code, other.code, other.name, SUM(ST_Length(ST_Intersection(
        ST_Boundary(side.geom), ST_Buffer(other.geom, %(near)s)
    )::geography)) AS border_m
    FROM geodata_area AS mine
    CROSS JOIN LATERAL (
        SELECT mine.geom
        UNION ALL SELECT ST_Translate(mine.geom, -360, 0)
        WHERE ST_XMax(mine.geom) > 180 - %(near)s
        UNION ALL SELECT ST_Translate(mine.geom, 360, 0)
        WHERE ST_XMin(mine.geom) < -180 + %(near)s
    ) AS side
    JOIN geodata_area AS other ON other.level_id = mine.level_id AND other.id <> mine.id
        AND other.geom && ST_Expand(side.geom, %(near)s)
    JOIN geodata_level AS level ON level.id = other.level_id
    JOIN geodata_edition AS edition ON edition.id = other.edition_id
        AND edition.valid_from <= %(day)s
        AND (edition.valid_to IS NULL OR edition.valid_to > %(day)s)
    WHERE mine.id = %(id)s AND ST_DWithin(other.geom, side.geom, %(near)s)
    GROUP BY level.code, other.code, other.name
    ORDER BY border_m DESC, other.code
"""
_NEAR_DEGREES = 0.00002


def neighbours(area: Area, *, on: date) -> list[Related]:
    """Areas of the same level along the outline of `area`, the longest common border first; an
    enclave is the neighbour of what surrounds it."""
    with connection.cursor() as cursor:
        cursor.execute(_NEIGHBOURS, {"id": area.pk, "day": on, "near": _NEAR_DEGREES})
        return [
            Related(level, code, name, border_m=round(border_m, 1))
            for level, code, name, border_m in cursor.fetchall()
        ]


def history(level: str, code: str) -> dict[str, list[dict[str, Any]]]:
    """Every edition that had the code, newest first, what it came out of and what became of it."""
    rows = (
        Area.objects.filter(level__code=level, code=code)
        .order_by("-edition__valid_from")
        .values_list(
            "edition__series", "edition__valid_from", "edition__valid_to", "name", "area_m2"
        )
    )
    return {
        "editions": [
            {
                "edition": edition_label(series, first),
                "valid_from": first,
                "valid_to": last,
                "name": name,
                "area_m2": area_m2,
            }
            for series, first, last, name, area_m2 in rows
        ],
        "came_from": _successions(level, to_code=code),
        "became": _successions(level, from_code=code),
    }


def _successions(level: str, **of_code: str) -> list[dict[str, Any]]:
    rows = Succession.objects.filter(edition__level__code=level, **of_code)
    return [
        {
            "edition": edition_label(row.edition.series, row.edition.valid_from),
            "from_code": row.from_code,
            "to_code": row.to_code,
            "from_share": row.from_share,
            "to_share": row.to_share,
        }
        for row in rows.select_related("edition").order_by("-edition__valid_from", "pk")
    ]
