"""Geometry elements → shapely in EPSG:4326, with findings for what had to be closed or left out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from shapely import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    linearrings,
    polygons,
)
from shapely.geometry.base import BaseGeometry

from geodata.kml.coordinates import BadCoordinates, Positions, parse
from geodata.kml.findings import Severity, Values
from geodata.kml.limits import MAX_FEATURE_VERTICES
from geodata.kml.nodes import Node
from geodata.kml.tracks import coordinates_text, whens

TRACKS = ("gx:Track", "Track")
GROUPS = ("MultiGeometry", "gx:MultiTrack", "MultiTrack")
GEOMETRIES = ("Point", "LineString", "LinearRing", "Polygon", *TRACKS, *GROUPS)
NOT_READ = ("Model",)
MIN_RING = 4
MIN_LINE = 2


@dataclass(slots=True)
class Shapes:
    """Builds the geometry of one placemark and keeps what is to be said of it."""

    swap_axes: bool = False
    """Whether latitudes come first in the file."""
    said: list[tuple[Severity, str, int, Values]] = field(default_factory=list)
    altitudes: int = 0
    vertices: int = 0
    times: list[str] = field(default_factory=list)
    """When each position of its tracks was passed."""

    def build(self, placemark: Node) -> BaseGeometry | None:
        """The geometry of a <Placemark>, or None when nothing in it can be used."""
        elements = [child for child in placemark.children if child.tag in GEOMETRIES + NOT_READ]
        if not elements:
            self._say(Severity.WARNING, "no-geometry", placemark)
        return _together([part for element in elements for part in self._parts(element)])

    def _parts(self, element: Node) -> Iterator[BaseGeometry]:
        if element.tag in GROUPS:
            for child in element.children:
                yield from self._parts(child)
        elif element.tag in NOT_READ:
            self._say(Severity.WARNING, "geometry-not-read", element, element=element.tag)
        elif element.tag in GEOMETRIES:
            shape = self._simple(element)
            if shape is not None:
                yield shape

    def _simple(self, element: Node) -> BaseGeometry | None:
        if element.tag == "Polygon":
            return self._polygon(element)
        if element.tag == "LinearRing":
            ring = self._ring(element)
            return None if ring is None else LineString(ring)
        positions = self._positions(element)
        if positions is None:
            return None
        if element.tag == "Point":
            return self._point(element, positions)
        if element.tag in TRACKS:
            self.times += whens(element)
            if len(positions) == 1:  # somebody who did not move
                return Point(positions[0])
        return self._line(element, positions)

    def _point(self, element: Node, positions: Positions) -> Point:
        if not positions[0].any():
            self._say(Severity.WARNING, "zero-position", element)
        return Point(positions[0])

    def _line(self, element: Node, positions: Positions) -> LineString | None:
        if (positions == positions[0]).all():
            self._say(Severity.ERROR, "line-too-short", element, points=len(positions))
            return None
        return LineString(positions)

    def _polygon(self, element: Node) -> Polygon | None:
        outer = next((self._ring(ring) for ring in _rings(element, "outerBoundaryIs")), None)
        if outer is None:
            if not any(_rings(element, "outerBoundaryIs")):
                self._say(Severity.ERROR, "no-outer-ring", element)
            return None
        if runs_clockwise(outer):
            self._say(Severity.REPAIRED, "ring-turned", element)
            outer = outer[::-1]
        holes = [self._ring(ring) for ring in _rings(element, "innerBoundaryIs")]
        clockwise = [_clockwise(hole) for hole in holes if hole is not None]
        if clockwise:
            return Polygon(outer, clockwise)
        made = polygons(linearrings(outer))  # a third of the time of Polygon(outer)
        assert isinstance(made, Polygon)
        return made

    def _ring(self, element: Node) -> Positions | None:
        """A closed ring of at least four positions, or None."""
        positions = self._positions(element)
        if positions is None:
            return None
        closed = bool((positions[0] == positions[-1]).all())
        ring = positions if closed else np.concatenate([positions, positions[:1]])
        if len(ring) < MIN_RING:
            self._say(Severity.ERROR, "ring-too-short", element, points=len(positions))
            return None
        if not closed:
            self._say(Severity.REPAIRED, "ring-closed", element)
        return ring

    def _positions(self, element: Node) -> Positions | None:
        child = element.first("coordinates")
        text = coordinates_text(element) if element.tag in TRACKS else child.text if child else ""
        try:
            found = parse(text, swap_axes=self.swap_axes)
        except BadCoordinates as bad:
            self._say(Severity.ERROR, bad.code, child or element, **bad.values)
            return None
        self.altitudes += found.altitudes
        self.vertices += len(found.positions)
        if self.vertices > MAX_FEATURE_VERTICES:
            self._say(Severity.ERROR, "too-many-vertices", element, limit=MAX_FEATURE_VERTICES)
            return None
        if found.had_spaces:
            self._say(Severity.REPAIRED, "spaces-in-coordinates", child or element)
        return found.positions

    def _say(self, severity: Severity, code: str, node: Node, **values: str | int | float) -> None:
        self.said.append((severity, code, node.line, values))


def _clockwise(hole: Positions) -> Positions:
    return hole if runs_clockwise(hole) else hole[::-1]


def runs_clockwise(ring: Positions) -> bool:
    """By the sign of its area, which tells of a ring that crosses itself, too, what most of it
    does (GEOS looks at its topmost point only)."""
    x, y = (ring - ring[0]).T
    return bool(x[:-1] @ y[1:] < x[1:] @ y[:-1])


def _rings(polygon: Node, boundary: str) -> Iterator[Node]:
    """Every <LinearRing>; files exist that put several into one <innerBoundaryIs>."""
    for side in polygon.all(boundary):
        yield from side.all("LinearRing")


def _together(parts: list[BaseGeometry]) -> BaseGeometry | None:
    """One part as it is, several of a kind as a multi, a mixture as a collection."""
    if len(parts) < 2:
        return parts[0] if parts else None
    surfaces = [part for part in parts if isinstance(part, Polygon)]
    lines = [part for part in parts if isinstance(part, LineString)]
    points = [part for part in parts if isinstance(part, Point)]
    if len(surfaces) == len(parts):
        return MultiPolygon(surfaces)
    if len(lines) == len(parts):
        return MultiLineString(lines)
    return MultiPoint(points) if len(points) == len(parts) else GeometryCollection(parts)
