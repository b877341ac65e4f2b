"""What every reader of ground files speaks: features in EPSG:4326, and why a file is refused."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

Extent = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4326)."""


class Unreadable(Exception):
    """The file, or the rest of it, cannot be read: a code and values for its sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


class NeedsAnswer(Unreadable):
    """The file can be read once a person has answered.

    `asks` names the option ("crs", "layer" or "columns"); `choices` are the likely answers.
    """

    def __init__(self, code: str, *, asks: str, choices: tuple[str, ...], **values: Any) -> None:
        super().__init__(code, **values)
        self.asks = asks
        self.choices = choices


EVERY_LAYER = "*"
"""The answer to "which layer?" that takes them all, each as a folder."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person says of a file.  '' where nothing was said.

    `crs` ("EPSG:2154") stands in for what the file says of its coordinates; `layer` names one of
    several, or is EVERY_LAYER.  The columns are those of a table.  `near` is where the shapes are
    expected: guesses that lie there come first.
    """

    crs: str = ""
    layer: str = ""
    x_column: str = ""
    y_column: str = ""
    wkt_column: str = ""
    swap_axes: bool = False
    near: Extent | None = None


@dataclass(frozen=True, slots=True)
class SourceFeature:
    """One feature: `position` counts from 1, `geometry` is longitude, latitude in EPSG:4326.

    `geometry` is None where the file gives none, or (`is_broken`) none that makes sense.
    `layer` is where it stands in a file of several; `share` is how much of the file is read.
    """

    path: Path
    position: int
    line: int | None
    fields: dict[str, Any]
    geometry: BaseGeometry | None
    is_broken: bool = False
    layer: str = ""
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said of the whole file or of one row: `code` has a sentence.

    `severity` is error, warning or note (`geodata.kml.Severity`).
    """

    code: str
    values: dict[str, Any]
    line: int | None = None
    name: str = ""
    severity: str = "note"
