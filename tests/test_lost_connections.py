"""The server has closed the database connection since the last request: a restart, a pooler, an
administrator.  The next request opens another and answers; what was prepared on the old one is gone
with it, and nobody asks for it."""

from __future__ import annotations

import json
import uuid
from io import BytesIO

import psycopg
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection, transaction

from geodata.prepared import fetch_row, prepared_cursor
from layers import importing
from reports import tiles
from tests import overlays
from tests.submissions import pinned
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

OFTEN = 7
"""Times that a statement is asked until psycopg has prepared it (`prepare_threshold`)."""
TILE = "/tiles/submissions/9/256/182.mvt"
SUBMISSIONS = "/api/v1/submissions"
_handler = WSGIHandler()


def ask(path: str, body: bytes = b"") -> tuple[int, bytes]:
    """Status and body as a worker answers, in this thread: Django's test client leaves out what a
    request does with connections at its beginning and end."""
    path, _mark, query = path.partition("?")
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST" if body else "GET", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http",
        "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }  # fmt: skip
    response = _handler(environ, lambda status, headers, exc_info=None: said.append(status))
    answered = b"".join(response)
    response.close()
    return int(said[0].split()[0]), answered


def close_on_the_server() -> int:
    """Ends this thread's connection from outside, and waits until it has gone; its process id."""
    pid: int = connection.connection.info.backend_pid
    given = connection.get_connection_params()
    wanted = {name: given[name] for name in ("host", "port", "dbname", "user", "password")
              if given.get(name)}  # fmt: skip
    with psycopg.connect(**wanted) as other:
        [gone] = other.execute("SELECT pg_terminate_backend(%s, 60000)", [pid]).fetchone() or [None]
    assert gone
    return pid


@pytest.mark.parametrize(
    "path",
    [
        TILE,
        f"{TILE}?kind=report",
        f"{TILE}?q=trou",
        "/tiles/areas/commune/9/257/182.mvt",
        "/tiles/overlays/halves/8/128/91.mvt",
        "/api/v1/locate?lon=0.75&lat=45.25&category=voirie",
    ],
)
def test_what_is_asked_next_is_answered_as_before(world: World, path: str) -> None:
    pinned(0.25, 45.6)
    overlay = overlays.published(world)
    importing.generalise(overlay.published_id or 0)
    before = [ask(path) for _time in range(OFTEN)][-1]
    assert before[0] == 200
    pid = close_on_the_server()
    for _time in range(OFTEN):
        assert ask(path) == before
    assert connection.connection.info.backend_pid != pid


def sent() -> tuple[int, bytes]:
    body = {
        "client_uuid": str(uuid.uuid4()), "lon": 0.75, "lat": 45.25, "category": "voirie",
        "description": "Un trou",
    }  # fmt: skip
    return ask(SUBMISSIONS, json.dumps(body).encode())


def test_what_is_sent_next_is_kept_once(world: World) -> None:
    assert {sent()[0] for _time in range(OFTEN)} == {201}
    close_on_the_server()
    assert {sent()[0] for _time in range(OFTEN)} == {201}
    _status, found = ask(f"{SUBMISSIONS}?limit=100")
    assert len(json.loads(found)["features"]) == 2 * OFTEN


def test_a_tile_is_answered_where_the_connection_is_lost_within_its_request(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between what it asks first, of the version, and the tile."""
    pinned(0.25, 45.6)
    before = [ask(TILE) for _time in range(OFTEN)][-1]
    make = tiles.make

    def lose_and_make(asked: tiles.TileRequest) -> tiles.Picture:
        close_on_the_server()
        return make(asked)

    monkeypatch.setattr(tiles, "make", lose_and_make)
    assert before[0] == 200
    assert ask(TILE) == before


def test_within_a_transaction_nothing_is_asked_anew_on_another_connection(world: World) -> None:
    """What the transaction has written is gone with the connection: that must be said."""

    @transaction.atomic
    def lose() -> None:
        fetch_row("SELECT %(n)s::bigint", {"n": 1})
        close_on_the_server()
        fetch_row("SELECT %(n)s::bigint", {"n": 1})

    with pytest.raises(OperationalError):
        lose()
    assert fetch_row("SELECT %(n)s::bigint", {"n": 2}) == (2,)


@pytest.mark.parametrize("is_noticed", [False, True])
def test_a_cursor_whose_connection_was_found_good_before_opens_another(
    world: World, is_noticed: bool
) -> None:
    """Django probes a connection once a request, and in jobs and commands never."""
    with prepared_cursor() as cursor:
        cursor.execute("SELECT 1")
    close_on_the_server()
    if is_noticed:
        with pytest.raises(OperationalError), connection.cursor() as plain:
            plain.execute("SELECT 1")
    with prepared_cursor() as cursor:
        cursor.execute("SELECT 2")
        assert cursor.fetchone() == (2,)
