"""A feature as its file gives it → the shapes to keep, and what is to be said of it.

Pure: a process without a database does it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely import GeometryCollection, box
from shapely.geometry.base import BaseGeometry

from geodata.kml import Feature, Finding, Severity
from geodata.kml.findings import Values
from geodata.repair import CannotRepair, repair

MAP_LATITUDE = 85.06
"""Web Mercator ends here, and with it every web map."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the shapes of an overlay are expected: a box in EPSG:4326, or nothing known."""

    extent: tuple[float, float, float, float] | None

    def meets(self, geometry: BaseGeometry) -> bool:
        return self.extent is None or box(*self.extent).intersects(box(*geometry.bounds))

    def looks_swapped(self, geometry: BaseGeometry) -> bool:
        """Far away as written, but at home with longitude and latitude exchanged."""
        if self.meets(geometry):
            return False
        south, west, north, east = geometry.bounds
        return self.meets(box(west, south, east, north))


@dataclass(frozen=True, slots=True)
class Mended:
    """`shapes` are valid, of one dimension each; none when nothing could be kept."""

    shapes: list[BaseGeometry]
    findings: list[Finding]


def mend(feature: Feature, ground: Ground) -> Mended:
    try:
        repaired = repair(feature.geometry)
    except CannotRepair as error:
        return Mended([], [about(feature, Severity.ERROR, error.code, error.values)])
    findings = [about(feature, _gravity(c.code), c.code, c.values) for c in repaired.changes]
    geometry = repaired.geometry
    if max(abs(geometry.bounds[1]), abs(geometry.bounds[3])) > MAP_LATITUDE:
        return Mended([], [*findings, about(feature, Severity.ERROR, "beyond-the-map", {})])
    if ground.looks_swapped(geometry):
        findings.append(about(feature, Severity.WARNING, "axes-swapped", {}))
    shapes = list(_by_dimension(geometry))
    if len(shapes) > 1:
        findings.append(about(feature, Severity.NOTE, "mixed-shapes", {"count": len(shapes)}))
    return Mended(shapes, findings)


def about(feature: Feature, severity: Severity, code: str, values: Values) -> Finding:
    return Finding(severity, code, feature.line, feature.name, feature.folder_path, values)


def _gravity(code: str) -> Severity:
    return Severity.WARNING if code == "part-dropped" else Severity.REPAIRED


def _by_dimension(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    """Tiles draw one dimension a feature: points, lines and surfaces apart."""
    if isinstance(geometry, GeometryCollection):
        yield from shapely.get_parts(geometry)
    else:
        yield geometry
