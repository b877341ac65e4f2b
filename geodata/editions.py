"""The only writer of areas: whole editions, each in one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from shapely import MultiPolygon, Polygon, set_srid, to_wkb

from geodata.crs import WGS84
from geodata.models import Collectivity, Edition, Level
from geodata.repair import ground_m2
from geodata.signals import areas_changed

PART_VERTICES = 128
"""Vertices a piece may have: small enough for a quick ST_Covers, large enough for few rows."""

_BATCH = 1_000


class EditionConflict(Exception):
    """The series has an edition that the new one would overwrite or overlap; `str()` says which."""


@dataclass(frozen=True, slots=True)
class IncomingArea:
    """An area to be: `geometry` is a valid, two-dimensional (multi)polygon in EPSG:4326.

    Without a collectivity given, the one of the same level and code answers, where it exists.
    """

    code: str
    name: str
    geometry: Polygon | MultiPolygon
    collectivity: Collectivity | None = None


@transaction.atomic
def load(
    rows: Iterable[IncomingArea],
    *,
    level: Level,
    valid_from: date,
    series: str = "main",
    source: str = "",
    licence: str = "",
) -> Edition:
    """Write a new edition of `level` and end the one before it in the same series.

    Raises EditionConflict where the series has this edition or a later one.
    """
    Level.objects.select_for_update().get(pk=level.pk)
    refuse_conflict(level=level, series=series, valid_from=valid_from)
    Edition.objects.filter(level=level, series=series, valid_to__isnull=True).update(
        valid_to=valid_from
    )
    edition = Edition.objects.create(
        level=level, series=series, valid_from=valid_from, source=source, licence=licence
    )
    bodies = dict(Collectivity.objects.filter(level=level).values_list("code", "pk"))
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        _copy(edition, batch, bodies)
        _cut_into_parts(edition, batch)
    _count_for_the_planner()
    areas_changed.send(Edition, edition_id=edition.pk)
    return edition


def refuse_conflict(*, level: Level, series: str, valid_from: date) -> None:
    """Raises EditionConflict: editions are never overwritten, and come in order of time."""
    of_series = Edition.objects.filter(level=level, series=series)
    said = {"level": level.name, "series": series, "day": date_format(valid_from)}
    if of_series.filter(valid_from=valid_from).exists():
        raise EditionConflict(
            _(
                "%(level)s, series “%(series)s”: the edition of %(day)s is loaded already, and"
                " editions are never overwritten. Choose another date or another series."
            )
            % said
        )
    after = of_series.reaching_past(valid_from).order_by("-valid_from").first()
    if after is not None:
        raise EditionConflict(
            _(
                "%(level)s, series “%(series)s”: the edition of %(other)s is valid after"
                " %(day)s. Load editions in order of time, or choose another series."
            )
            % {**said, "other": date_format(after.valid_from)}
        )


def link_areas(*, level: Level, bodies: Mapping[str, int]) -> int:
    """Give areas of a level that have no collectivity theirs, by code; how many were linked."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE geodata_area AS area SET collectivity_id = body.id
            FROM unnest(%(codes)s::text[], %(ids)s::bigint[]) AS body (code, id)
            WHERE area.collectivity_id IS NULL
                AND area.level_id = %(level)s AND area.code = body.code
            """,
            {"codes": list(bodies), "ids": list(bodies.values()), "level": level.pk},
        )
        return int(cursor.rowcount)


def _copy(edition: Edition, batch: list[IncomingArea], bodies: Mapping[str, int]) -> None:
    """COPY, because it is twice as fast as inserting objects and France has 35,000 communes."""
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(
            "COPY geodata_area (edition_id, level_id, code, name, collectivity_id, geom, area_m2)"
            " FROM STDIN"
        ) as copy,
    ):
        for row in batch:
            copy.write_row(_record(edition, row, bodies))


def _record(edition: Edition, row: IncomingArea, bodies: Mapping[str, int]) -> tuple[object, ...]:
    ground = row.geometry
    multi = ground if isinstance(ground, MultiPolygon) else MultiPolygon([ground])
    return (
        edition.pk,
        edition.level_id,
        row.code,
        row.name,
        row.collectivity.pk if row.collectivity else bodies.get(row.code),
        to_wkb(set_srid(multi, WGS84), hex=True, include_srid=True),
        # Whole square metres, so that equal grounds are equal and the code decides a border.
        round(ground_m2(multi)),
    )


def _cut_into_parts(edition: Edition, batch: list[IncomingArea]) -> None:
    """The pieces that point look-ups read; a set of rows, so SQL does it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO geodata_areapart (area_id, geom)
            SELECT id, ST_Subdivide(geom, %s) FROM geodata_area
            WHERE edition_id = %s AND code = ANY(%s)
            """,
            [PART_VERTICES, edition.pk, [row.code for row in batch]],
        )


def _count_for_the_planner() -> None:
    """Sessions keep the plan of `geodata_areas_at`; new statistics make them plan it anew."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE geodata_area, geodata_areapart, geodata_edition")
