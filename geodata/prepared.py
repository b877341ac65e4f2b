"""Statements that the server parses and plans once a connection, for the hottest questions.

Django writes values into the text of a statement, so that the server sees a new one each time: for
keeping a submission with its links, planning was a third of the work.  Here values travel beside
the text, and psycopg prepares what is asked often (`prepare_threshold`; CANTONNIER_PREPARE turns it
off for poolers that hand one connection to several clients).

Values must keep their types from one time to the next, or each combination is prepared by itself:
psycopg sends 7 as smallint and 70,000 as integer.  Give integers as text, to be cast.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """A cursor as `connection.cursor()` gives one: in its transaction, errors in Django's terms,
    counted and logged like any other."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    plain = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    with connection._prepare_cursor(plain) as cursor:  # type: ignore[attr-defined]
        yield cursor
