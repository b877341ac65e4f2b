"""What reading gives → into whatever takes it in: the database, or a trial's report."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Protocol

from django.conf import settings
from shapely.geometry.base import BaseGeometry

from geodata.kml import Feature, Finding, KmlRefused
from geodata.mending import Ground
from geodata.reading import Kept, Limits, Progress, read_apart, read_mended
from geodata.sources import Options

_MORE_S = 60
"""For the reading process, beyond our own patience: it waits while we write."""


class Sink(Protocol):
    """Takes in what is read, in the order of the file."""

    def add(self, feature: Feature, shapes: list[BaseGeometry]) -> None: ...
    def say(self, finding: Finding) -> None: ...
    def show_progress(self, progress: Progress) -> None: ...


def pour(path: Path, options: Options, ground: Ground, sink: Sink) -> None:
    """Raises KmlRefused where the file cannot be read on, NeedsAnswer where a person has to choose
    first; `sink` has what came before."""
    begun = monotonic()
    for item in _items(path, options, ground):
        if isinstance(item, Kept):
            sink.add(item.feature, item.shapes)
        elif isinstance(item, Finding):
            sink.say(item)
        else:
            sink.show_progress(item)
            if monotonic() - begun > settings.OVERLAY_READ_MAX_S:
                minutes = settings.OVERLAY_READ_MAX_S // 60
                raise KmlRefused("took-too-long", item.line, minutes=minutes)


def _items(path: Path, options: Options, ground: Ground) -> Iterator[Kept | Finding | Progress]:
    """In a process of its own, unless the settings say otherwise (tests, mostly)."""
    if not settings.OVERLAY_READ_APART:
        return read_mended(path, options, ground)
    limits = Limits(
        memory_bytes=settings.OVERLAY_READ_MAX_MEMORY_BYTES,
        cpu_s=settings.OVERLAY_READ_MAX_S,
        wall_s=settings.OVERLAY_READ_MAX_S + _MORE_S,
    )
    return read_apart(path, options, ground, limits)
