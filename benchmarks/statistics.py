"""Statistics of a commune, of a région and of areas side by side, against the SQL of their counts
alone.

The areas are those with most submissions.  `counts by psycopg` is the tallies' own statement for
that area, prepared: what a page of statistics has at least to ask.
"""

from collections.abc import Callable, Iterator
from functools import partial

import psycopg
from django.db import connection
from django.http import QueryDict

from benchmarks import seeded
from benchmarks.doors import get, raw_connection
from benchmarks.figures import Figure, against_floor, race
from benchmarks.growth import Growing
from geodata.models import Area
from reports.filters import SubmissionFilter
from reports.pyramid import tallies
from reports.statistics.comparing import compare_under
from reports.statistics.figures import figures_of

_PAGE, _JSON = "/statistics/", "/api/v1/statistics"
_FLOOR = "counts of a commune by psycopg"
_GROWTH = 1.5
_MOST_COMPARED = 1_500

_TALLIES = """
    SELECT month, kind, category, SUM(n)::bigint FROM (
        SELECT month, kind, category, new + in_progress + scheduled + resolved + rejected AS n
        FROM reports_tally WHERE area = %(area)s AND month > 0
        UNION ALL SELECT month, kind, category, n FROM reports_areadelta
        WHERE area = %(area)s AND what NOT LIKE 'ended%%'
    ) AS part GROUP BY month, kind, category
"""


def figures() -> Iterator[Figure]:
    seeded.prepare()
    commune, region, departement = (
        _largest(level) for level in ("commune", "region", "departement")
    )
    with raw_connection() as raw:
        seconds = race({**_contestants(raw, commune, region, departement)}, rounds=9)
    yield from against_floor("statistics", seconds, floor=_FLOOR, bounds={}, each=1)


def growing() -> Growing:
    commune = _largest("commune")
    wanted = _filter(commune)
    return {
        "figures of a commune": (lambda: figures_of(wanted), _GROWTH),
        "JSON of a commune": (partial(get, _JSON, _query(commune)), _GROWTH),
        "page of a commune": (partial(get, _PAGE, _query(commune)), _GROWTH),
    }


def _contestants(
    raw: psycopg.Connection, commune: Area, region: Area, departement: Area
) -> dict[str, Callable[[], object]]:
    def counts() -> None:
        raw.execute(_TALLIES, {"area": commune.pk}, prepare=True, binary=True).fetchall()

    of_commune, of_region = _filter(commune), _filter(region)
    inside = f"{_query(departement)}&compare=commune"
    communes = list(
        Area.objects.current().filter(level__code="commune").values_list("pk", flat=True)
    )
    return {
        _FLOOR: counts,
        "figures of a commune": lambda: figures_of(of_commune),
        "JSON of a commune": partial(get, _JSON, _query(commune)),
        "page of a commune": partial(get, _PAGE, _query(commune)),
        "figures of a région": lambda: figures_of(of_region),
        "page of a région": partial(get, _PAGE, _query(region)),
        "communes of a département compared": lambda: compare_under(
            _filter(departement), "commune", most=_MOST_COMPARED
        ),
        "page of these compared": partial(get, _PAGE, inside),
        f"totals of {len(communes):,} communes": partial(tallies.totals, communes),
    }


def _query(area: Area) -> str:
    return f"area={area.level.code}:{area.code}"


def _filter(area: Area) -> SubmissionFilter:
    wanted = SubmissionFilter(QueryDict(_query(area)))
    assert wanted.is_valid(), wanted.errors
    return wanted


def _largest(level: str) -> Area:
    """The one of a level with most submissions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT area.id FROM geodata_area AS area"
            " JOIN geodata_level AS level ON level.id = area.level_id AND level.code = %s"
            " JOIN geodata_edition AS edition ON edition.id = area.edition_id"
            "   AND edition.valid_to IS NULL"
            " JOIN reports_tally AS tally ON tally.area = area.id AND month = 0 AND kind = ''"
            " ORDER BY new + in_progress + scheduled + resolved + rejected DESC LIMIT 1",
            [level],
        )
        return Area.objects.select_related("level").get(pk=cursor.fetchone()[0])
