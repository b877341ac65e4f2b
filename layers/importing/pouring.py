"""A file → mended shapes and findings, into whatever takes them in."""

from time import monotonic
from typing import BinaryIO, Protocol

from shapely.geometry.base import BaseGeometry

from geodata import kml
from geodata.kml import Feature, Finding, KmlRefused, Severity
from geodata.mending import Ground, mend

MAX_READING_S = 1_200
"""100 MB take some 20 s; a file that keeps a worker longer than this was made to."""


class Sink(Protocol):
    """Takes in what is read, in the order of the file."""

    def add(self, feature: Feature, shapes: list[BaseGeometry]) -> None: ...
    def say(self, finding: Finding) -> None: ...
    def show_progress(self, share: float) -> None: ...


def pour(file: BinaryIO, ground: Ground, sink: Sink) -> None:
    """Raises KmlRefused where the file cannot be read on; `sink` has what came before."""
    begun, shapes, at_home = monotonic(), 0, 0
    reader = kml.read(file)
    for item in reader:
        if isinstance(item, Feature):
            mended = mend(item, ground)
            for finding in mended.findings:
                sink.say(finding)
            sink.add(item, mended.shapes)
            shapes += len(mended.shapes)
            at_home += any(ground.meets(shape) for shape in mended.shapes)
        else:
            sink.say(item)
        sink.show_progress(reader.progress)
        if monotonic() - begun > MAX_READING_S:
            raise KmlRefused("took-too-long", item.line, minutes=MAX_READING_S // 60)
    if shapes and not at_home:
        sink.say(Finding(Severity.WARNING, "far-away"))
