"""Tiles that were asked for lately, as they were drawn: the next one asks for the same.

What a tile shows has a version (an edition, an import, since when they have steps), looked up on
every request: what is kept of another one is drawn anew, so that nothing here is ever out of date.
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
    version: Hashable

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

    def get(self, place: Hashable, version: Hashable, draw: Callable[[], bytes]) -> KeptTile:
        """The tile of a place, drawn where that version is not here."""
        kept = self.find(place)
        return kept if kept and kept.version == version else self.keep(place, version, draw())

    def find(self, place: Hashable) -> KeptTile | None:
        """Whatever version of it is here."""
        with self._lock:
            kept = self._tiles.get(place)
            if kept is not None:
                self._tiles.move_to_end(place)
            return kept

    def keep(self, place: Hashable, version: Hashable, data: bytes) -> KeptTile:
        kept = KeptTile(data, etag_of(data), version)
        with self._lock:
            self._keep(place, kept)
        return kept

    def clear(self) -> None:
        with self._lock:
            self._tiles.clear()
            self._bytes = 0

    def _keep(self, place: Hashable, kept: KeptTile) -> None:
        before = self._tiles.pop(place, None)
        self._bytes -= len(before.data) + _ENTRY_BYTES if before else 0
        self._tiles[place] = kept
        self._bytes += len(kept.data) + _ENTRY_BYTES
        while self._bytes > self._most_bytes:
            _place, oldest = self._tiles.popitem(last=False)
            self._bytes -= len(oldest.data) + _ENTRY_BYTES


TILES: Final = KeptTiles()
