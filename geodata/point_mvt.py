"""Many single points as one vector tile, from columns of numbers.

`ST_AsMVT` takes some 0.6 µs for a point and 0.2 for each of its properties, and is asked for
thousands at a time; numpy writes the same bytes for all of them at once.

Source: the Mapbox Vector Tile specification 2.1 (4.1 layers, 4.2 features, 4.3 geometry) and
protobuf's encoding of numbers (varints, zigzag).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata import grid
from geodata.tiles import EXTENT, Tile

Whole = NDArray[np.int64]

_VERSION: Final = 2
# Fields of the messages, with how they are written: number × 8 + (0: varint, 2: bytes that follow).
_TILE_LAYER: Final = 0x1A
_NAME, _FEATURE, _KEY, _VALUE, _EXTENT_FIELD, _VERSION_FIELD = 0x0A, 0x12, 0x1A, 0x22, 0x28, 0x78
_ID, _TAGS, _TYPE, _GEOMETRY = 0x08, 0x12, 0x18, 0x22
_POINT: Final = 1
_MOVE_ONCE: Final = 9
"""The command MoveTo, for one place."""
_STRING: Final = 0x0A
_PART: Final = grid.DEPTH - EXTENT.bit_length() + 1
"""The zoom whose tiles have as many units of the grid as of their own."""


class Property(NamedTuple):
    """`values[place]` is what each point says under `key`; `places` are as many as there are
    points."""

    key: str
    values: Sequence[str]
    places: Whole


def encode(layer: str, tile: Tile, ids: Whole, mortons: Whole, said: Sequence[Property]) -> bytes:
    """Points with their `ids` (0 to 2⁶³ − 1) at places of the grid; b'' where there are none.  What
    lies beside the tile gets coordinates beside it; values that none of them says are left out."""
    if not len(ids):
        return b""
    x, y = _units(tile, mortons)
    said = [_without_unsaid(one) for one in said]
    features = _features(ids, x, y, said)
    message = b"".join(
        [
            bytes([_VERSION_FIELD, _VERSION]),
            _framed(_NAME, layer.encode()),
            features,
            *(_framed(_KEY, one.key.encode()) for one in said),
            *(
                _framed(_VALUE, _framed(_STRING, value.encode()))
                for one in said
                for value in one.values
            ),
            bytes([_EXTENT_FIELD]) + _varint(EXTENT),
        ]
    )
    return _framed(_TILE_LAYER, message)


def columns(sent: bytes | None, number: int) -> list[Whole]:
    """`number` columns out of what `int8send` made of each row; of None, empty ones."""
    rows = np.frombuffer(sent or b"", dtype=">i8").reshape(-1, number)
    return list(rows.T.astype(np.int64))


def _without_unsaid(one: Property) -> Property:
    is_said = np.bincount(one.places, minlength=len(one.values)) > 0
    values = [value for value, is_one in zip(one.values, is_said, strict=True) if is_one]
    return Property(one.key, values, (np.cumsum(is_said) - 1)[one.places])


def _units(tile: Tile, mortons: Whole) -> tuple[Whole, Whole]:
    """In the tile's own, from its corner in the north-west."""
    side = grid.DEPTH - tile.z
    deeper = tile.z - _PART

    def own(places: Whole, corner: int) -> Whole:
        apart = places - (corner << side)
        return apart << deeper if deeper > 0 else apart >> -deeper

    x, y = grid.apart(mortons)
    return own(x, tile.x), own(y, tile.y)


# ------------------------------------------------------------------ features
# All are of one length: a number that needs fewer bytes than the largest is followed by empty ones,
# which readers of protobuf skip.


def _features(ids: Whole, x: Whole, y: Whole, said: Sequence[Property]) -> bytes:
    place: list[int | Whole] = [_MOVE_ONCE, *_varints(_zigzag(x)), *_varints(_zigzag(y))]
    tags = _tags(said)
    feature: list[int | Whole] = [
        _ID, *_varints(ids), _TAGS, len(tags), *tags,
        _TYPE, _POINT, _GEOMETRY, len(place), *place,
    ]  # fmt: skip
    whole: list[int | Whole] = [_FEATURE, len(feature), *feature]
    data = np.empty((len(ids), len(whole)), dtype=np.uint8)
    data[:] = [byte if isinstance(byte, int) else 0 for byte in whole]
    for column, byte in enumerate(whole):
        if not isinstance(byte, int):
            data[:, column] = byte
    return data.tobytes()


def _tags(said: Sequence[Property]) -> list[int | Whole]:
    """Pairs of a key's number and a value's, byte by byte."""
    tags: list[int | Whole] = []
    before = 0
    for key, one in enumerate(said):
        tags += [key, *_varints(before + one.places)]
        before += len(one.values)
    return tags


def _zigzag(values: Whole) -> Whole:
    return values << 1 ^ values >> 63


def _varints(values: Whole) -> list[Whole]:
    """Seven bits a byte, the lowest first, the eighth in all but the last."""
    last = max(int(values.max()).bit_length() - 1, 0) // 7
    return [values >> 7 * n & 127 | (n < last) << 7 for n in range(last + 1)]


# ------------------------------------------------------------------ what is there once


def _framed(field: int, data: bytes) -> bytes:
    return bytes([field]) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    data: list[int] = []
    while value > 127:
        data.append(value & 127 | 128)
        value >>= 7
    return bytes([*data, value])
