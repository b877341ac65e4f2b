"""Invented submissions into the tables and out of them again, in set operations.

One transaction: either all are there, linked, with their history and counted, or none.  Where no
other submissions are in the way, the indexes are made once at the end, which is faster than growing
them; a superuser's foreign keys are not looked up row by row either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import numpy as np
import psycopg
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import JSONField, Model
from django.db.utils import ProgrammingError
from django.utils import timezone

from geodata.bulk import Ground
from reports.models import Event, Submission
from reports.pyramid import folding, truth
from reports.seeding import MARK, linking
from reports.seeding.drawing import Batch, Homes
from reports.workflow import OPEN, Status

_TABLES = ("reports_submission", "reports_submissionarea", "reports_event")

# The lowest level whose areas have people, else the lowest there is.
_HOMES = """
    WITH area AS (
        SELECT area.id, area.area_m2, ST_PointOnSurface(area.geom) AS middle, level.rank,
            body.population
        FROM geodata_area AS area
        JOIN geodata_edition AS edition ON edition.id = area.edition_id
            AND edition.valid_from <= %(day)s
            AND (edition.valid_to IS NULL OR edition.valid_to > %(day)s)
        JOIN geodata_level AS level ON level.id = area.level_id
        LEFT JOIN geodata_collectivity AS body ON body.id = area.collectivity_id
        WHERE level.rank = (
            SELECT MAX(found.rank) FROM geodata_level AS found WHERE EXISTS (
                SELECT FROM geodata_area AS one WHERE one.level_id = found.id
                    AND (one.collectivity_id IS NOT NULL OR found.code = 'commune'))
        )
    )
    SELECT id, ST_X(middle), ST_Y(middle), sqrt(area_m2 / pi()),
        COALESCE(population, area_m2 / 10000)
    FROM area ORDER BY id
"""

_STAGE = """
    DROP TABLE IF EXISTS seed_stage;
    CREATE TEMPORARY TABLE seed_stage (
        n bigint, home bigint, lon double precision, lat double precision, category_id bigint,
        status integer, created double precision, replied double precision,
        closed double precision
    ) ON COMMIT DROP
"""
_COPY = (
    "COPY seed_stage (n, home, lon, lat, category_id, status, created, replied, closed) FROM STDIN"
)

_STATUS = "(%(statuses)s::text[])[stage.status + 1]"
_SUBMISSION_VALUES = {
    "id": "stage.n",
    "client_uuid": "('00005eed-' || lpad(to_hex(%(seed)s), 4, '0') || '-4000-8000-'"
    " || lpad(to_hex(stage.n), 12, '0'))::uuid",
    "ref": "%(mark)s || lpad(upper(to_hex(stage.n)), 8, '0')",
    "kind": "category.kind",
    "category_id": "category.id",
    "status": _STATUS,
    "description": "category.name_fr || ', ' || (%(words)s::text[])[1 + stage.n %% %(choices)s]",
    "pin": "ST_SetSRID(ST_MakePoint(stage.lon, stage.lat), 4326)",
    "responsible_id": "home.collectivity_id",
    "received_by_id": "home.collectivity_id",
    "created_at": "to_timestamp(stage.created)",
    "updated_at": "to_timestamp(COALESCE(stage.closed, stage.replied, stage.created))",
    "closed_at": "to_timestamp(stage.closed)",
}
_WORDS = [
    "au coin de la rue", "devant l’école", "près de l’arrêt de bus", "sur le trottoir",
    "depuis une semaine", "en face du marché", "au bord de la route", "dans le parc",
]  # fmt: skip
_EVENT_VALUES = {
    "submission_id": "stage.n",
    "kind": "step.kind",
    "at": "to_timestamp(step.at)",
    "for_collectivity_id": "home.collectivity_id",
    "text": "step.words",
    "data": "step.data",
}
_FROM_STAGE = """
    FROM seed_stage AS stage
    JOIN reports_category AS category ON category.id = stage.category_id
    JOIN geodata_area AS home ON home.id = stage.home
"""
_STEPS = """
    CROSS JOIN LATERAL (VALUES
        ('submitted', stage.created, '', '{{}}'::jsonb),
        ('transition', stage.replied, 'Merci, nous nous en occupons.',
            jsonb_build_object('from', 'new', 'to', CASE WHEN stage.closed IS NULL
                THEN {status} ELSE 'in_progress' END)),
        ('transition', stage.closed, 'C’est fait, ou voici pourquoi ce ne le sera pas.',
            jsonb_build_object('from', 'in_progress', 'to', {status}))
    ) AS step (kind, at, words, data)
    WHERE step.at IS NOT NULL
