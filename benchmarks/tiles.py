"""Tiles of submissions, of each zoom the one with most in it: the request against its own SQL, an
unchanged one against an empty view, and writers in one city against writers all over.

BENCH_COUNT says how many submissions.
"""

import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from typing import Any

import psycopg
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from benchmarks import seeded
from benchmarks.doors import get, raw_connection
from benchmarks.figures import Figure, race
from benchmarks.growth import Growing
from benchmarks.locate import pins_of_communes
from geodata import prepared
from reports.models import Category
from reports.pyramid import drawing, levels, state

_ZOOMS = (0, 3, 5, *range(6, 20))
_MOST_BYTES = 250_000
_WRITERS, _EACH_S = 8, 4.0
_MARK = "bench of writers"
_handler = WSGIHandler()


def figures() -> Iterator[Figure]:
    seeded.prepare()
    paths = _paths()
    yield from _against_own_sql(paths)
    yield from _unchanged(paths[6])
    yield from _writers()


def _paths() -> dict[int, str]:
    return {z: f"/tiles/submissions/{seeded.densest(z)}.mvt" for z in _ZOOMS}


def growing() -> Growing:
    return {
        f"tile z{z}": (partial(get, path), 1.2 if z <= 7 else 2.0) for z, path in _paths().items()
    }


def _against_own_sql(paths: dict[int, str]) -> Iterator[Figure]:
    for z, path in paths.items():
        with _overheard() as asked:
            size = len(get(path))
        with raw_connection() as raw:
            seconds = race({"sql": _again(raw, asked), "request": lambda p=path: get(p)}, rounds=9)
        name = f"tile z{z} ({seeded.COUNT:,})"
        bound = 2.0 if z <= levels.DEEPEST_UNDIVIDED else None
        yield Figure(f"{name}.sql", 1_000 * seconds["sql"], "ms")
        ratio = seconds["request"] / seconds["sql"]
        yield Figure(f"{name}.request", 1_000 * seconds["request"], "ms", ratio, bound)
        yield Figure(f"{name}.size", size / 1_000, "kB", size / _MOST_BYTES, 1.0)


@contextmanager
def _overheard() -> Iterator[list[tuple[str, prepared.Params]]]:
    """The statements of what is asked inside."""
    asked: list[tuple[str, prepared.Params]] = []
    fetch_row = prepared.fetch_row

    def listening(statement: str, params: prepared.Params) -> tuple[Any, ...]:
        asked.append((statement, params))
        return fetch_row(statement, params)

    for module in (state, drawing):
        module.fetch_row = listening  # type: ignore[attr-defined]
    try:
        yield asked
    finally:
        for module in (state, drawing):
            module.fetch_row = fetch_row  # type: ignore[attr-defined]


def _again(raw: psycopg.Connection, asked: list[tuple[str, prepared.Params]]) -> Callable[[], None]:
    typed = [(statement, prepared.of_one_type(params)) for statement, params in asked]

    def ask() -> None:
        for statement, params in typed:
            raw.execute(statement, params, prepare=True, binary=True).fetchone()  # type: ignore[arg-type]

    return ask


def _unchanged(path: str) -> Iterator[Figure]:
    """304 against a view that says ok, through the middleware that each goes through."""
    etag = dict(_ask(path)[1])["ETag"]

    def empty() -> None:
        for _ in range(10):
            _ask("/health/live")

    def unchanged() -> None:
        for _ in range(10):
            assert _ask(path, etag)[0].startswith("304")

    seconds = race({"empty": empty, "unchanged": unchanged})
    yield Figure("tile.empty view", 100 * seconds["empty"], "ms")
    ratio = seconds["unchanged"] / seconds["empty"]
    yield Figure("tile.unchanged (304)", 100 * seconds["unchanged"], "ms", ratio, 2.0)


def _ask(path: str, etag: str = "") -> tuple[str, list[tuple[str, str]]]:
    said: list[Any] = []
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(),
        "HTTP_IF_NONE_MATCH": etag,
    }  # fmt: skip
    response = _handler(environ, lambda code, headers, exc_info=None: said.extend((code, headers)))
    b"".join(response)
    response.close()
    return said[0], said[1]


# ------------------------------------------------------------------ writers

_INSERT = """
    INSERT INTO reports_submission (client_uuid, ref, kind, category_id, status, description, pin,
        address, answers, side, reporter_email, may_share_contact, language, is_hidden, route,
        is_to_verify, created_at, updated_at)
    VALUES (%s, %s, 'report', %s, 'new', %s, ST_SetSRID(ST_MakePoint(%s, %s), 4326), '', '{}', '',
        '', FALSE, 'fr', FALSE, '{}', FALSE, now(), now())
"""


def _writers() -> Iterator[Figure]:
    """Commits a second of eight who write at once, triggers and all."""
    pins = pins_of_communes(number=2_000)
    city = [pins[0]]
    category = Category.objects.get(code="proprete").pk
    best = {"spread": 0.0, "city": 0.0}
    try:
        for _ in range(2):
            best["spread"] = max(best["spread"], _commits(pins, category))
            best["city"] = max(best["city"], _commits(city, category))
    finally:
        _clean_up()
    yield Figure("writers.all over", best["spread"], "/s")
    ratio = best["city"] / best["spread"]
    yield Figure("writers.in one city", best["city"], "/s", ratio, 0.8, is_least=True)


def _commits(pins: list[tuple[float, float]], category: int) -> float:
    done = [0] * _WRITERS
    until = time.perf_counter() + _EACH_S

    def write(number: int) -> None:
        draw = random.Random(number)
        with raw_connection() as raw:
            while time.perf_counter() < until:
                key = uuid.uuid4()
                lon, lat = draw.choice(pins)
                place = (lon + draw.uniform(-0.01, 0.01), lat + draw.uniform(-0.01, 0.01))
                raw.execute(_INSERT, [key, f"W{key.hex[:10]}", category, _MARK, *place])
                done[number] += 1

    threads = [threading.Thread(target=write, args=[number]) for number in range(_WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / _EACH_S


def _clean_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reports_submission WHERE description = %s", [_MARK])
