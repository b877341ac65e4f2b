"""What every reader of ground files speaks: features in EPSG:4326, and why a file is refused."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry


class Unreadable(Exception):
    """The file, or the rest of it, cannot be read: a code and values for its sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class SourceFeature:
    """One feature: `position` counts from 1, `geometry` is longitude, latitude in EPSG:4326.

    `geometry` is None where the file gives none, or (`is_broken`) none that makes sense.
    """

    path: Path
    position: int
    line: int | None
    fields: dict[str, Any]
    geometry: BaseGeometry | None
    is_broken: bool = False
