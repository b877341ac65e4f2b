"""Invented submissions into the tables and out of them again, in set operations.

Submissions are written by one connection, their history and links by another, while Python invents
the next batch (`lanes`).  Either all are there, linked, with their history and counted, or none; a
process that is killed between the two commits leaves submissions that `remove` takes away.  Where
no other submissions are in the way, the indexes are made once at the end, which is faster than
growing them, and the tallies of areas are added up in memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, as_completed
from functools import partial
from time import monotonic
from typing import NamedTuple

import numpy as np
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from geodata.bulk import Ground
from reports.models import Category, Submission
from reports.pyramid import folding, truth
from reports.seeding import MARK, lanes, linking, rows, unwatched
from reports.seeding.drawing import Batch, Homes
from reports.seeding.lanes import Lane
from reports.seeding.tallying import Tallies

# What either connection writes; what is counted comes last.
_PINS = ("reports_submission", "reports_cell")
_REST = ("reports_submissionarea", "reports_event", "reports_tally")
_AHEAD = 1
"""Batches that may wait while one is written: each is a hundred megabytes."""

# The lowest level whose areas have people, else the lowest there is.
_HOMES = """
    WITH area AS (
        SELECT area.id, area.area_m2, ST_PointOnSurface(area.geom) AS middle, level.rank,
            body.population
        FROM geodata_area AS area
        JOIN geodata_edition AS edition ON edition.id = area.edition_id
            AND edition.valid_from <= %(day)s
            AND (edition.valid_to IS NULL OR edition.valid_to > %(day)s)
        JOIN geodata_level AS level ON level.id = area.level_id
        LEFT JOIN geodata_collectivity AS body ON body.id = area.collectivity_id
        WHERE level.rank = (
            SELECT MAX(found.rank) FROM geodata_level AS found WHERE EXISTS (
                SELECT FROM geodata_area AS one WHERE one.level_id = found.id
                    AND (one.collectivity_id IS NOT NULL OR found.code = 'commune'))
        )
    )
    SELECT id, ST_X(middle), ST_Y(middle), sqrt(area_m2 / pi()),
        COALESCE(population, area_m2 / 10000)
    FROM area ORDER BY id
