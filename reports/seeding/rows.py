"""A batch's submissions and their history: staged as numbers, written by the database."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import JSONField, Model
from numpy.typing import NDArray

from reports.models import Event, Submission
from reports.seeding import MARK, binary
from reports.seeding.drawing import Batch
from reports.workflow import OPEN, Status

# NaN stands for a moment that has not come: the rows are of one width then.
_STAGE = """
    DROP TABLE IF EXISTS seed_stage;
    CREATE TEMPORARY TABLE seed_stage (
        n bigint, home bigint, lon double precision, lat double precision, category_id bigint,
        status bigint, created double precision, replied double precision,
        closed double precision
    ) ON COMMIT DROP
"""
_COPY = (
    "COPY seed_stage (n, home, lon, lat, category_id, status, created, replied, closed)"
    " FROM STDIN (FORMAT BINARY)"
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
    FROM (
        SELECT n, home, lon, lat, category_id, status, created,
            NULLIF(replied, 'NaN') AS replied, NULLIF(closed, 'NaN') AS closed
        FROM seed_stage
    ) AS stage
    JOIN reports_category AS category ON category.id = stage.category_id
    JOIN geodata_area AS home ON home.id = stage.home
"""
_STEPS = f"""
    CROSS JOIN LATERAL (VALUES
        ('submitted', stage.created, '', '{{}}'::jsonb),
        ('transition', stage.replied, 'Merci, nous nous en occupons.',
            jsonb_build_object('from', 'new', 'to', CASE WHEN stage.closed IS NULL
                THEN {_STATUS} ELSE 'in_progress' END)),
        ('transition', stage.closed, 'C’est fait, ou voici pourquoi ce ne le sera pas.',
            jsonb_build_object('from', 'in_progress', 'to', {_STATUS}))
    ) AS step (kind, at, words, data)
    WHERE step.at IS NOT NULL
"""


def staged(batch: Batch, first: int) -> bytes:
    """What `stage` is given; `first` is the id of the batch's first submission."""
    columns: dict[str, NDArray[Any] | bytes] = {
        "n": np.arange(first, first + len(batch.home)),
        "home": batch.home,
        "lon": batch.lon,
        "lat": batch.lat,
        "category_id": batch.category,
        "status": batch.status,
        "created": batch.created,
        "replied": batch.replied,
        "closed": batch.closed,
    }
    return binary.HEAD + binary.rows(columns, len(batch.home)) + binary.TAIL


def make_stage(cursor: CursorWrapper) -> None:
    cursor.execute(_STAGE)


def stage(cursor: CursorWrapper, rows: bytes) -> None:
    cursor.execute("TRUNCATE seed_stage")
    copy(cursor, _COPY, rows)
    cursor.execute("ANALYZE seed_stage")


def copy(cursor: CursorWrapper, statement: str, rows: bytes) -> None:
    """What follows FROM STDIN."""
    with raw(cursor).copy(statement) as target:
        target.write(rows)


def raw(cursor: CursorWrapper) -> psycopg.Cursor[Any]:
    """Django's has no `copy`."""
    return cast(psycopg.Cursor[Any], cursor.cursor)


def write_submissions(cursor: CursorWrapper, seed: int) -> None:
    """Those that are staged."""
    _insert(cursor, Submission, _SUBMISSION_VALUES, _FROM_STAGE, seed)


def write_history(cursor: CursorWrapper, seed: int) -> None:
    """Of those that are staged."""
    _insert(cursor, Event, _EVENT_VALUES, _FROM_STAGE + _STEPS, seed)


def _insert(
    cursor: CursorWrapper, model: type[Model], values: dict[str, str], source: str, seed: int
) -> None:
    """Into every column of the model: what is said here, else the field's own default."""
    params: dict[str, Any] = {
        "seed": seed, "mark": MARK, "words": _WORDS, "choices": len(_WORDS),
        "statuses": list(Status.values),
    }  # fmt: skip
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


assert {Status.NEW, Status.IN_PROGRESS, Status.SCHEDULED} == OPEN, "drawing.py knows them by place"
