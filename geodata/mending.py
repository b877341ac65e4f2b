"""A feature as its file gives it → the shapes to keep, and what is to be said of it.

Pure: a process without a database does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GeometryCollection, box
from shapely.geometry.base import BaseGeometry

from geodata.kml import Feature, Finding, Severity
from geodata.kml.findings import Values
from geodata.repair import CannotRepair, Change, ground_m2, repair
from geodata.tidying import are_tidy, tidy

MAP_LATITUDE = 85.06
"""Web Mercator ends here, and with it every web map."""

ASK_BEYOND_PERCENT = 1.0
"""Of its ground that a repair may change without asking."""

F = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4326)."""

_NEARLY_DEG = 0.05
"""Some 5 km around the deployment's territory that still count as in it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the shapes of an overlay are expected: boxes in EPSG:4326, or nothing known."""

    extent: Box | None = None
    """Around the collectivity that the overlay is of."""
    territory: tuple[Box, ...] = ()
    """Around the areas of the whole deployment, one or more boxes; none when it has none."""

    def meets(self, bounds: Sequence[float]) -> bool:
        """Whether a box (west, south, east, north) lies near the collectivity, also by the
        longitudes of the other side of the antimeridian."""
        if self.extent is None or _meet(self.extent, bounds):
            return True
        west, south, east, north = bounds
        return _meet(self.extent, (west + 360, south, east + 360, north))

    def covers(self, bounds: Sequence[float]) -> bool:
        """Whether a box lies in the territory, which takes several boxes where it is scattered."""
        if not self.territory or any(_holds(one, bounds) for one in self.territory):
            return True
        shape = box(bounds[0], bounds[1], bounds[2], bounds[3])
        near = [outline for outline in map(_around, self.territory) if outline.intersects(shape)]
        return bool(shapely.union_all(near).covers(shape))

    def looks_swapped(self, bounds: Sequence[float]) -> bool:
        """Far away as written, but at home with longitude and latitude exchanged."""
        if self.extent is None or self.meets(bounds):
            return False
        west, south, east, north = bounds
        return self.meets((south, west, north, east))


def _meet(one: Box, other: Sequence[float]) -> bool:
    return not (other[0] > one[2] or other[2] < one[0] or other[1] > one[3] or other[3] < one[1])


def _holds(one: Box, other: Sequence[float]) -> bool:
    return (
        one[0] - _NEARLY_DEG <= other[0]
        and one[1] - _NEARLY_DEG <= other[1]
        and other[2] <= one[2] + _NEARLY_DEG
        and other[3] <= one[3] + _NEARLY_DEG
    )


def _around(one: Box) -> BaseGeometry:
    west, south, east, north = one
    return box(west - _NEARLY_DEG, south - _NEARLY_DEG, east + _NEARLY_DEG, north + _NEARLY_DEG)


@dataclass(frozen=True, slots=True)
class Mended:
    """`shapes` are valid, of one dimension each; none when nothing could be kept."""

    shapes: list[BaseGeometry]
    findings: list[Finding] = field(default_factory=list)
    is_at_home: bool = False
    """Whether it lies near its collectivity."""
    looks_swapped: bool = False
    """Whether it would with longitude and latitude exchanged."""


def mend_all(features: Sequence[Feature], ground: Ground) -> list[Mended]:
    """As `mend` for each, in order; shapes without fault are told apart together."""
    if not features:
        return []
    faultless = _faultless([feature.geometry for feature in features], ground)
    return [
        Mended([feature.geometry], [], is_at_home=True) if is_so else mend(feature, ground)
        for feature, is_so in zip(features, faultless.tolist(), strict=True)
    ]


