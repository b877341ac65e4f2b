"""GeoJSON and lines of GeoJSON → features."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import shapely

from geodata.formats import projecting
from geodata.formats.projecting import Projection
from geodata.formats.through_fiona import BROKEN
from geodata.geojson import GeoJSONLines, GeoJSONText, RawFeature
from geodata.sources import Options, Remark, SourceFeature, Unreadable

_METRES = 1_000
"""Beyond this, a coordinate was never meant as degrees."""


def read(path: Path, options: Options, *, shown: Path) -> Iterator[SourceFeature | Remark]:
    text = GeoJSONText(path)
    yield from _features(text, options, shown, lambda: text.crs)


def read_lines(path: Path, options: Options, *, shown: Path) -> Iterator[SourceFeature | Remark]:
    yield from _features(GeoJSONLines(path), options, shown, lambda: None)


def _features(
    source: Iterable[RawFeature], options: Options, shown: Path, crs_member: Any
) -> Iterator[SourceFeature | Remark]:
    projection: Projection | None = None
    for position, raw in enumerate(source, start=1):
        if projection is None:
            projection = Projection(_crs(crs_member(), raw, options))
            yield from projection.remarks()
        try:
            shape = None if raw.geometry is None else shapely.geometry.shape(raw.geometry)
            placed = None if shape is None else projection(shape)
        except BROKEN:
            yield SourceFeature(shown, position, raw.line, raw.fields, None, True, "", raw.share)
            continue
        yield SourceFeature(shown, position, raw.line, raw.fields, placed, False, "", raw.share)


def _crs(member: Any, first: RawFeature, options: Options) -> Any:
    if options.crs:
        return projecting.named(options.crs)
    if member is not None:
        return projecting.named(_name_in(member))
    sample = _first_position(first.geometry)
    if sample is not None and max(map(abs, sample)) > _METRES:
        raise projecting.which_crs(options, *sample)
    return projecting.named("OGC:CRS84")


def _name_in(member: Any) -> str:
    """The name in a `crs` member.  A linked one is refused: nothing is ever fetched."""
    match member:
        case {"type": "name", "properties": {"name": str(name)}}:
            return name
    raise Unreadable("crs-not-named")


def _first_position(geometry: Any) -> tuple[float, float] | None:
    at = geometry.get("coordinates") if isinstance(geometry, dict) else None
    for _depth in range(5):
        match at:
            case [int() | float() as x, int() | float() as y, *_]:
                return float(x), float(y)
            case [first, *_]:
                at = first
            case _:
                return None
    return None