"""


class Step(NamedTuple):
    """What was done, as part of what; how many there are of it, and the seconds that it took by
    itself where others were at work at the same time."""

    stage: str
    what: str
    number: int = 0
    seconds: float | None = None


_Job = tuple[Lane, str, str, Callable[[CursorWrapper], int]]
"""Where, and the stage, words and number of its step."""


class SomebodySent(Exception):
    """A real submission came before the tables were locked."""


def homes() -> Homes:
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, {"day": timezone.localdate()})
        found = np.array(cursor.fetchall(), dtype=float).reshape(-1, 5)
    ids, lon, lat, radius_m, weight = found.T
    return Homes(ids.astype(np.int64), lon, lat, radius_m, weight)


def others_exist() -> bool:
    """Whether there are submissions that nobody invented here."""
    return Submission.objects.exclude(ref__startswith=MARK).exists()


def pour(homes: Homes, batches: Iterable[Batch], *, seed: int) -> Iterator[Step]:
    """Write them; says what was done."""
    ground = Ground.load(on=timezone.localdate())
    yield Step("ground", "areas in memory", len(ground.areas))
    trusts = unwatched.may_trust()
    is_alone = not others_exist()
    # Without trust, links are checked against submissions that only their own lane sees.
    apart = trusts and not connection.in_atomic_block
    with lanes.two() if apart else lanes.one() as (pins, rest):
        pouring = _Pouring(pins, rest, ground, seed=seed, trusts=trusts, is_alone=is_alone)
        pouring.begin()
        yield from pouring.write(homes, batches)
        yield from pouring.finish()
    if not is_alone:
        yield from _counted()
    yield from _swept()


def remove() -> Iterator[Step]:
    """Take all invented ones out again."""
    seeds = "(SELECT id FROM reports_submission WHERE ref LIKE %s)"
    trusts = unwatched.may_trust()
    with lanes.one() as (lane, _same):
        lane.do(partial(_begin, trusts=trusts))
        for table in _REST[:-1]:
            statement = f"DELETE FROM {table} WHERE submission_id IN {seeds}"  # noqa: S608
            yield Step("removed", table, lane.do(partial(_number_of, statement)).result())
        statement = "DELETE FROM reports_submission WHERE ref LIKE %s"
        yield Step(
            "removed", "reports_submission", lane.do(partial(_number_of, statement)).result()
        )
        lane.do(partial(unwatched.end, trusts=trusts))
    yield from _counted()
    yield from _swept()


class _Pouring:
    """Of one ground, through two lanes that may be the same."""

    def __init__(
        self, pins: Lane, rest: Lane, ground: Ground, *, seed: int, trusts: bool, is_alone: bool
    ) -> None:
        self._pins, self._rest, self._ground = pins, rest, ground
        self._seed, self._trusts, self._is_alone = seed, trusts, is_alone
        self._tallies = Tallies(ground, dict(Category.objects.values_list("pk", "kind")))
        self._dropped: dict[str, dict[str, str]] = {}
        self._first = self._last = 0

    def begin(self) -> None:
        self._pins.do(partial(_begin, trusts=self._trusts)).result()
        self._rest.do(partial(unwatched.begin, trusts=self._trusts)).result()
        for lane, tables in ((self._pins, _PINS), (self._rest, _REST)):
            for table in tables if self._is_alone else ():
                drop = partial(unwatched.drop_indexes, table=table)
                self._dropped[table] = lane.do(drop).result()
            lane.do(rows.make_stage).result()
        if self._is_alone and self._pins.do(_others_exist).result():
            raise SomebodySent  # and nobody does from here on: the table is locked
        self._first = self._last = self._pins.do(_last_id).result()

    def write(self, homes: Homes, batches: Iterable[Batch]) -> Iterator[Step]:
        """What is next is invented while the database writes."""
        waiting: deque[tuple[int, list[Future[None]]]] = deque()
        for batch in batches:
            batch, located = linking.settle(self._ground, homes, batch)
            if self._is_alone:
                self._tallies.add(batch, located)
            links = linking.links(self._ground, batch, located, self._last + 1)
            jobs = self._write_batch(rows.staged(batch, self._last + 1), links)
            self._last += len(batch.home)
            waiting.append((self._last - self._first, jobs))
            if len(waiting) > _AHEAD:
                yield _written(*waiting.popleft())
        while waiting:
            yield _written(*waiting.popleft())

    def _write_batch(self, staged: bytes, links: bytes) -> list[Future[None]]:
        return [
            self._pins.do(partial(rows.stage, rows=staged)),
            self._pins.do(partial(rows.write_submissions, seed=self._seed)),
            self._rest.do(partial(rows.stage, rows=staged)),
            self._rest.do(partial(rows.write_history, seed=self._seed)),
            self._rest.do(partial(rows.copy, statement=linking.COPY, rows=links)),
        ]

    def finish(self) -> Iterator[Step]:
        """Says what is done as it is done, in either lane."""
        running: dict[Future[tuple[int, float]], tuple[str, str]] = {}
        for lane, stage, what, job in self._last_jobs():
            running[lane.do(partial(_timed, job))] = stage, what
            for done in [job for job in running if job.done()]:
                yield _finished(*running.pop(done), done)
        for done in as_completed(running):
            yield _finished(*running[done], done)
        for lane in (self._pins, self._rest):
            lane.do(partial(unwatched.end, trusts=self._trusts)).result()

    def _last_jobs(self) -> Iterator[_Job]:
        self._pins.do(partial(_set_last_id, last=self._last)).result()
        if self._is_alone:
            yield from self._indexed(self._pins, *_PINS[:-1])
            yield self._pins, "cells", "counted, cells", _count_cells
            yield from self._indexed(self._pins, _PINS[-1])
            yield from self._indexed(self._rest, *_REST[:-1])
            yield self._rest, "tallies", "counted, tallies of areas", self._tallies.write
            yield from self._indexed(self._rest, _REST[-1])

    def _indexed(self, lane: Lane, *tables: str) -> Iterator[_Job]:
        for table in tables:
            for name, definition in self._dropped[table].items():
                yield lane, "indexes", f"indexed, {name}", partial(_make_index, definition)


def _written(number: int, jobs: list[Future[None]]) -> Step:
    for job in jobs:
        job.result()
    return Step("written", "written and linked", number)


def _timed(job: Callable[[CursorWrapper], int], cursor: CursorWrapper) -> tuple[int, float]:
    began = monotonic()
    return job(cursor), monotonic() - began


def _finished(stage: str, what: str, job: Future[tuple[int, float]]) -> Step:
    return Step(stage, what, *job.result())


def _begin(cursor: CursorWrapper, *, trusts: bool) -> None:
    """Nobody folds until the end."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [folding.LOCK])
    unwatched.begin(cursor, trusts=trusts)


def _others_exist(cursor: CursorWrapper) -> bool:
    cursor.execute(
        "SELECT EXISTS (SELECT FROM reports_submission WHERE ref NOT LIKE %s)", [f"{MARK}%"]
    )
    return bool(cursor.fetchone()[0])


def _last_id(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT COALESCE(MAX(id), 0) FROM reports_submission")
    return int(cursor.fetchone()[0])


def _set_last_id(cursor: CursorWrapper, *, last: int) -> None:
    cursor.execute(
        "SELECT setval(pg_get_serial_sequence('reports_submission', 'id'), GREATEST(%s, 1))", [last]
    )


def _make_index(definition: str, cursor: CursorWrapper) -> int:
    cursor.execute(definition)
    return 0


def _count_cells(cursor: CursorWrapper) -> int:
    return sum(cells for _level, cells in truth.count_cells(cursor))


def _number_of(statement: str, cursor: CursorWrapper) -> int:
    cursor.execute(statement, [f"{MARK}%"])
    return int(cursor.rowcount)


def _counted() -> Iterator[Step]:
    for level, cells in truth.rebuild():
        yield Step("counted", f"counted, {truth.name_of(level)}", cells)


def _swept() -> Iterator[Step]:
    """Two tables at a time: a fresh one is read whole, and all that can be seen is marked."""
    if connection.in_atomic_block:
        return
    with lanes.two(in_transactions=False) as (pins, rest):
        running = {
            lane.do(partial(_timed, partial(_sweep, table))): ("swept", f"swept {table}")
            for lane, tables in ((pins, _PINS), (rest, _REST))
            for table in tables[:-1]
        }
        for done in as_completed(running):
            yield _finished(*running[done], done)
    truth.clear_away()


def _sweep(table: str, cursor: CursorWrapper) -> int:
    cursor.execute(f"VACUUM ANALYZE {table}")
    return 0
