"""Vector tiles read strictly: what the Mapbox Vector Tile specification 2.1 asks of each, and the
submissions that are a tile's own.

`mapbox_vector_tile.decode` forgives much (windings, versions, tags); the rules are held to the
messages themselves, numbered as in the specification.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mapbox_vector_tile
from django.db import connection
from django.test import Client
from mapbox_vector_tile.Mapbox import vector_tile_pb2
from shapely import LinearRing, Polygon

from geodata import grid
from geodata.tiles import BUFFER, EXTENT

Feature = dict[str, Any]
Ring = list[tuple[int, int]]

MOVE_TO, LINE_TO, CLOSE_PATH = 1, 2, 7
POINT, LINE, SURFACE = 1, 2, 3


# ------------------------------------------------------------------ the specification
def faults(data: bytes) -> list[str]:
    """Each breach of the specification in a tile, in words; none in a good one."""
    message: Any = vector_tile_pb2.tile()
    message.ParseFromString(data)
    found = [fault for layer in message.layers for fault in _of_layer(layer)]
    names = [layer.name for layer in message.layers]
    if len(set(names)) < len(names):
        found.append(f"4.1: layers of one name: {names}")
    return found


def _of_layer(layer: Any) -> Iterator[str]:
    if layer.version != 2 or not layer.HasField("version"):
        yield f"4.1: version {layer.version}"
    if not layer.name or not layer.HasField("extent") or layer.extent <= 0:
        yield f"4.1: name {layer.name!r}, extent {layer.extent}"
    if not layer.features:
        yield "4.1: a layer without features"
    if len(set(layer.keys)) < len(layer.keys):
        yield f"4.1: a key twice: {list(layer.keys)}"
    values = [value.SerializeToString() for value in layer.values]
    if len(set(values)) < len(values) or not all(
        len(one.ListFields()) == 1 for one in layer.values
    ):
        yield "4.1: a value twice, or of no one type"
    ids = [feature.id for feature in layer.features if feature.HasField("id")]
    if len(set(ids)) < len(ids):
        yield f"4.2: ids twice in {layer.name}"
    for number, feature in enumerate(layer.features):
        for fault in (*_of_tags(layer, feature), *_of_geometry(layer, feature)):
            yield f"{layer.name}[{number}] {fault}"


def _of_tags(layer: Any, feature: Any) -> Iterator[str]:
    keys, values = feature.tags[::2], feature.tags[1::2]
    if len(keys) != len(values):
        yield "4.4: tags do not come in pairs"
    if any(key >= len(layer.keys) for key in keys) or any(v >= len(layer.values) for v in values):
        yield "4.4: tags out of range"
    if len(set(keys)) < len(keys):
        yield "4.4: a key twice"


def _of_geometry(layer: Any, feature: Any) -> Iterator[str]:
    try:
        parts = list(_parts(list(feature.geometry)))
    except (ValueError, IndexError) as error:
        yield f"4.3: {error}"
        return
    margin = BUFFER * layer.extent // EXTENT
    reach = range(-margin, layer.extent + margin + 1)
    if not parts or any(x not in reach or y not in reach for part in parts for x, y in part[1]):
        yield "4.3: empty, or beyond the margin"
    check = {POINT: _of_points, LINE: _of_lines, SURFACE: _of_rings}.get(feature.type)
    yield from check(parts) if check else ["4.3.4: of no known type"]


def _parts(numbers: list[int]) -> Iterator[tuple[str, Ring]]:
    """The commands of each part, as letters, and its points.  Raises ValueError, IndexError."""
    x = y = at = 0
    said, points = "", list[tuple[int, int]]()
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        if command not in (MOVE_TO, LINE_TO, CLOSE_PATH) or not count:
            raise ValueError(f"command {command} × {count}")
        if command == CLOSE_PATH:
            said += "Z" * count
            continue
        if command == MOVE_TO and said:
            yield said, points
            said, points = "", []
        for _turn in range(count):
            dx, dy = (_unfolded(numbers[at + axis]) for axis in (0, 1))
            if command == LINE_TO and (dx, dy) == (0, 0):
                raise ValueError("a step of no length")
            x, y, at = x + dx, y + dy, at + 2
            points.append((x, y))
        said += ("M" if command == MOVE_TO else "L") * count
    if said:
        yield said, points


def _unfolded(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _of_points(parts: list[tuple[str, Ring]]) -> Iterator[str]:
    if len(parts) != 1 or set(parts[0][0]) != {"M"}:
        yield "4.3.4.2: points are one MoveTo"


def _of_lines(parts: list[tuple[str, Ring]]) -> Iterator[str]:
    for said, _points in parts:
        if said[:2] != "ML" or set(said[1:]) != {"L"}:
            yield f"4.3.4.3: a line of {said[:9]}"


def _of_rings(parts: list[tuple[str, Ring]]) -> Iterator[str]:
    """Outer rings turn positively where y runs down, and holes of each lie within it."""
    surfaces = list[tuple[Ring, list[Ring]]]()
    for said, points in parts:
        if said != "M" + "L" * (len(points) - 1) + "Z" or len(points) < 3:
            yield f"4.3.4.4: a ring of {said[:9]}"
        elif points[0] == points[-1]:
            yield "4.3.3.3: a ring is closed twice"
        elif not (doubled := _doubled_area(points)):
            yield "4.3.4.4: a ring without area"
        elif doubled > 0:
            surfaces.append((points, []))
        elif not surfaces:
            yield "4.3.4.4: begins with a hole, or turns the wrong way"
        else:
            surfaces[-1][1].append(points)
        if len(points) >= 3 and not LinearRing(points).is_simple:
            yield "4.3.4.4: a ring crosses itself"
    for outer, holes in surfaces:
        if not Polygon(outer, holes).is_valid:
            yield "4.3.4.4: a surface that is not valid"


def _doubled_area(points: Ring) -> int:
    """By the surveyor's formula; positive where the ring turns clockwise as seen (y runs down)."""
    turned = zip(points, points[1:] + points[:1], strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in turned)


