"""Tiles of submissions, areas and overlays keep every rule of the Mapbox Vector Tile
specification 2.1; and the check that says so finds each breach."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from mapbox_vector_tile.Mapbox import vector_tile_pb2

from geodata import generalised
from layers import actions, importing
from reports.pyramid import drawing
from tests import overlays
from tests.submissions import pinned
from tests.vector_tiles import faults, tile_at, tiles_of_the_world
from tests.world import GROUND, World

ZOOMS = (0, 4, 7, 8, 9)
CLOSE_UP = ((13, 0.5, 45.5), (15, 1.0, 46.0), (18, 0.0, 45.0))
"""Zooms and places where borders cross: no tile of those zooms is far from one."""


def paths() -> Iterator[str]:
    for z in ZOOMS:
        yield from tiles_of_the_world(z)
    for z, lon, lat in CLOSE_UP:
        yield tile_at(z, lon, lat)


def assert_valid(template: str) -> int:
    """Every tile of the toy world under an address with {}; how many bytes they were."""
    size = 0
    for path in paths():
        answer = Client().get(template.format(path))
        assert answer.status_code == 200, path
        assert faults(answer.content) == [], template.format(path)
        size += len(answer.content)
    return size


@pytest.mark.parametrize("query", ["", "?kind=report", "?q=trou", "?area=commune:90001"])
@pytest.mark.parametrize("most", [3, 4_000])
def test_tiles_of_submissions(
    world: World, monkeypatch: pytest.MonkeyPatch, query: str, most: int
) -> None:
    monkeypatch.setattr(drawing, "MOST_PINS", most)
    monkeypatch.setattr(drawing, "MOST_PINS_DEEP", most)
    dice = random.Random(7)
    for _ in range(25):
        pinned(dice.uniform(0.01, 1.99), dice.uniform(45.01, 46.99))
    assert assert_valid(f"/tiles/submissions/{{}}.mvt{query}") > 1_000


@pytest.mark.parametrize("has_steps", [False, True])
@pytest.mark.parametrize("level", GROUND)
def test_tiles_of_areas(world: World, level: str, has_steps: bool) -> None:
    if has_steps:
        generalised.generalise(world.editions[level])
    assert assert_valid(f"/tiles/areas/{level}/{{}}.mvt") > 100


def ring(*points: tuple[float, float]) -> str:
    told = " ".join(f"{lon},{lat}" for lon, lat in (*points, points[0]))
    return f"<LinearRing><coordinates>{told}</coordinates></LinearRing>"


def shape(name: str, body: str) -> str:
    return f"<Placemark><name>{name}</name>{body}</Placemark>"


def every_shape() -> bytes:
    """What drawn maps hold: holes, either winding, specks, zigzags, several in one, points."""
    dice = random.Random(3)
    outer = ring((0.1, 45.1), (0.9, 45.1), (0.9, 45.9), (0.1, 45.9))
    hole = ring((0.3, 45.3), (0.7, 45.3), (0.7, 45.7), (0.3, 45.7))
    turned = ring((1.1, 45.1), (1.1, 45.9), (1.9, 45.9), (1.9, 45.1))
    speck = ring((0.5, 46.5), (0.500001, 46.5), (0.500001, 46.500001))
    sliver = ring((0.1, 46.1), (1.9, 46.1), (1.9, 46.10001), (0.1, 46.10001))
    bow = ring((1.1, 46.1), (1.5, 46.5), (1.5, 46.1), (1.1, 46.5))
    star = ring(*((dice.uniform(0, 2), dice.uniform(46, 47)) for _ in range(60)))
    surfaces = {
        "hole": (
            f"<outerBoundaryIs>{outer}</outerBoundaryIs>"
            f"<innerBoundaryIs>{hole}</innerBoundaryIs>"
        ),
        **{
            name: f"<outerBoundaryIs>{drawn}</outerBoundaryIs>"
            for name, drawn in {
                "turned": turned, "speck": speck, "sliver": sliver, "bow": bow, "star": star
            }.items()
        },
    }  # fmt: skip
    zigzag = " ".join(f"{dice.uniform(0, 2)},{dice.uniform(45, 47)}" for _ in range(80))
    line = f"<LineString><coordinates>{zigzag}</coordinates></LineString>"
    point = "<Point><coordinates>{},{}</coordinates></Point>"
    places = [(dice.uniform(0, 2), dice.uniform(45, 47)) for _ in range(40)]
    both = f"<MultiGeometry><Polygon>{surfaces['hole']}</Polygon>{line}</MultiGeometry>"
    return overlays.kml(
        *(shape(name, f"<Polygon>{body}</Polygon>") for name, body in surfaces.items()),
        shape("zigzag", line),
        shape("both", both),
        *(shape("place", point.format(lon, lat)) for lon, lat in places),
        shape("corner", point.format(0.703125, 45.0890355648)),
    )


@pytest.mark.parametrize("has_steps", [False, True])
def test_tiles_of_overlays(world: World, has_steps: bool) -> None:
    version = overlays.read(world, every_shape())
    actions.publish(overlay_import=version, by=None, has_consented=True)
    if has_steps:
        importing.generalise(version.pk)
    assert assert_valid("/tiles/overlays/halves/{}.mvt") > 5_000


def test_tiles_of_invented_submissions_in_a_crowd(world: World) -> None:
    call_command("seed_submissions", "--count=3000", "--seed=4", "--yes", stdout=None)
    assert assert_valid("/tiles/submissions/{}.mvt") > 30_000


# ------------------------------------------------------------------ the check itself
def good() -> Any:
    """A layer with a square surface, a line and a point."""
    message: Any = vector_tile_pb2.tile()
    layer = message.layers.add(name="one", version=2, extent=4096, keys=["k"])
    layer.values.add(string_value="v")
    square = [9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15]
    for number, (kind, geometry) in enumerate(
        [(3, square), (2, [9, 2, 2, 10, 4, 4]), (1, [9, 2, 2])]
    ):
        layer.features.add(id=number, type=kind, tags=[0, 0], geometry=geometry)
    return message


def geometry(feature: int, *numbers: int) -> Callable[[Any], None]:
    def change(message: Any) -> None:
        message.layers[0].features[feature].geometry[:] = numbers

    return change


BREACHES: dict[str, Callable[[Any], Any]] = {
    "version": lambda tile: setattr(tile.layers[0], "version", 1),
    "extent": lambda tile: tile.layers[0].ClearField("extent"),
    "layers of one name": lambda tile: tile.layers.add().CopyFrom(tile.layers[0]),
    "without features": lambda tile: tile.layers.add(name="two", version=2, extent=1),
    "ids twice": lambda tile: setattr(tile.layers[0].features[1], "id", 0),
    "key twice": lambda tile: tile.layers[0].features[0].tags.extend([0, 0]),
    "out of range": lambda tile: tile.layers[0].features[0].tags.__setitem__(1, 1),
    "in pairs": lambda tile: tile.layers[0].features[0].tags.append(0),
    "a value twice": lambda tile: tile.layers[0].values.add(string_value="v"),
    "no known type": lambda tile: setattr(tile.layers[0].features[0], "type", 0),
    "beyond the margin": geometry(2, 9, 2 * 4096 + 2 * 513, 2),
    "one MoveTo": geometry(2, 9, 2, 2, 9, 2, 2),
    "a line of": geometry(1, 9, 2, 2),
    "no length": geometry(1, 9, 2, 2, 10, 0, 0),
    "command": geometry(1, 9, 2, 2, 3),
    "the wrong way": geometry(0, 9, 0, 0, 26, 0, 20, 20, 0, 0, 19, 15),
    "without area": geometry(0, 9, 0, 0, 18, 20, 0, 20, 0, 15),
    "closed twice": geometry(0, 9, 0, 0, 34, 20, 0, 0, 20, 19, 0, 0, 19, 15),
    "a ring of": geometry(0, 9, 0, 0, 26, 20, 0, 0, 20, 19, 0),
    "crosses itself": geometry(0, 9, 0, 0, 34, 20, 0, 19, 20, 20, 0, 0, 40, 15),
    "not valid": geometry(
        0, 9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15, 9, 40, 0, 26, 0, 2, 2, 0, 0, 1, 15
    ),
}  # fmt: skip


def test_the_check_lets_a_good_tile_pass() -> None:
    assert faults(good().SerializeToString()) == []


@pytest.mark.parametrize("breach", BREACHES)
def test_the_check_finds_each_breach(breach: str) -> None:
    message = good()
    BREACHES[breach](message)
    assert any(breach in fault for fault in faults(message.SerializeToString())), breach
