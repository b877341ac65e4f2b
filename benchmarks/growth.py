"""What ten times the submissions cost: the same questions to this database and to a smaller one,
asked in turns, since a machine changes its speed by half within minutes.

BENCH_BESIDE names the state folder of the smaller one's cluster (its CANTONNIER_VAR), which is
running and has the submissions of an earlier run; without it nothing is measured.  Each database
is asked by a process of its own.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import benchmarks
from benchmarks import seeded
from benchmarks.figures import Figure

_ROUNDS, _AT_A_TIME = 25, 3
_SLOW_S = 0.1
"""Of a question that takes longer, a fifth of the rounds will do."""

Growing = dict[str, tuple[Callable[[], object], float]]
"""Name → what is asked, and how many times as long it may take."""


def figures() -> Iterator[Figure]:
    beside = os.environ.get("BENCH_BESIDE")
    if not beside:
        print("growth: no BENCH_BESIDE, no smaller database to compare with", file=sys.stderr)
        return
    seeded.prepare()
    server = (Path(beside) / "test_database_url").read_text(encoding="utf-8").rpartition("/")[0]
    smaller = f"{server}/{benchmarks.DATABASE}"
    with _asking(smaller) as before, _asking(os.environ["DATABASE_URL"]) as now:
        for name, bound in now.bounds.items():
            yield _compared(name, bound, before, now)


class _Asked:
    """A process that asks one database."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.bounds: dict[str, float] = self._answer()

    def seconds(self, name: str) -> list[float]:
        assert self._process.stdin
        print(name, file=self._process.stdin, flush=True)
        taken: list[float] = self._answer()
        return taken

    def _answer(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())


def _compared(name: str, bound: float, before: _Asked, now: _Asked) -> Figure:
    small, large = before.seconds(name), now.seconds(name)
    for _ in range(_ROUNDS // 5 if max(small) > _SLOW_S else _ROUNDS):
        small += before.seconds(name)
        large += now.seconds(name)
    ratio = median(large) / median(small)
    label = f"growth.{name} ({seeded.COUNT:,})"
    return Figure(label, 1_000 * median(large), "ms", ratio, bound)


@contextmanager
def _asking(url: str) -> Iterator[_Asked]:
    environment = {**os.environ, "DATABASE_URL": url}
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "benchmarks", benchmarks.ANSWER],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield _Asked(process)
        finally:
            process.terminate()


def answer() -> None:
    """Says what there is to ask, then, for each name on a line, how long that took."""
    from benchmarks import lists, statistics, tiles  # which declare what is to be asked here

    growing: Growing = {**tiles.growing(), **lists.growing(), **statistics.growing()}
    print(json.dumps({name: bound for name, (_ask, bound) in growing.items()}), flush=True)
    for line in sys.stdin:
        ask, _bound = growing[line.strip()]
        taken = []
        for _ in range(_AT_A_TIME):
            began = time.perf_counter()
            ask()
            taken.append(time.perf_counter() - began)
        print(json.dumps(taken), flush=True)
