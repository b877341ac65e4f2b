"""Evidence: points with a date and a severity, such as road accidents, near a place.

`geodata` knows nothing of overlays, and `reports` neither: who has evidence registers a provider
when the process starts (`AppConfig.ready`), and who needs some asks here.  What is given is a
snapshot with its source: it does not change when the source does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

SEVERITIES = {
    "tué": _("Killed"),
    "hospitalisé": _("In hospital"),
    "léger": _("Lightly injured"),
    "indemne": _("Unharmed"),
    "inconnue": _("Unknown"),
}
"""As accident files have them, the gravest first; other words stand as they are, at the end."""

MAX_RADIUS_M = 2_000
MAX_LISTED = 200
"""Facts kept one by one in a snapshot, the nearest first; counts are of all."""


@dataclass(frozen=True, slots=True)
class Source:
    """What can be asked: `key` names it, its facts lie between two years."""

    key: str
    name: str
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One accident: `day` is ISO 8601 or '', the place longitude, latitude (EPSG:4326)."""

    key: str
    name: str
    year: int
    day: str
    severity: str
    distance_m: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Cited:
    """Facts within `radius_m` of a place, with all that a citation needs.

    `version` is the SHA-256 of the file they come from, `version_date` when it was taken in.
    """

    source: Source
    attribution: str
    licence: str
    version: str
    version_date: str
    facts: tuple[Fact, ...]


class Provider(Protocol):
    """Answers from what everybody may see.  `find` raises KeyError for an unknown `key`."""

    def sources(self) -> list[Source]: ...

    def find(self, key: str, place: Point, radius_m: int, first_year: int, last_year: int) -> Cited:
        """Nearest first; `place` is in EPSG:4326."""


_providers: list[Provider] = []


def register(provider: Provider) -> None:
    if provider not in _providers:
        _providers.append(provider)


def sources() -> list[Source]:
    return [source for provider in _providers for source in provider.sources()]


def find(key: str, place: Point, radius_m: int, first_year: int, last_year: int) -> Cited:
    """Raises KeyError where nobody has evidence of that key (any more)."""
    for provider in _providers:
        if any(source.key == key for source in provider.sources()):
            return provider.find(key, place, radius_m, first_year, last_year)
    raise KeyError(key)


def frozen(cited: Cited, *, radius_m: int, first_year: int, last_year: int) -> dict[str, Any]:
    """A snapshot as JSON: what was asked, counts by year and severity, the nearest facts."""
    return {
        "source": {"key": cited.source.key, "name": cited.source.name},
        "attribution": cited.attribution,
        "licence": cited.licence,
        "version": cited.version,
        "version_date": cited.version_date,
        "radius_m": radius_m,
        "first_year": first_year,
        "last_year": last_year,
        "count": len(cited.facts),
        "by_year": _by_year(cited.facts),
        "facts": [asdict(fact) for fact in cited.facts[:MAX_LISTED]],
    }


def _by_year(facts: Iterable[Fact]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for fact in facts:
        counts.setdefault(str(fact.year), Counter())[fact.severity] += 1
    return {year: dict(counts[year]) for year in sorted(counts)}


@dataclass(frozen=True, slots=True)
class Table:
    """Counts of a snapshot for reading: severities as columns, years as rows, a total below."""

    severities: list[str]
    rows: list[tuple[str, list[int], int]]
    totals: list[int]


def table_of(snapshot: dict[str, Any]) -> Table:
    by_year: dict[str, dict[str, int]] = snapshot["by_year"]
    present = {severity for counts in by_year.values() for severity in counts}
    known = [severity for severity in SEVERITIES if severity in present]
    order = [*known, *sorted(present - set(known))]
    rows = [
        (year, [counts.get(one, 0) for one in order], sum(counts.values()))
        for year, counts in by_year.items()
    ]
    totals = [sum(column) for column in zip(*(cells for _year, cells, _sum in rows), strict=True)]
    return Table([severity_label(one) for one in order], rows, totals)


def severity_label(severity: str) -> str:
    return str(SEVERITIES.get(severity, severity))
