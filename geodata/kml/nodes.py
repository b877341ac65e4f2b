"""A small tree for the part of the file in hand: one placemark, one style."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

FOREIGN = ("gx", "atom", "xal")
"""Prefixes whose elements keep their prefix: they are not KML's own."""


@dataclass(slots=True)
class Node:
    """An element by its name without KML's prefix, with the line it starts on."""

    tag: str
    attributes: dict[str, str]
    line: int
    chunks: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.chunks)

    def first(self, tag: str) -> Node | None:
        return next(self.all(tag), None)

    def all(self, tag: str) -> Iterator[Node]:
        return (child for child in self.children if child.tag == tag)

    def text_of(self, tag: str) -> str:
        """The text of the first child of that name, in one line, or ''."""
        child = self.first(tag)
        return in_one_line(child.text) if child else ""


def in_one_line(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=1024)
def local_name(name: str) -> str:
    """`kml:Placemark` and `ns0:Placemark` → `Placemark`; `gx:Track` stays: declared or not."""
    prefix, _, local = name.rpartition(":")
    return name if not prefix or prefix in FOREIGN else local