"""


def homes() -> Homes:
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, {"day": timezone.localdate()})
        rows = np.array(cursor.fetchall(), dtype=float).reshape(-1, 5)
    ids, lon, lat, radius_m, weight = rows.T
    return Homes(ids.astype(np.int64), lon, lat, radius_m, weight)


def others_exist() -> bool:
    """Whether there are submissions that nobody invented here."""
    return Submission.objects.exclude(ref__startswith=MARK).exists()


def pour(homes: Homes, batches: Iterable[Batch], *, seed: int) -> Iterator[tuple[str, int]]:
    """Write them; yields what was done, and how many there are so far."""
    ground = Ground.load(on=timezone.localdate())
    yield "areas in memory", len(ground.areas)
    with _unwatched(rebuilds_indexes=not others_exist()) as cursor:
        cursor.execute(_STAGE)
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM reports_submission")
        first = last = cursor.fetchone()[0]
        for batch in batches:
            batch, located = linking.settle(ground, homes, batch)
            _pour_batch(cursor, batch, last, seed)
            with _raw(cursor).copy(linking.COPY) as copy:
                copy.write(linking.links(ground, batch, located, last + 1))
            last += len(batch.home)
            yield "written and linked", last - first
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('reports_submission', 'id'), GREATEST(%s, 1))",
            [last],
        )
    yield from _counted()


def remove() -> Iterator[tuple[str, int]]:
    """Take all invented ones out again."""
    seeds = "(SELECT id FROM reports_submission WHERE ref LIKE %s)"
    with _unwatched(rebuilds_indexes=False) as cursor:
        for table in ("reports_event", "reports_submissionarea"):
            cursor.execute(f"DELETE FROM {table} WHERE submission_id IN {seeds}", [f"{MARK}%"])  # noqa: S608
            yield table, cursor.rowcount
        cursor.execute("DELETE FROM reports_submission WHERE ref LIKE %s", [f"{MARK}%"])
        yield "reports_submission", cursor.rowcount
    yield from _counted()


def _counted() -> Iterator[tuple[str, int]]:
    for level, cells in truth.rebuild():
        yield f"counted, {truth.name_of(level)}", cells
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(f"VACUUM ANALYZE {table}")
                yield f"swept {table}", 0


def _pour_batch(cursor: CursorWrapper, batch: Batch, last: int, seed: int) -> None:
    cursor.execute("TRUNCATE seed_stage")
    _copy(cursor, batch, last)
    cursor.execute("ANALYZE seed_stage")
    words = {
        "seed": seed, "mark": MARK, "words": _WORDS, "choices": len(_WORDS),
        "statuses": list(Status.values),
    }  # fmt: skip
    _insert(cursor, Submission, _SUBMISSION_VALUES, _FROM_STAGE, words)
    _insert(cursor, Event, _EVENT_VALUES, _FROM_STAGE + _STEPS.format(status=_STATUS), words)


def _copy(cursor: CursorWrapper, batch: Batch, last: int) -> None:
    def moment(seconds: float) -> str:
        return "\\N" if seconds != seconds else f"{seconds:.0f}"

    with _raw(cursor).copy(_COPY) as copy:
        columns = (
            batch.home, batch.lon, batch.lat, batch.category, batch.status, batch.created,
            batch.replied, batch.closed,
        )  # fmt: skip
        rows = zip(*(column.tolist() for column in columns), strict=True)
        copy.write(
            "".join(
                f"{n}\t{home}\t{lon}\t{lat}\t{category}\t{status}\t{created:.0f}"
                f"\t{moment(replied)}\t{moment(closed)}\n"
                for n, (home, lon, lat, category, status, created, replied, closed) in enumerate(
                    rows, start=last + 1
                )
            )
        )


def _raw(cursor: CursorWrapper) -> psycopg.Cursor[Any]:
    return cast(psycopg.Cursor[Any], cursor.cursor)


def _insert(
    cursor: CursorWrapper,
    model: type[Model],
    values: dict[str, str],
    source: str,
    params: dict[str, Any],
) -> None:
    """Into every column of the model: what is said here, else the field's own default."""
    params = dict(params)
    columns, expressions = [], []
    for field in model._meta.concrete_fields:
        column = str(field.column)
        if field.generated or (field.primary_key and column not in values):
            continue
        columns.append(connection.ops.quote_name(column))
        if column not in values:
            default = field.get_db_prep_save(field.get_default(), connection)
            params[f"default_{column}"] = default
            cast_to = "::jsonb" if isinstance(field, JSONField) else ""
            expressions.append(f"%(default_{column})s{cast_to}")
        else:
            expressions.append(values[column])
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"
        f" SELECT {', '.join(expressions)} {source}",
        params,
    )


@contextmanager
def _unwatched(*, rebuilds_indexes: bool) -> Iterator[CursorWrapper]:
    """A transaction whose writes nobody counts, looks up or indexes one by one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [folding.LOCK])
        cursor.execute("SET LOCAL cantonnier.uncounted = 'on'")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute("SET LOCAL work_mem = '128MB'")
        trusting = _trust_foreign_keys(cursor)
        dropped = list(_drop_indexes(cursor)) if rebuilds_indexes else []
        yield cursor
        for definition in dropped:
            cursor.execute(definition)
        if trusting:
            cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SET LOCAL cantonnier.uncounted = 'off'")


def _trust_foreign_keys(cursor: CursorWrapper) -> bool:
    """Or have them looked up statement by statement: deferred, they would fill the memory.  Whether
    they are trusted: only a superuser may."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    try:
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
    except ProgrammingError:
        return False
    return True


def _drop_indexes(cursor: CursorWrapper) -> Iterator[str]:
    """Those that guard no rule; yields what makes them again."""
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = ANY (%s::regclass[]) AND NOT indisunique ORDER BY 1",
        [list(_TABLES)],
    )
    for name, definition in cursor.fetchall():
        cursor.execute(f"DROP INDEX {name}")
        yield definition


assert {Status.NEW, Status.IN_PROGRESS, Status.SCHEDULED} == OPEN, "drawing.py knows them by place"
