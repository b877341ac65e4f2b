"""A new submission with its links and the first line of its history, in one statement.

One way to the database and back instead of five: the ORM would insert three times, and guard the
first with a savepoint against a second arrival of the same one.  Columns and values are the models'
own, so that a field added there is kept here.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Model

from geodata.locating import Location
from reports.models import Event, Submission

_KEEP = """
    WITH kept AS (
        INSERT INTO reports_submission ({submission}) VALUES ({submission_values})
        ON CONFLICT (client_uuid) DO NOTHING RETURNING id, created_at
    ), links AS (
        INSERT INTO reports_submissionarea
            (submission_id, area_id, is_owner, distance_m, created_at, is_open)
        SELECT kept.id, area.id, area.is_owner, area.distance_m, kept.created_at, %s
        FROM kept, unnest(%s::bigint[], %s::boolean[], %s::double precision[])
            AS area (id, is_owner, distance_m)
    ), history AS (
        INSERT INTO reports_event (submission_id, {event}) SELECT kept.id, {event_values} FROM kept
    )
    SELECT id FROM kept
"""


def keep_once(submission: Submission, location: Location, event: Event) -> bool:
    """Write an unsaved submission, its links and its first event, and give it its id; False, and
    nothing is written, where one of the same `client_uuid` is there."""
    columns, values = _row(submission)
    event_columns, event_values = _row(event, without="submission_id")
    statement = _KEEP.format(
        submission=", ".join(columns),
        submission_values=", ".join("%s" for _value in values),
        event=", ".join(event_columns),
        event_values=", ".join("%s" for _value in event_values),
    )
    areas = location.areas
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [
                *values,
                submission.is_open,
                [area.id for area in areas],
                [area.is_owner for area in areas],
                [area.distance_m for area in areas],
                *event_values,
            ],
        )
        kept = cursor.fetchone()
    if kept is None:
        return False
    submission.pk = kept[0]
    submission._state.adding = False
    submission._state.db = connection.alias
    return True


def _row(row: Model, *, without: str = "") -> tuple[list[str], list[Any]]:
    """Columns and prepared values of a row to be, without its key and what the database makes."""
    fields = [
        field
        for field in row._meta.concrete_fields
        if not field.primary_key and not field.generated and field.column != without
    ]
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection=connection)
        for field in fields
    ]
    return [connection.ops.quote_name(str(field.column)) for field in fields], values
