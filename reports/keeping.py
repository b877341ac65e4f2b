"""A new submission with its links and the first line of its history, in one statement.

One way to the database and back instead of five, planned once a connection: the ORM would insert
three times, and guard the first with a savepoint against a second arrival of the same one.  All
values travel as one JSON array, since adapting forty of them by themselves took psycopg longer than
PostgreSQL needs to write the row.  Columns and values are the models' own, so that a field added
there is kept here.  What else must happen with each new submission joins as one more `WITH`, or as
a trigger.
"""

from __future__ import annotations

from functools import cache
from json import JSONEncoder
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.models import Field, JSONField, Model

from geodata.locating import Location
from geodata.prepared import prepared_cursor
from reports.models import Event, Submission

# `sent` is [values of the submission, is it open, links, values of the event, the revision of the
# ground and the rules by which it was decided]; migration 0018 says why that is asked again.
_KEEP = """
    WITH given AS (
        SELECT sent->0 AS submission, (sent->>1)::boolean AS is_open, sent->2 AS links,
            sent->3 AS event,
            (sent->>4)::uuid = reports_revision_while_sending() AS is_current
        FROM (SELECT %s::jsonb AS sent) AS message
    ), kept AS (
        INSERT INTO reports_submission ({submission}) SELECT {submission_values} FROM given
        WHERE is_current ON CONFLICT (client_uuid) DO NOTHING
        RETURNING id, created_at, category_id
    ), links AS (
        INSERT INTO reports_submissionarea
            (submission_id, area_id, is_owner, distance_m, created_at, is_open, category_id)
        SELECT kept.id, (link->>0)::bigint, (link->>1)::boolean, (link->>2)::double precision,
            kept.created_at, given.is_open, kept.category_id
        FROM kept, given, jsonb_array_elements(given.links) AS link
    ), history AS (
        INSERT INTO reports_event (submission_id, {event})
        SELECT kept.id, {event_values} FROM kept, given
    )
    SELECT (SELECT id FROM kept), is_current FROM given
"""


class GroundMoved(Exception):
    """The ground or the rules have changed since it was decided."""


def keep_once(submission: Submission, location: Location, event: Event, *, revision: str) -> bool:
    """Write an unsaved submission, its links and its first event, and give it its id; False, and
    nothing is written, where one of the same `client_uuid` is there.

    `revision` is that of the facts.  Raises GroundMoved, and nothing is written, where it is not
    today's any more.
    """
    links = [(area.id, area.is_owner, area.distance_m) for area in location.areas]
    message = _as_json([_values(submission), submission.is_open, links, _values(event), revision])
    with prepared_cursor() as cursor:
        cursor.execute(_statement(), [message])
        kept, is_current = cursor.fetchone()
    if not is_current:
        raise GroundMoved
    if kept is None:
        return False
    submission.pk = kept
    submission._state.adding = False
    submission._state.db = connection.alias
    return True


def refuse_moved_ground(revision: str) -> None:
    """For who writes links in a transaction of several statements: the pass over all submissions
    waits for its end, as it does for those who are sending.  Raises GroundMoved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reports_revision_while_sending() = %s::uuid", [revision])
        (is_current,) = cursor.fetchone()
    if not is_current:
        raise GroundMoved


@cache
def _statement() -> str:
    return _KEEP.format(
        submission=_columns(Submission),
        submission_values=_casts(Submission, "given.submission"),
        event=_columns(Event),
        event_values=_casts(Event, "given.event"),
    )


@cache
def _written(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    """The fields of a row to be, without its key and what the database makes; the event's
    submission is the one that is kept with it."""
    return tuple(
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated and field.column != "submission_id"
    )


def _columns(model: type[Model]) -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in _written(model))


def _casts(model: type[Model], values: str) -> str:
    """Each value of a JSON array as its column's type."""
    return ", ".join(
        f"{values}->{place}"
        if isinstance(field, JSONField)
        else f"({values}->>{place})::{field.db_type(connection)}"
        for place, field in enumerate(_written(model))
    )


def _values(row: Model) -> list[Any]:
    return [field.pre_save(row, add=True) for field in _written(type(row))]


def _in_words(value: object) -> str:
    """A value that JSON does not know, as PostgreSQL reads it."""
    if isinstance(value, GEOSGeometry):
        return value.hexewkb.decode()
    return str(value)


_as_json = JSONEncoder(default=_in_words, allow_nan=False, separators=(",", ":")).encode