# ------------------------------------------------------------------ submissions of a tile
def features(client: Client, tile: str, query: str = "") -> list[Feature]:
    """What a tile of submissions, z/x/y, holds with its margin.  The tile has to be a good one."""
    answer = client.get(f"/tiles/submissions/{tile}.mvt{query}")
    assert answer.status_code == 200, answer.content
    assert not (found := faults(answer.content)), (tile, query, found)
    layers = mapbox_vector_tile.decode(answer.content)
    return list(layers.get("submissions", {}).get("features", []))


def own(found: list[Feature]) -> Iterator[Feature]:
    """The tile’s own: pins in its half-open box, cells that are no copy."""
    for feature in found:
        x, y = feature["geometry"]["coordinates"]
        if "count" in feature["properties"]:
            if not feature["properties"].get("copy"):
                yield feature
        elif 0 <= x < EXTENT and 0 < y <= EXTENT:  # the decoder turns y upside down: row 0 is 4096
            yield feature


def number_in(found: list[Feature]) -> int:
    """Submissions that are the tile’s own."""
    return sum(feature["properties"].get("count", 1) for feature in own(found))


def tile_at(z: int, lon: float, lat: float) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT geodata_grid_x(pin) >> %s, geodata_grid_y(pin) >> %s"
            " FROM ST_SetSRID(ST_MakePoint(%s, %s), 4326) AS pin",
            [grid.DEPTH - z, grid.DEPTH - z, lon, lat],
        )
        x, y = cursor.fetchone()
    return f"{z}/{x}/{y}"


def tiles_of_the_world(z: int) -> Iterator[str]:
    """Tiles over the toy world: longitude 0 to 2, latitude 45 to 47."""
    [_z, west, north] = map(int, tile_at(z, 0, 47).split("/"))
    [_z, east, south] = map(int, tile_at(z, 2, 45).split("/"))
    for x in range(west, east + 1):
        for y in range(north, south + 1):
            yield f"{z}/{x}/{y}"
