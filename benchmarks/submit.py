"""Sending a submission, with routing, links, history, counts and commit, against one bare INSERT,
which fires no trigger that counts, and against the same rows written bare."""

import contextlib
import time
import uuid
from collections.abc import Iterator

import psycopg
from django.contrib.gis.geos import Point
from django.db import connection

from benchmarks import seeded
from benchmarks.doors import raw_connection
from benchmarks.figures import Figure, against_floor, race
from benchmarks.locate import pins_of_communes
from geodata.locating import locate
from reports.actions.submit import submit
from reports.models import Category

_EACH = 50
_MARK = "bench of sending"
_ALONE = "bench of a row alone"

# A row that is not counted leaves the counts as they were, and goes as it came.
_UNCOUNTED = "SET cantonnier.uncounted = 'on'"
# The same row into the same table and indexes, committed by itself.
_BARE = """
    INSERT INTO reports_submission (client_uuid, ref, kind, category_id, status, description, pin,
        address, answers, side, reporter_email, may_share_contact, language, is_hidden, route,
        is_to_verify, created_at, updated_at)
    VALUES (%s, %s, 'report', %s, 'new', %s, ST_SetSRID(ST_MakePoint(%s, %s), 4326), '', '{}', '',
        '', FALSE, 'fr', FALSE, '{}', FALSE, now(), now())
"""


# All that is kept with it, without deciding anything: links to known areas and the first event.
_ROWS = f"""
    WITH kept AS ({_BARE} RETURNING id, created_at, category_id), links AS (
        INSERT INTO reports_submissionarea
            (submission_id, area_id, is_owner, distance_m, created_at, is_open, category_id)
        SELECT kept.id, area, TRUE, 0, kept.created_at, TRUE, kept.category_id
        FROM kept, unnest(%s::bigint[]) AS area
    )
    INSERT INTO reports_event (submission_id, kind, at, is_public, text, data)
    SELECT id, 'submitted', created_at, TRUE, '', '{{}}' FROM kept
"""


def figures() -> Iterator[Figure]:
    pins = pins_of_communes()[:_EACH]
    areas = [[area.id for area in locate(Point(*pin, srid=4326)).areas] for pin in pins]
    category = Category.objects.get(code="proprete")
    with raw_connection() as alone, raw_connection() as raw:
        alone.execute(_UNCOUNTED)

        def bare() -> None:
            for pin in pins:
                alone.execute(_BARE, _row(category, _ALONE, *pin))

        def rows() -> None:
            for pin, ids in zip(pins, areas, strict=True):
                raw.execute(_ROWS, [*_row(category, _MARK, *pin), ids])

        def ours() -> None:
            for lon, lat in pins:
                submit(pin=Point(lon, lat, srid=4326), category=category, description=_MARK)

        try:
            _make_durable(raw, True)
            seconds = race({"insert": bare, "rows": rows, "action": ours}, rounds=25)
        finally:
            _make_durable(raw, False)
            _clean_up()
    bounds = {"action": 2.0, "rows": 2.5}
    yield from against_floor("submit", seconds, floor="insert", bounds=bounds, each=_EACH)
    ratio = seconds["action"] / seconds["rows"]
    yield Figure("submit.action to rows", 1_000 * seconds["action"] / _EACH, "ms", ratio)


def _row(category: Category, mark: str, lon: float, lat: float) -> list[object]:
    key = uuid.uuid4()
    return [key, f"S{key.hex[:10]}", category.pk, mark, lon, lat]


def _make_durable(raw: psycopg.Connection, is_durable: bool) -> None:
    """The tests' cluster does not wait for the disk; a commit that counts does.  A server that
    is not ours is durable by itself, or says that these settings are not ours to change."""
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            if is_durable:
                raw.execute(f"ALTER SYSTEM SET {setting} = on")
            else:
                raw.execute(f"ALTER SYSTEM RESET {setting}")
        raw.execute("SELECT pg_reload_conf()")
        time.sleep(0.5)


def _clean_up() -> None:
    """The other benches count on the submissions they have made."""
    with connection.cursor() as cursor:
        for table in ("reports_event", "reports_submissionarea"):
            cursor.execute(
                f"DELETE FROM {table} WHERE submission_id IN"
                " (SELECT id FROM reports_submission WHERE description = %s)",
                [_MARK],
            )
        cursor.execute("DELETE FROM reports_submission WHERE description = %s", [_MARK])
        cursor.execute(_UNCOUNTED)
        cursor.execute("DELETE FROM reports_submission WHERE description = %s", [_ALONE])
        cursor.execute("RESET cantonnier.uncounted")
        cursor.execute("VACUUM ANALYZE reports_submission")
    seeded.fold()
