"""The island's roads: one national, départementales between the bourgs, communal streets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from xml.sax.saxutils import escape

import shapely
from shapely import LineString, MultiPoint, Point, Polygon
from shapely.geometry import mapping

from demo import names
from demo.ground import Piece, winding

_COLOURS = {"N": "ff1414dc", "D": "ff1ea0e6", "C": "ff787878"}
_MANAGERS = {"N": "État", "D": names.DEPARTEMENT}
_STREETS = [
    "rue du Port", "rue de l’Église", "rue des Marins", "chemin du Phare", "rue de la Poste",
    "allée des Tamaris", "rue du Lavoir", "rue de l’École", "impasse des Goélands",
    "rue Jeanne-Le-Goff", "rue du Marché", "chemin des Dunes", "rue de la Cale", "rue Neuve",
    "rue des Salines", "venelle du Four", "rue du Calvaire", "chemin du Moulin",
]  # fmt: skip


@dataclass(frozen=True)
class Lane:
    """A road: its class is N, D or C (communal)."""

    kind: str
    reference: str
    name: str
    manager: str
    line: LineString


def draw(random: Random, island: Polygon, communes: dict[str, Piece]) -> list[Lane]:
    lanes = list(_between_bourgs(random, island, communes))
    for name, piece in communes.items():
        lanes += _streets(random, name, piece, number=14 if name == names.TOWN else 4)
    return lanes


def _between_bourgs(random: Random, island: Polygon, communes: dict[str, Piece]) -> Iterator[Lane]:
    """Delaunay neighbours are joined where the way stays on land; the N crosses the island."""
    bourgs = {piece.seed.coords[0]: name for name, piece in communes.items()}
    edges = shapely.delaunay_triangles(MultiPoint(list(bourgs)), only_edges=True)
    ways: dict[tuple[str, str], LineString] = {}
    for edge in sorted(edges.geoms, key=lambda e: sorted(e.coords)):
        start, end = sorted(edge.coords)
        line = winding(random, Point(start), Point(end))
        if island.contains(line) and edge.length < 0.19:
            ways[bourgs[start], bourgs[end]] = line
    national = _way(ways, "La Vigie", names.TOWN) | _way(ways, names.TOWN, "Quimerzel")
    for number, (pair, line) in enumerate(ways.items(), start=901):
        kind, reference = ("N", "N 901") if pair in national else ("D", f"D {number}")
        name = f"Route de {pair[0]} à {pair[1]}"
        yield Lane(kind, reference, name, _MANAGERS[kind], line)


def _way(ways: dict[tuple[str, str], LineString], start: str, end: str) -> set[tuple[str, str]]:
    """The stretches of the shortest way from `start` to `end` (Dijkstra)."""
    reached: dict[str, set[tuple[str, str]]] = {}
    waiting: list[tuple[float, str, set[tuple[str, str]]]] = [(0, start, set())]
    while end not in reached:
        waiting.sort(key=lambda one: (one[0], one[1]))
        far, here, taken = waiting.pop(0)
        if here in reached:
            continue
        reached[here] = taken
        for pair, line in ways.items():
            if here in pair:
                there = pair[0] if here == pair[1] else pair[1]
                waiting.append((far + line.length, there, {*taken, pair}))
    return reached[end]


def _streets(random: Random, commune: str, piece: Piece, *, number: int) -> Iterator[Lane]:
    """Streets around the bourg, some hundred metres long."""
    x, y = piece.seed.coords[0]
    for name in random.sample(_STREETS, number):
        ends = [Point(x + random.gauss(0, 0.008), y + random.gauss(0, 0.0055)) for _end in range(2)]
        line = winding(random, ends[0], ends[1], finest_deg=0.002)
        if piece.ground.contains(line):
            yield Lane("C", "", f"{name[0].upper()}{name[1:]}", commune, line)


def features(lanes: list[Lane]) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "properties": {
                "class": lane.kind,
                "ref": lane.reference,
                "name": lane.name,
                "manager": lane.manager,
            },
            "geometry": mapping(lane.line),
        }
        for lane in lanes
    ]


def kml(lanes: list[Lane]) -> str:
    """The same roads as an overlay, a folder a class."""
    styles = "\n".join(
        f'  <Style id="{kind}"><LineStyle><color>{colour}</color>'
        f"<width>{3 if kind == 'N' else 2}</width></LineStyle></Style>"
        for kind, colour in _COLOURS.items()
    )
    folders = "\n".join(
        _folder(label, [lane for lane in lanes if lane.kind == kind])
        for kind, label in (("N", "Nationale"), ("D", "Départementales"), ("C", "Communales"))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
        f"  <name>Routes de {names.DEPARTEMENT}</name>\n{styles}\n{folders}\n</Document>\n</kml>\n"
    )


def _folder(label: str, lanes: list[Lane]) -> str:
    return f"  <Folder><name>{label}</name>\n" + "\n".join(map(_placemark, lanes)) + "\n  </Folder>"


def _placemark(lane: Lane) -> str:
    data = {"classe": lane.kind, "reference": lane.reference, "gestionnaire": lane.manager}
    fields = "".join(
        f'<Data name="{name}"><value>{escape(value)}</value></Data>' for name, value in data.items()
    )
    points = " ".join(f"{x:.5f},{y:.5f}" for x, y in lane.line.coords)
    return (
        f"    <Placemark><name>{escape(lane.reference or lane.name)}</name>"
        f"<styleUrl>#{lane.kind}</styleUrl><ExtendedData>{fields}</ExtendedData>"
        f"<LineString><coordinates>{points}</coordinates></LineString></Placemark>"
    )
