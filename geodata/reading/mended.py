"""A file → mended shapes and findings, in the order of the file."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.kml import Feature, Finding, Severity
from geodata.mending import Ground, mend
from geodata.reading.opening import open_overlay
from geodata.sources import Options

PROGRESS_EVERY = 50
"""Features or findings."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A feature and what could be kept of its shape; nothing when no part could be."""

    feature: Feature
    shapes: list[BaseGeometry]


@dataclass(frozen=True, slots=True)
class Progress:
    kind: str
    share: float
    """How much of the file is read, from 0 to 1."""
    line: int | None = None


def read_mended(
    path: Path, options: Options, ground: Ground
) -> Iterator[Kept | Finding | Progress]:
    """Raises KmlRefused or NeedsAnswer; what came before stays true."""
    shapes = at_home = 0
    opened = open_overlay(path, options)
    for number, item in enumerate(opened):
        if isinstance(item, Feature):
            feature = _swapped(item) if options.swap_axes else item
            mended = mend(feature, ground)
            yield from mended.findings
            yield Kept(feature, mended.shapes)
            shapes += len(mended.shapes)
            at_home += any(ground.meets(shape) for shape in mended.shapes)
        else:
            yield item
        if number % PROGRESS_EVERY == 0:
            yield Progress(opened.kind.value, opened.progress, item.line)
    if shapes and not at_home:
        yield Finding(Severity.WARNING, "far-away")


def _swapped(feature: Feature) -> Feature:
    """Latitude and longitude exchanged, as a person asked for."""
    turned = shapely.transform(feature.geometry, lambda pairs: pairs[:, ::-1])
    return replace(feature, geometry=turned)
