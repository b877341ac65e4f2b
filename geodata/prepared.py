"""Statements that the server parses and plans once a connection, for the hottest questions.

Django writes values into the text of a statement, so that the server sees a new one each time: for
keeping a submission with its links, planning was a third of the work.  Here values travel beside
the text, and psycopg prepares what is asked often (`prepare_threshold`; CANTONNIER_PREPARE turns it
off for poolers that hand one connection to several clients).

Values must keep their types from one time to the next, or each combination is prepared by itself:
psycopg sends 7 as smallint and 70,000 as integer.  Give integers as text, to be cast.
"""

import select
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from psycopg.pq import Format
from psycopg.types.numeric import Int8

Params = dict[str, Any]


def prepared_cursor() -> CursorWrapper:
    """A cursor as `connection.cursor()` gives one: in its transaction, errors in Django's terms,
    counted and logged like any other.  To be used in `with`, which closes it."""
    here = connections[DEFAULT_DB_ALIAS]  # `connection` would look it up at each of its names
    _close_if_lost(here)
    here.ensure_connection()
    plain = ServerBindingCursor(here.connection)  # type: ignore[call-arg]
    cursor: CursorWrapper = here._prepare_cursor(plain)  # type: ignore[attr-defined]
    return cursor


def fetch_row(statement: str, params: Params) -> tuple[Any, ...]:
    """The one row of a read-only statement, on Django's connection; bytes come as bytes, and whole
    numbers go as bigint.  Django's log of queries and its execute wrappers hear of it.

    The connection is not probed first, which would cost as much again: one that turns out to be
    broken is opened anew, once.
    """
    [row] = _asked(statement, params, is_binary=True)
    return row


def fetch_rows(statement: str, params: Params) -> list[tuple[Any, ...]]:
    """All rows, in the same way; values come as Django's cursors give them."""
    return _asked(statement, params, is_binary=False)


def _asked(statement: str, params: Params, *, is_binary: bool) -> list[tuple[Any, ...]]:
    try:
        return _ask(statement, params, is_binary)
    except OperationalError:
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        return _ask(statement, params, is_binary)


def _close_if_lost(here: BaseDatabaseWrapper) -> None:
    """Django probes a connection once a request by a question, and never one of a job or a command.
    A server that closes it says so on the socket, silent between questions: looking takes
    microseconds, and spares the probe."""
    raw = here.connection
    if raw is None or here.in_atomic_block:
        return
    if (raw.closed or _has_something_to_say(raw.fileno())) and not here.is_usable():
        here.close()


def _has_something_to_say(socket: int) -> bool:
    waiting = select.poll()
    waiting.register(socket, select.POLLIN)
    return bool(waiting.poll(0))


def _ask(statement: str, params: Params, is_binary: bool) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as plain:
        cursor = _heard(plain) if _someone_listens() else plain
        plain.format = Format.BINARY if is_binary else Format.TEXT
        cursor.execute(statement, of_one_type(params))
        return plain.fetchall()


def _someone_listens() -> bool:
    """Whether Django's log of queries is kept, or a wrapper stands around what is executed."""
    return connection.queries_logged or bool(connection.execute_wrappers)


def _heard(plain: psycopg.Cursor[Any]) -> CursorWrapper:
    """The same cursor in one of Django's, which tells them; where nobody listens it is not made."""
    made: CursorWrapper = connection._prepare_cursor(plain)  # type: ignore[attr-defined]
    return made


def of_one_type(params: Params) -> Params:
    """Whole numbers as bigint, however small."""
    return {name: _of_one_type(value) for name, value in params.items()}


def _of_one_type(value: Any) -> Any:
    """Arrays of whole numbers travel as text, to be cast: one join instead of an object each."""
    if isinstance(value, list) and value and type(value[0]) is int:
        return f"{{{','.join(map(str, value))}}}"
    return Int8(value) if type(value) is int else value
