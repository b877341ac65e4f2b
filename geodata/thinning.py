"""No endless tile: what would be larger than a map can take is made coarser, and says so."""

from collections.abc import Callable
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from geodata.tiles import EXTENT, Tile, TileLayer

MOST_BYTES: Final = 250_000
MARKER: Final = "thinned"
"""A layer of its own beside the thinned one: one point, `shown` of `of` shapes."""
_MARKER_BYTES: Final = 200
_COARSE_UNITS: Final = (8, 16, 32, 64, 128, 256)
"""One pixel of a map of ours, two, four…"""


def draw_within(layer: TileLayer, tile: Tile, rows: QuerySet[Any]) -> bytes:
    """`layer.draw` in at most MOST_BYTES: coarser, then fewer, the largest first."""
    return within(layer.draw(tile, rows), layer, tile, lambda: rows)


def within(data: bytes, layer: TileLayer, tile: Tile, rows: Callable[[], QuerySet[Any]]) -> bytes:
    """What was drawn, if it is at most MOST_BYTES; else `rows` drawn again."""
    return data if len(data) <= MOST_BYTES else _thinned(layer, tile, rows())


def _thinned(layer: TileLayer, tile: Tile, rows: QuerySet[Any]) -> bytes:
    room = MOST_BYTES - _MARKER_BYTES
    there = most = layer.count(tile, rows)
    for units in _COARSE_UNITS:
        data = layer.draw(tile, rows, coarse_units=units, most=most)
        if len(data) <= room:
            return data + _marker(shown=most, of=there)
        most = max(1, int(0.8 * most * room / len(data)))
    return _marker(shown=0, of=there)


def _marker(*, shown: int, of: int) -> bytes:
    """Layers of a tile are repeated fields: those of two tiles stand one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ST_AsMVT(marker, %s, {EXTENT}, 'geom') FROM"  # noqa: S608
            f" (SELECT ST_Point({EXTENT} / 2, {EXTENT} / 2) AS geom,"
            ' %s::integer AS shown, %s::integer AS "of") AS marker',
            [MARKER, shown, of],
        )
        return bytes(cursor.fetchone()[0])
