"""Two connections at work at once, each with a transaction and a thread of its own.

PostgreSQL runs a connection on one processor, and waits while Python invents the next batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

T = TypeVar("T")
Job = Callable[[CursorWrapper], T]


class Lane:
    """What is given to it is done in that order, in one transaction."""

    def __init__(self, database: BaseDatabaseWrapper, worker: Executor) -> None:
        self._database, self._worker = database, worker

    def do(self, job: Job[T]) -> Future[T]:
        return self._worker.submit(self._run, job)

    def _run(self, job: Job[T]) -> T:
        with self._database.cursor() as cursor:
            return job(cursor)


class _AtOnce(Executor):
    """In the thread that asks, before it goes on."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@contextmanager
def one() -> Iterator[tuple[Lane, Lane]]:
    """The same lane twice: that of this thread, so that all is one transaction."""
    with transaction.atomic():
        lane = Lane(connection, _AtOnce())
        yield lane, lane


@contextmanager
def two(*, in_transactions: bool = True) -> Iterator[tuple[Lane, Lane]]:
    """Neither sees what the other writes.  The first commits, then the second; an error in between
    leaves what the first wrote.  Without transactions, each statement stands for itself."""
    with ExitStack() as opened:
        first, second = (opened.enter_context(_of_its_own(in_transactions)) for _ in range(2))
        yield Lane(*first), Lane(*second)
        for database, _worker in (first, second):
            database.commit()


@contextmanager
def _of_its_own(in_transactions: bool) -> Iterator[tuple[BaseDatabaseWrapper, Executor]]:
    """Rolled back, and whatever it does cancelled, unless it was committed."""
    database = connection.copy()
    database.inc_thread_sharing()
    database.set_autocommit(not in_transactions)
    worker = ThreadPoolExecutor(max_workers=1)
    try:
        yield database, worker
    except BaseException:
        database.connection.cancel()
        raise
    finally:
        worker.shutdown(cancel_futures=True)
        database.close()
