"""What a transaction leaves out while millions of rows are written, and makes good at its end."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.utils import ProgrammingError

LOCK_TIMEOUT_S = 60
"""For the tables, so that two lanes and somebody who reads never wait for each other for good."""


def may_trust() -> bool:
    """Whether foreign keys may go unchecked: only for a superuser."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            _trust(cursor)
            cursor.execute("SET LOCAL session_replication_role = origin")
    except ProgrammingError:
        return False
    return True


def begin(cursor: CursorWrapper, *, trusts: bool) -> None:
    """Nothing is counted; foreign keys are trusted, or looked up statement by statement: deferred,
    they would fill the memory."""
    cursor.execute("SET LOCAL cantonnier.uncounted = 'on'")
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    cursor.execute("SET LOCAL work_mem = '128MB'")
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    if trusts:
        _trust(cursor)


def end(cursor: CursorWrapper, *, trusts: bool) -> None:
    if trusts:
        cursor.execute("SET LOCAL session_replication_role = origin")
    cursor.execute("SET LOCAL cantonnier.uncounted = 'off'")


def _trust(cursor: CursorWrapper) -> None:
    cursor.execute("SET LOCAL session_replication_role = replica")


# Indexes that are a rule only if no foreign key leans on it: its uniqueness is looked at again when
# it is made again.
_INDEXES = """
    SELECT conname, format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
            pg_get_constraintdef(oid))
    FROM pg_constraint AS rule
    WHERE conrelid = %(table)s::regclass AND contype IN ('p', 'u') AND NOT EXISTS (
        SELECT FROM pg_constraint AS key WHERE key.contype = 'f' AND key.conindid = rule.conindid)
    UNION ALL
    SELECT indexrelid::regclass::text, 'DROP INDEX ' || indexrelid::regclass,
        pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indrelid = %(table)s::regclass AND NOT indisunique
"""


def drop_indexes(cursor: CursorWrapper, table: str) -> dict[str, str]:
    """Name → what makes it again."""
    cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s'")
    cursor.execute(_INDEXES, {"table": table})
    found = cursor.fetchall()
    for _name, drop, _make in found:
        cursor.execute(drop)
    cursor.execute("SET LOCAL lock_timeout = 0")
    return {name: make for name, _drop, make in found}
