"""GPX 1.0 and 1.1: waypoints, routes and tracks as three layers, read by expat under guard.

GPX is always WGS 84.  A track is one line a segment; elevations are dropped and counted later,
because they come as a third coordinate.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from shapely import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from geodata.formats.choosing import chosen
from geodata.kml.archive import Source
from geodata.kml.parsing import Parsing
from geodata.sources import Options, Remark, SourceFeature

LAYERS = {"wpt": "waypoints", "rte": "routes", "trk": "tracks"}
_POINTS = ("wpt", "rtept", "trkpt")
_MAX_TEXT = 50_000
Position = tuple[float, ...]


@dataclass(slots=True)
class _Item:
    """A waypoint, route or track as it is being read."""

    tag: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)
    segments: list[list[Position]] = field(default_factory=lambda: [[]])
    bad_points: int = 0

    def shape(self) -> BaseGeometry | None:
        if self.tag == "wpt":
            return Point(self.segments[0][0]) if self.segments[0] else None
        lines = [LineString(_flat(s)) for s in self.segments if len(s) > 1]
        return (lines[0] if len(lines) == 1 else MultiLineString(lines)) if lines else None


def _flat(segment: list[Position]) -> list[Position]:
    """All of one dimension: elevation only where every point has one."""
    has_all = all(len(position) == 3 for position in segment)
    return segment if has_all else [position[:2] for position in segment]


@dataclass(slots=True)
class _Listener:
    """Hears of elements under their local names (`geodata.kml.parsing.Listener`)."""

    ready: list[_Item] = field(default_factory=list)
    item: _Item | None = None
    path: list[str] = field(default_factory=list)
    chunks: list[str] = field(default_factory=list)
    length: int = 0
    position: Position | None = None

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.path.append(tag)
        self.chunks, self.length = [], 0
        if self.item is None and tag in LAYERS:
            self.item = _Item(tag, line)
        if self.item is None:
            return
        if tag == "trkseg":
            self.item.segments.append([])
        elif tag in _POINTS:
            self.position = _position(attributes)

    def text(self, data: str) -> None:
        if self.length < _MAX_TEXT:
            self.chunks.append(data[:_MAX_TEXT])
            self.length += len(data)

    def end(self, tag: str) -> None:
        self.path.pop()
        if self.item is None:
            return
        text = "".join(self.chunks).strip()
        self.chunks, self.length = [], 0
        if tag == "ele" and self.position is not None:
            self.position = _with_elevation(self.position, text)
        elif tag in _POINTS:
            self._point_ends()
        elif text and self.path and self.path[-1] == self.item.tag:
            self.item.fields.setdefault(tag.rpartition(":")[2][:200], text)
        if tag == self.item.tag:
            self.ready.append(self.item)
            self.item = None

    def _point_ends(self) -> None:
        assert self.item is not None
        if self.position is None:
            self.item.bad_points += 1
        else:
            self.item.segments[-1].append(self.position)
        self.position = None


def read(path: Path, options: Options, *, shown: Path) -> Iterator[SourceFeature | Remark]:
    """Which layers there are is known from a first pass; raises KmlRefused for broken XML."""
    with path.open("rb") as file:
        seen = {item.tag for item, _share in _items(file)}
        layers = [layer for tag, layer in LAYERS.items() if tag in seen]
        wanted = chosen(layers, options.layer)
        position = 0
        for item, share in _items(file):
            layer = LAYERS[item.tag]
            if layer not in wanted:
                continue
            position += 1
            if item.bad_points:
                name = item.fields.get("name", "")
                yield Remark(
                    "points-left-out", {"count": item.bad_points}, item.line, name, "warning"
                )
            shape = item.shape()
            folder = layer if len(wanted) > 1 else ""
            is_broken = shape is None
            yield SourceFeature(
                shown, position, item.line, dict(item.fields), shape, is_broken, folder, share
            )


def _items(file: BinaryIO) -> Iterator[tuple[_Item, float]]:
    size = file.seek(0, 2)
    listener = _Listener()
    parsing = Parsing(listener, roots=("gpx",))
    for _step in parsing.steps(Source(file, None, size)):
        share = min(parsing.read_bytes / size, 1.0) if size else 0.0
        ready, listener.ready = listener.ready, []
        yield from ((item, share) for item in ready)


def _position(attributes: dict[str, str]) -> Position | None:
    try:
        lon, lat = float(attributes["lon"]), float(attributes["lat"])
    except (KeyError, ValueError):
        return None
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def _with_elevation(position: Position, text: str) -> Position:
    try:
        return (*position[:2], float(text))
    except ValueError:
        return position
