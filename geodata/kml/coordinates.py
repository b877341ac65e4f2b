"""The text of <coordinates> → longitudes and latitudes in degrees (EPSG:4326).

OGC 07-147r2 (KML 2.2) §16.10: tuples `lon,lat[,alt]` set apart by white space, no space inside
a tuple.  Real files put spaces after the commas; those are read as meant.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.kml.limits import MAX_FEATURE_VERTICES

Positions = NDArray[np.float64]
"""Shape (n, 2): longitude, latitude."""

_NUMBERS_ONLY = re.compile(r"[-+0-9.eE,\s]*\Z")
_AROUND_COMMA = re.compile(r"\s+,\s*|,\s+")
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


def parse(text: str) -> Coordinates:
    """Raises BadCoordinates for text that is empty, not numbers, or off the globe."""
    tight = _AROUND_COMMA.sub(",", text)
    tuples = tight.split()
    if not tuples:
        raise BadCoordinates("no-coordinates")
    if len(tuples) > MAX_FEATURE_VERTICES:
        raise BadCoordinates("too-many-vertices", limit=MAX_FEATURE_VERTICES)
    if not _NUMBERS_ONLY.match(tight):
        raise BadCoordinates("not-numbers", text=_first_odd(tuples))
    rows = [_numbers(one) for one in tuples]
    positions = np.array([row[:2] for row in rows], dtype=np.float64)
    _check_on_globe(positions)
    altitudes = sum(1 for row in rows if len(row) == 3 and row[2] != 0)
    return Coordinates(positions, altitudes, had_spaces=tight != text)


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
