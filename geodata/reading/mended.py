"""A file → mended shapes and findings, in the order of the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from geodata.kml import Feature, Finding, KmlRefused
from geodata.mending import Ground, mend_all
from geodata.reading.opening import open_overlay
from geodata.sources import NeedsAnswer, Options
from geodata.surveying import Survey

BATCH_ITEMS = 250
BATCH_VERTICES = 50_000
"""Mended together."""


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
    survey = Survey()
    opened = open_overlay(path, options)
    for batch in _batches(opened):
        for item in _mended(batch, ground, survey):
            if not isinstance(item, Finding) or survey.lets_through(item):
                yield item
        yield Progress(opened.kind.value, opened.progress, batch[-1].line)
    yield from survey.closing_words()


def _mended(
    batch: list[Feature | Finding], ground: Ground, survey: Survey
) -> Iterator[Kept | Finding]:
    features = [item for item in batch if isinstance(item, Feature)]
    mended = iter(mend_all(features, ground))
    for item in batch:
        if isinstance(item, Finding):
            yield item
            continue
        one = next(mended)
        survey.look_at(item)
        survey.see(one)
        yield from one.findings
        yield Kept(item, one.shapes)


def _batches(items: Iterable[Feature | Finding]) -> Iterator[list[Feature | Finding]]:
    """In the order of the file; what was read before a refusal comes out before it."""
    batch: list[Feature | Finding] = []
    vertices = 0
    try:
        for item in items:
            batch.append(item)
            vertices += item.vertices if isinstance(item, Feature) else 0
            if len(batch) >= BATCH_ITEMS or vertices >= BATCH_VERTICES:
                yield batch
                batch, vertices = [], 0
    except (KmlRefused, NeedsAnswer):
        if batch:
            yield batch
        raise
    if batch:
        yield batch
