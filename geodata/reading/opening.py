"""One door for every kind of overlay: a path and what people say of it → features and findings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import shapely

from geodata import accidents, formats, kml
from geodata.formats import Kind
from geodata.kml import Feature, Finding, KmlRefused, Severity, limits
from geodata.reading.features import feature_of
from geodata.sources import NeedsAnswer, Options, Remark, SourceFeature, Unreadable

Items = Iterator[Feature | Finding]


@dataclass(slots=True)
class Opened:
    """Iterate over it once.  Raises KmlRefused where the file cannot be read (on), NeedsAnswer
    where a person has to choose first."""

    kind: Kind
    _items: Callable[["Opened"], Items]
    progress: float = 0.0
    """How much of the file is read, from 0 to 1."""

    def __iter__(self) -> Items:
        try:
            yield from self._items(self)
        except NeedsAnswer:
            raise
        except Unreadable as error:
            raise refusal(error) from error


def open_overlay(path: Path, options: Options) -> Opened:
    """Opens a file as what its content says it is.  Raises KmlRefused."""
    with path.open("rb") as file:
        kind = look_at(file)
    if kind in (Kind.KML, Kind.KMZ):
        return Opened(kind, lambda opened: _kml(path, opened, swap_axes=options.swap_axes))
    if kind == Kind.ACCIDENTS:
        return Opened(kind, lambda opened: _from_source(accidents.read_zip(path), opened))
    source = formats.open_source(path, options, kind=kind)
    if options.swap_axes:
        return Opened(kind, lambda opened: map(_swapped, _from_source(source, opened)))
    return Opened(kind, lambda opened: _from_source(source, opened))


def look_at(file: BinaryIO) -> Kind:
    """What the file is.  Raises KmlRefused at once for what can be no overlay."""
    try:
        kind = formats.kind_of(file)
    except Unreadable as error:
        raise refusal(error) from error
    if kind == Kind.SHAPEFILE:
        raise KmlRefused("shapefile-alone")
    if kind in (Kind.KML, Kind.KMZ):
        kml.look_at(file)
    return kind


def refusal(error: Unreadable) -> KmlRefused:
    values = dict(error.values)
    line = values.pop("line", None)
    return KmlRefused(error.code, line if isinstance(line, int) else None, **values)


def _swapped(item: Feature | Finding) -> Feature | Finding:
    """Latitude and longitude exchanged, as a person asked for."""
    if isinstance(item, Finding):
        return item
    turned = shapely.transform(item.geometry, lambda pairs: pairs[:, ::-1])
    return replace(item, geometry=turned)


def _kml(path: Path, opened: Opened, *, swap_axes: bool) -> Items:
    with path.open("rb") as file:
        reader = kml.read(file, swap_axes=swap_axes)
        for item in reader:
            opened.progress = reader.progress
            yield item


def _from_source(source: Iterator[SourceFeature | Remark], opened: Opened) -> Items:
    """Features of the other kinds, held to the same bounds and told of in the same findings."""
    count = vertices = altitudes = rows = 0
    for item in source:
        if isinstance(item, Remark):
            rows += item.line is not None
            yield _finding(item)
            continue
        rows += 1
        opened.progress = item.share
        if item.geometry is None or item.geometry.is_empty:
            yield _without_shape(item)
            continue
        feature = feature_of(item)
        count, vertices = count + 1, vertices + feature.vertices
        altitudes += feature.altitudes
        _check_bounds(count, vertices, feature)
        if _is_null_island(feature):
            yield Finding(Severity.WARNING, "zero-position", feature.line or None, feature.called)
        yield feature
    if altitudes:
        yield Finding(Severity.NOTE, "altitude-dropped", values={"count": altitudes})
    if not rows:
        yield Finding(Severity.ERROR, "no-features")


def _finding(remark: Remark) -> Finding:
    return Finding(
        Severity(remark.severity), remark.code, remark.line, remark.name, "", remark.values
    )


def _without_shape(item: SourceFeature) -> Finding:
    named = feature_of(item)
    code = "broken-shape" if item.is_broken else "empty"
    values = {"position": item.position}
    return Finding(Severity.ERROR, code, item.line, named.called, named.folder_path, values)


def _check_bounds(count: int, vertices: int, feature: Feature) -> None:
    line = feature.line or None
    if count > limits.MAX_FEATURES:
        raise KmlRefused("too-many-features", line, limit=limits.MAX_FEATURES)
    if vertices > limits.MAX_VERTICES:
        raise KmlRefused("too-many-vertices-in-file", line, limit=limits.MAX_VERTICES)


def _is_null_island(feature: Feature) -> bool:
    geometry = feature.geometry
    return geometry.geom_type == "Point" and not shapely.get_coordinates(geometry).any()