def mend(feature: Feature, ground: Ground) -> Mended:
    tidied = tidy(feature.geometry)
    findings = list(_said_of_tidying(feature, tidied.duplicates, tidied.spikes))
    try:
        repaired = repair(tidied.geometry)
    except CannotRepair as error:
        return Mended([], [about(feature, Severity.ERROR, error.code, error.values)])
    findings += [about(feature, _gravity(c.code), c.code, c.values) for c in repaired.changes]
    geometry = repaired.geometry
    findings += _asked(feature, geometry, repaired.changes)
    bounds = geometry.bounds
    if max(abs(bounds[1]), abs(bounds[3])) > MAP_LATITUDE:
        return Mended([], [*findings, about(feature, Severity.ERROR, "beyond-the-map", {})])
    looks_swapped = ground.looks_swapped(bounds)
    if looks_swapped:
        findings.append(about(feature, Severity.WARNING, "axes-swapped", {}))
    elif not ground.covers(bounds):
        findings.append(about(feature, Severity.WARNING, "outside-territory", {}))
    shapes = list(_by_dimension(geometry))
    if len(shapes) > 1:
        findings.append(about(feature, Severity.NOTE, "mixed-shapes", {"count": len(shapes)}))
    return Mended(shapes, findings, ground.meets(bounds), looks_swapped)


def about(feature: Feature, severity: Severity, code: str, values: Values) -> Finding:
    return Finding(severity, code, feature.line, feature.called, feature.folder_path, values)


def _faultless(geometries: list[BaseGeometry], ground: Ground) -> NDArray[np.bool_]:
    """Whether there is nothing to mend and nothing to say, told for all of them at once."""
    shapes = np.asarray(geometries, dtype=object)
    west, south, east, north = shapely.bounds(shapes).T
    fits = (west >= -180) & (east <= 180) & (south >= -MAP_LATITUDE) & (north <= MAP_LATITUDE)
    fits &= (east - west <= 180) & (shapely.get_type_id(shapes) != 7) & ~shapely.has_z(shapes)
    for boxes, holds in (((ground.extent,), False), (ground.territory, True)):
        near = [one for one in boxes if one is not None]
        if near:
            fits &= np.any([_within(one, west, south, east, north, holds) for one in near], axis=0)
    fits[fits] &= shapely.is_valid(shapes[fits])
    fits[fits] &= are_tidy(list(shapes[fits]))
    return np.asarray(fits)


def _within(one: Box, west: F, south: F, east: F, north: F, holds: bool) -> NDArray[np.bool_]:
    if holds:
        return (west >= one[0]) & (south >= one[1]) & (east <= one[2]) & (north <= one[3])
    return (west <= one[2]) & (south <= one[3]) & (east >= one[0]) & (north >= one[1])


def _said_of_tidying(feature: Feature, duplicates: int, spikes: int) -> Iterator[Finding]:
    if duplicates:
        yield about(feature, Severity.REPAIRED, "points-twice", {"count": duplicates})
    if spikes:
        yield about(feature, Severity.REPAIRED, "spikes-cut", {"count": spikes})


def _asked(
    feature: Feature, geometry: BaseGeometry, changes: Sequence[Change]
) -> Iterator[Finding]:
    """A repair that changes the ground by more than a little wants somebody's consent."""
    if not any(
        "changed_m2" in change.values or change.code == "part-dropped" for change in changes
    ):
        return
    before, after = ground_m2(feature.geometry), ground_m2(geometry)
    changed = abs(after - before)
    percent = 100.0 * changed / before if before else 100.0 * bool(changed)
    if percent > ASK_BEYOND_PERCENT:
        values = {
            "percent": round(min(percent, 999_999.0), 1),
            "area_m2": round(changed, 1),
            "needs_consent": 1,
        }
        yield about(feature, Severity.WARNING, "repair-changes-area", values)


def _gravity(code: str) -> Severity:
    return Severity.WARNING if code == "part-dropped" else Severity.REPAIRED


def _by_dimension(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    """Tiles draw one dimension a feature: points, lines and surfaces apart."""
    if isinstance(geometry, GeometryCollection):
        yield from shapely.get_parts(geometry)
    else:
        yield geometry
