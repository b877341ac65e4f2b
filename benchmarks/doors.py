"""The two ways a bench asks: the whole request in this process, and SQL without Django."""

from io import BytesIO

import psycopg
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

_handler = WSGIHandler()


def get(path: str, query: str = "") -> bytes:
    """The body of the whole request, middleware and all.  Raises RuntimeError but for a 200."""
    status: list[str] = []
    response = _handler(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
        },
        lambda code, headers, exc_info=None: status.append(code),
    )
    body = b"".join(response)
    response.close()
    if not status[0].startswith("200"):
        raise RuntimeError(f"{path}?{query} answered {status[0]}")
    return body


def raw_connection() -> psycopg.Connection:
    """psycopg to the same database, with the session settings that Django's has."""
    given = connection.get_connection_params()
    wanted = ("host", "port", "dbname", "user", "password", "options")
    return psycopg.connect(
        **{name: given[name] for name in wanted if given.get(name)}, autocommit=True
    )
