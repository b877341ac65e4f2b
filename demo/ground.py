"""The demo's island, drawn by a seeded hand: coast, communes, and what is made of communes.

All coordinates are longitude and latitude in degrees (EPSG:4326).  Neighbours share their border
exactly: every edge between two places is roughened once and then belongs to both.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

import shapely
from shapely import LineString, MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize, unary_union

CENTRE = (-7.4519, 46.3373)
"""Open sea, far from any real ground and from round numbers."""
RADIUS_DEG = (0.345, 0.232)
"""About 26 km each way: a degree of longitude is shorter than one of latitude."""
DECIMALS = 5
SQUEEZE = math.cos(math.radians(CENTRE[1]))


@dataclass(frozen=True)
class Piece:
    """A named polygon, and the point it grew from."""

    seed: Point
    ground: Polygon


def coast(random: Random) -> Polygon:
    """An island with capes and bays: a circle bent by a few waves, then roughened."""
    waves = [
        (n, random.uniform(0.3, 1) / n**0.85, random.uniform(0, math.tau)) for n in range(2, 12)
    ]
    corners = []
    for step in range(64):
        angle = math.tau * step / 64
        bend = 1 + 0.36 * sum(size * math.cos(n * angle + phase) for n, size, phase in waves)
        corners.append(
            (
                CENTRE[0] + RADIUS_DEG[0] * bend * math.cos(angle),
                CENTRE[1] + RADIUS_DEG[1] * bend * math.sin(angle),
            )
        )
    return Polygon(_rounded(_rough(random, [*corners, corners[0]], 0.16, 0.0018)))


def pieces_of(
    random: Random, ground: Polygon, seeds: Sequence[Point], *, roughness: float, finest_deg: float
) -> list[Piece]:
    """`ground` shared out among `seeds`: Voronoi cells with borders as rivers and hedges draw."""
    cells = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=ground)
    inner = unary_union([cell.exterior for cell in cells.geoms]).intersection(ground)
    edges = _edges(inner)
    for attempt in range(8):  # a line that crosses itself asks for a calmer hand
        calmer = roughness * 0.75**attempt
        drawn = [LineString(_rounded(_rough(random, e.coords, calmer, finest_deg))) for e in edges]
        kept = [line.intersection(ground) for line in drawn]
        found = list(polygonize(unary_union([ground.exterior, *_tied(kept, ground)])))
        pieces = _by_seed(found, seeds)
        if pieces is not None:
            return pieces
    raise RuntimeError("no calm enough hand: try another seed")


def _by_seed(found: list[Polygon], seeds: Sequence[Point]) -> list[Piece] | None:
    """One polygon a seed, or None when the lines made more or fewer."""
    inside = [polygon for polygon in found if polygon.area > 1e-9]
    if len(found) != len(seeds) or len(inside) != len(seeds):
        return None
    pieces = []
    for seed in seeds:
        holder = next((polygon for polygon in inside if polygon.contains(seed)), None)
        if holder is None:
            return None
        pieces.append(Piece(seed, shapely.normalize(Polygon(holder.exterior))))
    return pieces


def _edges(linework: BaseGeometry) -> list[LineString]:
    """The linework between its nodes, in an order that does not depend on the library."""
    merged = shapely.get_parts(shapely.line_merge(shapely.node(linework)))
    lines = [line for line in merged if isinstance(line, LineString)]
    return sorted(lines, key=lambda line: (line.bounds, line.length))


def _tied(lines: Iterable[BaseGeometry], ground: Polygon) -> list[LineString]:
    """Ends that should lie on the coast are drawn a little beyond it, so that they meet it."""
    tied = []
    for line in lines:
        parts = (part for part in shapely.get_parts(line) if isinstance(part, LineString))
        tied += [_stretched(part, ground) for part in parts if not part.is_empty]
    return tied


def _stretched(line: LineString, ground: Polygon) -> LineString:
    points = [tuple(point) for point in line.coords]
    for end, before in ((0, 1), (-1, -2)):
        if ground.exterior.distance(Point(points[end])) < 1e-4:
            (x, y), (u, v) = points[end], points[before]
            length = math.hypot(x - u, y - v) or 1
            points[end] = (x + 3e-4 * (x - u) / length, y + 3e-4 * (y - v) / length)
    return LineString(points)


def scattered(
    random: Random, ground: Polygon, number: int, *, middle: Point | None = None
) -> list[Point]:
    """`number` points in `ground`, evened out (Lloyd), the first at `middle`."""
    west, south, east, north = ground.bounds
    inner = ground.buffer(-0.01 * max(east - west, 1e-6))
    points: list[Point] = [middle] if middle else []
    while len(points) < number:
        candidate = Point(random.uniform(west, east), random.uniform(south, north))
        if inner.contains(candidate):
            points.append(candidate)
    for _ in range(3):
        cells = shapely.voronoi_polygons(MultiPoint(points), extend_to=ground, ordered=True)
        points = [
            middle if middle and i == 0 else cell.intersection(ground).representative_point()
            if not inner.contains(cell.intersection(ground).centroid)
            else cell.intersection(ground).centroid
            for i, cell in enumerate(cells.geoms)
        ]  # fmt: skip
    return [Point(round(p.x, DECIMALS), round(p.y, DECIMALS)) for p in points]


def _rough(
    random: Random, points: Iterable[Sequence[float]], roughness: float, finest_deg: float
) -> list[tuple[float, float]]:
    """The line with its middles displaced sideways, again and again (a fractal)."""
    line = [(float(p[0]), float(p[1])) for p in points]
    out = [line[0]]
    for start, end in itertools.pairwise(line):
        out += _split(random, start, end, roughness, finest_deg)
    return out


def _split(
    random: Random,
    start: tuple[float, float],
    end: tuple[float, float],
    roughness: float,
    finest_deg: float,
) -> list[tuple[float, float]]:
    dx, dy = end[0] - start[0], end[1] - start[1]
    if math.hypot(dx * SQUEEZE, dy) < finest_deg:
        return [end]
    aside = random.gauss(0, roughness / 2)
    aside = max(-roughness, min(roughness, aside))
    middle = (
        (start[0] + end[0]) / 2 - aside * dy / SQUEEZE,
        (start[1] + end[1]) / 2 + aside * dx * SQUEEZE,
    )
    first = _split(random, start, middle, roughness, finest_deg)
    return first + _split(random, middle, end, roughness, finest_deg)


def winding(random: Random, start: Point, end: Point, finest_deg: float = 0.004) -> LineString:
    """A road from `start` to `end`, as the land would have it."""
    return LineString(_rounded(_rough(random, [start.coords[0], end.coords[0]], 0.12, finest_deg)))


def _rounded(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    rounded = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in points]
    return [p for i, p in enumerate(rounded) if i == 0 or p != rounded[i - 1]]
