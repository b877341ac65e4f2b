"""What every writer takes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One feature: its geometry as WKB in EPSG:4326 (None for none), and what is said of it.

    Values of `properties` are what JSON knows, dates and times.
    """

    geometry: bytes | None
    properties: Mapping[str, Any]
    id: int | str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself: whose it is, and what may be done with it."""

    name: str
    attribution: str = ""
    licence: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    """Further members, such as the version: name → text."""

    def members(self) -> dict[str, str]:
        """Those that say something, by name."""
        said = {"attribution": self.attribution, "licence": self.licence, **self.more}
        return {"name": self.name, **{key: text for key, text in said.items() if text}}


def batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, size)):
        yield batch
