"""Tiles that were asked for lately, as they were drawn: the next one asks for the same.

A key names the tile and the version of what it shows (an edition, an import, since when they have
steps), looked up on every request, so that nothing kept here is ever out of date.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase

from geodata.tile_http import etag_of, tile_response

MOST_BYTES: Final = 32_000_000
"""In each process."""
_ENTRY_BYTES: Final = 1_000


@dataclass(frozen=True, slots=True)
class KeptTile:
    data: bytes
    etag: str

    def response(self, request: HttpRequest, **cache: Any) -> HttpResponseBase:
        """`cache` is Cache-Control's directives."""
        return tile_response(request, self.data, etag=self.etag, **cache)


class KeptTiles:
    """The tiles used last, in so many bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._tiles: OrderedDict[Hashable, KeptTile] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, draw: Callable[[], bytes]) -> KeptTile:
        """The tile of a key; drawn where it is not here."""
        with self._lock:
            kept = self._tiles.get(key)
            if kept is not None:
                self._tiles.move_to_end(key)
                return kept
        data = draw()
        kept = KeptTile(data, etag_of(data))
        with self._lock:
            self._keep(key, kept)
        return kept

    def clear(self) -> None:
        with self._lock:
            self._tiles.clear()
            self._bytes = 0

    def _keep(self, key: Hashable, kept: KeptTile) -> None:
        before = self._tiles.pop(key, None)
        self._bytes -= len(before.data) + _ENTRY_BYTES if before else 0
        self._tiles[key] = kept
        self._bytes += len(kept.data) + _ENTRY_BYTES
        while self._bytes > self._most_bytes:
            _key, oldest = self._tiles.popitem(last=False)
            self._bytes -= len(oldest.data) + _ENTRY_BYTES


TILES: Final = KeptTiles()
