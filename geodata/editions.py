"""The only writer of areas: whole editions, each in one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from shapely import MultiPolygon, Polygon, set_srid, to_wkb

from geodata.crs import WGS84
from geodata.days import day_in_words
from geodata.models import Collectivity, Edition, Level, Succession
from geodata.repair import ground_m2
from geodata.signals import (
    areas_changed,
    areas_linked,
    areas_rolled_back,
    areas_rolling_back,
    edition_rehearsed,
)
from geodata.succession import Link

PART_VERTICES = 128
"""Vertices a piece may have: small enough for a quick ST_Covers, large enough for few rows."""

_BATCH = 1_000
CHECK_TASK = "geodata.check_edition"
GENERALISE_TASK = "geodata.generalise_edition"
"""By name: tasks stand above what they do."""


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
    successions: Iterable[Link] = (),
) -> Edition:
    """Write a new edition of `level` and end the one before it in the same series.

    `successions` say what became of the areas before.  Raises EditionConflict where the series has
    this edition or a later one.
    """
    edition = _begin(level, series, valid_from, source=source, licence=licence)
    _keep(edition, successions)
    _write(edition, rows)
    app.configure_task(CHECK_TASK).defer(edition_id=edition.pk)
    app.configure_task(GENERALISE_TASK).defer(edition_id=edition.pk)
    areas_changed.send(Edition, edition_id=edition.pk)
    return edition


def _begin(level: Level, series: str, valid_from: date, **about: str) -> Edition:
    """The edition without areas, and the end of the one before."""
    _hold(level.pk)
    refuse_conflict(level=level, series=series, valid_from=valid_from)
    ended = Edition.objects.filter(level=level, series=series, valid_to__isnull=True).first()
    if ended is not None:
        ended.valid_to = valid_from
        ended.save(update_fields=["valid_to"])
    return Edition.objects.create(
        level=level, series=series, valid_from=valid_from, follows=ended, **about
    )


def _hold(level_id: int) -> None:
    """Editions of a level come and go one after the other.

    The weaker of the two locks: the stronger one would make whoever saves a rule that names the
    level wait for the load, and the load wait for the rules in its turn.
    """
    Level.objects.select_for_update(no_key=True).get(pk=level_id)


def _write(edition: Edition, rows: Iterable[IncomingArea]) -> None:
    of_level = Collectivity.objects.filter(level=edition.level)
    bodies = dict(of_level.values_list("code", "pk"))
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        _copy(edition, batch, bodies)
        _cut_into_parts(edition, batch)
    _count_for_the_planner()


class _Rehearsed(Exception):
    """Ends a rehearsal: everything it wrote is taken back."""


def rehearse(
    rows: Iterable[IncomingArea],
    *,
    level: Level,
    valid_from: date,
    series: str = "main",
    successions: Iterable[Link] = (),
) -> list[str]:
    """What those who know what lies on the ground say of an edition that is written and taken
    back at once: sentences.  Raises EditionConflict."""
    said: list[str] = []
    try:
        with transaction.atomic():
            edition = _begin(level, series, valid_from)
            _keep(edition, successions)
            _write(edition, rows)
            for _receiver, sentences in edition_rehearsed.send(Edition, edition_id=edition.pk):
                said += sentences or ()
            raise _Rehearsed
    except _Rehearsed:
        return said


@transaction.atomic
def roll_back(*, edition: Edition) -> Edition | None:
    """Remove the newest edition of its series, with the links to its areas; the one it ended is
    valid again and is returned.  Raises EditionConflict where a later one builds on it."""
    _hold(edition.level_id)
    refuse_roll_back(edition=edition)
    before, level_id = edition.follows, edition.level_id
    areas_rolling_back.send(Edition, edition_id=edition.pk)
    _let_nobody_link(edition)
    areas_rolling_back.send(Edition, edition_id=edition.pk)  # what was linked up to now
    edition.delete()
    if before is not None:
        before.valid_to = None
        before.save(update_fields=["valid_to"])
    _count_for_the_planner()
    areas_rolled_back.send(Edition, level_id=level_id)
    return before


def _let_nobody_link(edition: Edition) -> None:
    """A link kept after the others are deleted and before its area is would let the roll back fail
    at its end; whoever links from now on waits for it, and finds that the area is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT COUNT(*) FROM (
                SELECT FROM geodata_area WHERE edition_id = %s ORDER BY id FOR UPDATE
            ) AS held
            """,
            [edition.pk],
        )


def refuse_roll_back(*, edition: Edition) -> None:
    """Raises EditionConflict: editions are taken back in the reverse order of time."""
    later = Edition.objects.filter(
        level=edition.level, series=edition.series, valid_from__gt=edition.valid_from
    ).first()
    if later is not None:
        raise EditionConflict(
            _("The edition of %(later)s came after that of %(day)s: roll it back first.")
            % {"later": day_in_words(later.valid_from), "day": day_in_words(edition.valid_from)}
        )


def _keep(edition: Edition, successions: Iterable[Link]) -> None:
    Succession.objects.bulk_create(
        Succession(
            edition=edition,
            from_code=link.before,
            to_code=link.after,
            from_share=link.of_before,
            to_share=link.of_after,
        )
        for link in successions
    )


def refuse_conflict(*, level: Level, series: str, valid_from: date) -> None:
    """Raises EditionConflict: editions are never overwritten, and come in order of time."""
    of_series = Edition.objects.filter(level=level, series=series)
    said = {"level": level.name, "series": series, "day": day_in_words(valid_from)}
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
            % {**said, "other": day_in_words(after.valid_from)}
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
        linked = int(cursor.rowcount)
    if linked:
        areas_linked.send(Level, level_id=level.pk)
    return linked


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
        cursor.execute("ANALYZE geodata_area, geodata_areapart, geodata_arealabel, geodata_edition")
