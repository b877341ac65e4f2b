"""Points written as vector tiles by columns are what an independent decoder reads."""

import random

import mapbox_vector_tile
import numpy as np
import pytest

from geodata import grid
from geodata.point_mvt import Property, columns, encode
from geodata.tiles import Tile

IDS = (1, 127, 128, 300, 9_000_000, 2**40, 2**63 - 1)


@pytest.mark.parametrize("z", [3, 14, 19, 22])
def test_points_are_read_as_they_were_given(z: int) -> None:
    dice = random.Random(z)
    tile, side, number = Tile(z, 5, 3), 1 << (grid.DEPTH - z), 300
    places = [
        (5 * side + dice.randrange(-side // 8, side), 3 * side + dice.randrange(side * 9 // 8))
        for _ in range(number)
    ]
    mortons = np.array([grid.morton(x, y) for x, y in places])
    ids = [dice.choice(IDS) for _ in range(number)]
    said = [
        Property(key, values, np.array([dice.randrange(len(values)) for _ in range(number)]))
        for key, values in (
            ("kind", ["report", "proposal"]),
            ("category", [f"c{n}" for n in range(200)]),
            ("status", ["décidé", "", "x" * 300]),
        )
    ]
    layer = _read(encode("pins", tile, np.array(ids), mortons, said))["pins"]
    assert (layer["extent"], layer["version"]) == (4096, 2)
    for n, feature in enumerate(layer["features"]):
        x, y = places[n]
        units = [(x - 5 * side) * 4096 // side, (y - 3 * side) * 4096 // side]
        assert feature["geometry"] == {"type": "Point", "coordinates": units}
        assert feature["id"] == ids[n]
        assert feature["properties"] == {one.key: one.values[one.places[n]] for one in said}


def test_values_that_nobody_says_are_left_out_and_no_points_are_no_tile() -> None:
    kinds = Property("kind", ["unsaid", "said"], np.array([1]))
    data = encode("pins", Tile(0, 0, 0), np.array([1]), np.array([0]), [kinds])
    assert b"unsaid" not in data
    [feature] = _read(data)["pins"]["features"]
    assert feature["properties"] == {"kind": "said"}
    [none] = columns(None, 1)
    assert encode("pins", Tile(0, 0, 0), none, none, [Property("kind", ["said"], none)]) == b""


def _read(data: bytes) -> dict[str, dict[str, list[dict[str, object]]]]:
    return dict(mapbox_vector_tile.decode(data, default_options={"y_coord_down": True}))
