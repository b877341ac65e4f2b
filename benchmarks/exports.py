"""Exports as rows a second, against a raw SELECT of the same columns read by psycopg in the same
batches; and whether memory stays that of a batch when a file is ten times as long (rows that were
held would make it ten times as much; what a batch holds differs by a half from one to the next).
BENCH_COUNT says how many submissions there are."""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice

from django.http import QueryDict

from benchmarks import seeded
from benchmarks.doors import raw_connection
from benchmarks.figures import Figure
from reports.exports import FORMATS, rows_under
from reports.filters import SubmissionFilter
from reports.models import Submission

_ROWS = 10_000
_BATCH = 500


def figures() -> Iterator[Figure]:
    seeded.prepare()
    floor = _best(_selected)
    yield Figure("exports.SELECT of the columns", _ROWS / floor, "/s")
    for extension in FORMATS:
        taken = _best(lambda made=extension: _written(made, _ROWS))  # type: ignore[misc]
        yield Figure(f"exports.{extension}", _ROWS / taken, "/s", taken / floor)
    _written("csv", _BATCH)  # what is imported at the first use is no growth
    short, long = (_peak_bytes("csv", rows) for rows in (_ROWS, 10 * _ROWS))
    yield Figure("exports.csv, memory of 10 × the rows", long / 1e6, "MB", long / short, 2.0)


def _best(run: Callable[[], object], rounds: int = 3) -> float:
    """Seconds of the best of several times."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return min(taken)


def _written(extension: str, rows: int) -> None:
    """As the door writes it; the pieces go nowhere."""
    wanted = SubmissionFilter(QueryDict(""))
    assert wanted.is_valid(), wanted.errors
    for _piece in FORMATS[extension].write(islice(rows_under(wanted), rows)):
        pass


def _selected() -> None:
    """The same ids and columns without Django: one query a batch."""
    newest = Submission.objects.public().order_by("-created_at", "-pk")
    ids = list(newest.values_list("pk", flat=True)[:_ROWS])
    with raw_connection() as raw:
        for begin in range(0, len(ids), _BATCH):
            batch = Submission.objects.filter(pk__in=ids[begin : begin + _BATCH])
            sql, params = batch.order_by().as_records().query.sql_with_params()
            raw.execute(sql, params).fetchall()


def _peak_bytes(extension: str, rows: int) -> int:
    """The most Python memory held while so many rows are written."""
    tracemalloc.start()
    _written(extension, rows)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak
