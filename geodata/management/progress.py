"""A progress bar on stderr: whoever waits more than two seconds sees that something moves."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

Item = TypeVar("Item")

_WIDTH = 30
_REDRAW_S = 0.1
_LINE_S = 5.0
"""Where nobody watches a terminal (logs, CI), a line now and then does."""


def progress(
    items: Iterable[Item], label: str, *, total: int, stream: TextIO | None = None
) -> Iterator[Item]:
    """Pass `items` on, drawing how many of `total` have been taken."""
    to = stream or sys.stderr
    every = _REDRAW_S if to.isatty() else _LINE_S
    drawn_at = began = time.monotonic()
    done = 0
    for item in items:
        yield item
        done += 1
        now = time.monotonic()
        if now - drawn_at >= every:
            drawn_at = now
            _draw(to, label, done, total, now - began)
    if drawn_at != began or to.isatty():
        _draw(to, label, done, total, time.monotonic() - began, is_last=True)


def _draw(
    to: TextIO, label: str, done: int, total: int, elapsed_s: float, *, is_last: bool = False
) -> None:
    share = min(1.0, done / total) if total else 1.0
    filled = round(share * _WIDTH)
    bar = "█" * filled + "░" * (_WIDTH - filled)
    line = f"{label} {bar} {done}/{total} · {elapsed_s:.0f} s"
    to.write(f"\r{line}\033[K" if to.isatty() else f"{line}\n")
    if is_last and to.isatty():
        to.write("\n")
    to.flush()
