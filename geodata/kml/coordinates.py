"""The text of <coordinates> → longitudes and latitudes in degrees (EPSG:4326).

OGC 07-147r2 (KML 2.2) §16.10: tuples `lon,lat[,alt]` set apart by white space, no space inside
a tuple.  Real files put spaces after the commas; those are read as meant.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json

from geodata.kml.limits import MAX_FEATURE_VERTICES

Positions = NDArray[np.float64]
"""Shape (n, 2): longitude, latitude."""

_NUMBERS_ONLY = re.compile(r"[-+0-9.eE,\s]*\Z")
_AROUND_COMMA = re.compile(r"\s+,\s*|,\s+")
_NUMERIC = b"0123456789.-+eE"
_SHOWN = 60


class BadCoordinates(Exception):
    """No position can be taken from this text; `code` names why, `values` show where."""

    def __init__(self, code: str, **values: str | int | float) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Coordinates:
    positions: Positions
    altitudes: int
    """How many positions had an altitude other than 0; it is dropped."""
    had_spaces: bool
    """Whether white space stood beside a comma."""


def parse(text: str, *, swap_axes: bool = False) -> Coordinates:
    """Raises BadCoordinates for text that is empty, not numbers, or off the globe.

    With `swap_axes` the latitude comes first in the text.
    """
    tuples = text.split()
    numbers, size = _regular(tuples)
    if size:
        found = _of_rows(np.array(numbers, dtype=np.float64).reshape(-1, size), swap_axes)
        if _are_on_globe(found.positions):
            return found
    return _carefully(text, swap_axes)


def _regular(tuples: list[str]) -> tuple[list[float], int]:
    """The numbers of tuples as the standard wants them, and whether all have two or all three.

    Nearly all files are so, and a JSON parser reads them four times as fast as float(); 0 sends
    to the slow way, which can say what is wrong.
    """
    if not 0 < len(tuples) <= MAX_FEATURE_VERTICES:
        return [], 0
    line = " ".join(tuples).encode()
    size = 1 + tuples[0].count(",")
    separators = (b"," * (size - 1) + b" ") * len(tuples)
    if size not in (2, 3) or line.translate(None, _NUMERIC) != separators[:-1]:
        return [], 0
    try:
        return from_json(b"[" + line.replace(b" ", b",") + b"]"), size
    except ValueError:  # a number that JSON would write otherwise, such as +1 or .5
        return [], 0


def _are_on_globe(positions: Positions) -> bool:
    lon, lat = np.maximum.reduce(np.abs(positions))
    return bool(lon <= 180 and lat <= 90)


def _of_rows(
    rows: NDArray[np.float64], swap_axes: bool, *, had_spaces: bool = False
) -> Coordinates:
    altitudes = int(np.count_nonzero(rows[:, 2])) if rows.shape[1] == 3 else 0
    return Coordinates(rows[:, 1::-1] if swap_axes else rows[:, :2], altitudes, had_spaces)


def _carefully(text: str, swap_axes: bool) -> Coordinates:
    """Tuple by tuple, so that what is wrong can be shown."""
    tight = _AROUND_COMMA.sub(",", text)
    tuples = tight.split()
    if not tuples:
        raise BadCoordinates("no-coordinates")
    if len(tuples) > MAX_FEATURE_VERTICES:
        raise BadCoordinates("too-many-vertices", limit=MAX_FEATURE_VERTICES)
    if not _NUMBERS_ONLY.match(tight):
        raise BadCoordinates("not-numbers", text=_first_odd(tuples))
    rows = [_numbers(one) for one in tuples]
    flat = np.array([[*row, 0.0][:3] for row in rows], dtype=np.float64)
    found = _of_rows(flat, swap_axes, had_spaces=tight != text)
    _check_on_globe(found.positions)
    return found


def _numbers(one: str) -> list[float]:
    """Two or three numbers of one tuple."""
    try:
        numbers = [float(part) for part in one.split(",") if part]
    except ValueError:
        numbers = []
    if len(numbers) not in (2, 3) or one.startswith(",") or ",," in one:
        raise BadCoordinates("not-a-position", text=one[:_SHOWN])
    return numbers


def _first_odd(tuples: list[str]) -> str:
    return next(one for one in tuples if not _NUMBERS_ONLY.match(one))[:_SHOWN]


def _check_on_globe(positions: Positions) -> None:
    """Longitude within ±180 and latitude within ±90; infinities fall outside too."""
    outside = ~((np.abs(positions[:, 0]) <= 180) & (np.abs(positions[:, 1]) <= 90))
    if not outside.any():
        return
    lon, lat = (float(number) for number in positions[int(outside.argmax())])
    swapped = abs(lon) <= 90 < abs(lat) <= 180
    code = "looks-swapped" if swapped else "off-the-globe"
    raise BadCoordinates(code, lon=f"{lon:.10g}", lat=f"{lat:.10g}")
