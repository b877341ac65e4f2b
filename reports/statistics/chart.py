"""Months as a drawing: bars of what was sent, the open part of it on top.  Numbers of an SVG, no
markup; the table below it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.statistics.figures import Row

WIDTH, HEIGHT = 720, 260
_LEFT, _TOP, _BOTTOM = 56, 14, 36
_PLOT = HEIGHT - _TOP - _BOTTOM
MOST_BARS: Final = 24
_RIGHT = 44
"""Half of the last label, as large as a phone draws it."""
_LABELS_AT_MOST: Final = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """In units of the drawing; the closed part stands on the axis, the open part on it."""

    x: int
    width: int
    closed_y: int
    closed_height: int
    open_y: int
    open_height: int
    middle: int
    row: Row
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class Line:
    y: int
    number: int


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    lines: list[Line]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    axis_y: int = _TOP + _PLOT
    labels_y: int = HEIGHT - 12


def chart_of(months: Sequence[Row]) -> Chart | None:
    """The last MOST_BARS of `months`; None where there is nothing to draw."""
    shown = months[-MOST_BARS:]
    most = max((row.numbers.total for row in shown), default=0)
    if not most:
        return None
    step = _round_step(most)
    top = step * -(-most // step)
    lines = [Line(_y(number, top), number) for number in range(0, top + 1, step)]
    slot = (WIDTH - _LEFT - _RIGHT) / len(shown)
    every = -(-len(shown) // _LABELS_AT_MOST)
    bars = [
        _bar(
            row, round(_LEFT + 4 + place * slot), min(60, max(2, round(slot * 0.7))), top, is_named
        )
        for place, row in enumerate(shown)
        for is_named in [(len(shown) - 1 - place) % every == 0]
    ]
    return Chart(bars, lines)


def _bar(row: Row, x: int, width: int, top: int, is_labelled: bool) -> Bar:
    closed_y = _y(row.numbers.closed, top)
    open_y = _y(row.numbers.total, top)
    return Bar(
        x=x,
        width=width,
        closed_y=closed_y,
        closed_height=_TOP + _PLOT - closed_y,
        open_y=open_y,
        open_height=closed_y - open_y,
        middle=x + width // 2,
        row=row,
        is_labelled=is_labelled,
    )


def _y(number: int, top: int) -> int:
    return round(_TOP + _PLOT * (1 - number / top))


def _round_step(most: int) -> int:
    """1, 2 or 5 times a power of ten, so that four lines or fewer reach `most`."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power * 4 >= most:
                return factor * power
        power *= 10
