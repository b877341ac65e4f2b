"""The ids of a long answer, read bit by bit while nothing else is held.

A cursor WITH HOLD lives outside transactions: a slow client keeps no snapshot open (which would
stop vacuum) and no lock.  What is read later by those ids is read anew.

PostgreSQL fills it when the transaction commits, where no statement time-out counts: so it is run
to its end before, and SCROLL keeps what was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from geodata.time_limits import time_limit

_numbers = count()


def held_ids(rows: QuerySet[Any], *, limit_s: float, size: int) -> Iterator[list[int]]:
    """The primary keys of `rows` in their order, `size` at a time.  The question is asked before
    this returns: raises TooSlow."""
    try:
        sql, params = rows.values_list("pk").query.sql_with_params()
    except EmptyResultSet:  # Django sees by itself that nothing can match
        return iter(())
    with time_limit(limit_s):
        name = f"held_{next(_numbers)}"
        cursor = connection.connection.cursor(name, scrollable=True, withhold=True)
        with connection.wrap_database_errors, connection.cursor() as mover:
            cursor.execute(sql, params)
            mover.execute(f"MOVE ALL IN {name}")
            mover.execute(f"MOVE ABSOLUTE 0 IN {name}")
    return _read(cursor, size)


def _read(cursor: Any, size: int) -> Iterator[list[int]]:
    try:
        while found := cursor.fetchmany(size):
            yield [pk for pk, *_key in found]
    finally:
        cursor.close()
