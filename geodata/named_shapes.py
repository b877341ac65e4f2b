"""Shapes that other apps lend to filters by name, such as `overlay:velo:12`.

`geodata` knows nothing of overlays: who has shapes registers a resolver for a prefix when the
process starts (`AppConfig.ready`), and whoever reads `area=overlay:velo:12` asks `find`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry


@dataclass(frozen=True, slots=True)
class NamedShape:
    """A shape that everybody may see.  `geometry` is a valid polygon or multipolygon, EPSG:4326."""

    key: str
    """The whole name as URLs write it, prefix included: equal shapes have equal keys."""
    name: str
    """What people call it."""
    geometry: GEOSGeometry


Resolver = Callable[[str], NamedShape | None]
"""Gets what follows `prefix:` as it was typed, at most 160 characters without NUL; None: there is
no such shape, or not for everybody, or it is no surface.  Asked on every request: what is withdrawn
is gone at once."""

LONGEST = 160
_resolvers: dict[str, Resolver] = {}


def register(prefix: str, resolver: Resolver) -> None:
    """From now on `resolver` answers for `prefix:…`, before any level of that code does."""
    if not prefix or ":" in prefix:
        raise ValueError(f"“{prefix}” cannot be a prefix")
    _resolvers[prefix] = resolver


def is_named(key: str) -> bool:
    """Whether a shape's name begins as this does; it need not exist."""
    prefix, colon, _rest = key.partition(":")
    return bool(colon) and prefix in _resolvers


def find(key: str) -> NamedShape | None:
    """The shape `prefix:…`, or None when nobody has one of that name."""
    prefix, _colon, rest = key.partition(":")
    resolver = _resolvers.get(prefix)
    if resolver is None or not rest or len(rest) > LONGEST or "\0" in rest:
        return None
    return resolver(rest)
