"""Collections of features, and the registry that apps put theirs into.

`geodata` knows nothing of submissions or overlays: who has features registers a provider when the
process starts (`AppConfig.ready`).  Collections show what everybody may see, whoever asks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.contrib.gis.geos import GEOSGeometry
from django.http import HttpRequest, QueryDict
from django.utils.module_loading import import_string

from geodata.boxes import Box
from geodata.extents import Edges
from geodata.ogc.cql import Condition
from geodata.ogc.literals import Span
from geodata.ogc.queryables import Queryable


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client wants of a collection.  `own` are parameters that the collection itself knows,
    not read yet; `key` is text that only equal questions share."""

    own: QueryDict
    limit: int
    cursor: str = ""
    bounds: Box | GEOSGeometry | None = None
    span: Span | None = None
    conditions: tuple[Condition, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """`geometry` is EPSG:4326, longitude first; `page` the address of its page for people."""

    id: str
    geometry: GEOSGeometry
    properties: dict[str, Any]
    page: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """`matched` is None where nobody counts so far; `next_cursor` '' on the last page."""

    features: Sequence[Feature]
    next_cursor: str
    matched: int | None


@dataclass(frozen=True, slots=True)
class Tiles:
    """`template` has {z}, {x} and {y}; `fields` are the properties of the tiles' features."""

    template: str
    tilejson: str
    layer: str
    fields: tuple[str, ...]
    minzoom: int
    maxzoom: int
    dimension: int


@dataclass(frozen=True, slots=True)
class OwnParameter:
    """A query parameter beyond those of the standard."""

    name: str
    meaning: str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})


class Collection(ABC):
    id: str
    title: str
    description: str
    attribution: str = ""
    licence: str = ""
    licence_url: str = ""
    default_limit = 100
    most = 500
    has_time = False
    """Whether `datetime` means anything."""

    @property
    @abstractmethod
    def queryables(self) -> dict[str, Queryable]: ...

    @property
    @abstractmethod
    def tiles(self) -> Tiles | None: ...

    @abstractmethod
    def extent(self) -> Edges | None:
        """EPSG:4326."""

    def period(self) -> tuple[datetime | None, datetime | None] | None:
        """None for features without time."""
        return None

    def own_parameters(self) -> list[OwnParameter]:
        return []

    @abstractmethod
    def page(self, request: HttpRequest, asked: Asked) -> Page:
        """Raises BadParameters (400), TooMany (429) and TooSlow (422)."""

    @abstractmethod
    def feature(self, id: str) -> Feature | None:
        """The one of that id, which is text as somebody typed it, without NUL."""


class Provider(Protocol):
    def collections(self) -> Iterable[Collection]:
        """All that everybody may see, asked on every request: what is withdrawn is gone at once."""

    def find(self, id: str) -> Collection | None: ...


_providers: dict[str, str] = {}


def register(name: str, provider: str) -> None:
    """`provider` is the dotted path of a Provider that takes no arguments: it is loaded with the
    first question, so that commands without a secret key can start.  Providers are listed in the
    alphabetical order of their names."""
    _providers[name] = provider


def all_collections() -> list[Collection]:
    return [one for provider in _loaded() for one in provider.collections()]


def find(id: str) -> Collection | None:
    found = (provider.find(id) for provider in _loaded())
    return next((one for one in found if one is not None), None)


def _loaded() -> list[Provider]:
    return [import_string(_providers[name])() for name in sorted(_providers)]
