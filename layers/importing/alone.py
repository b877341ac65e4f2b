"""One reader of an import at a time, across processes; a dead one holds nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_KIND = 0x6F76  # sets these locks apart from other advisory locks of the database


@contextmanager
def alone(import_id: int) -> Iterator[bool]:
    """Whether this connection alone reads the import; PostgreSQL lets go when it dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_KIND, import_id])
        row = cursor.fetchone()
    is_mine = bool(row and row[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_KIND, import_id])
