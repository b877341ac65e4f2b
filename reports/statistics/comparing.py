"""Areas side by side: how much was sent there, raw, per 1,000 inhabitants and per km²."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils import timezone

from geodata import relations
from geodata.boxes import Box
from geodata.models import Area, Level
from reports.filters import SubmissionFilter
from reports.models import Submission, SubmissionArea
from reports.pyramid import tallies
from reports.statistics.numbers import Numbers, by_status, slice_of

LEAST_RANKED = 30
"""Submissions below which a share of chance is larger than what a rank would say."""


@dataclass(frozen=True, slots=True)
class Place:
    """An area as comparisons name it; `population` of its collectivity, None where unknown;
    `area_m2` on the ellipsoid, measured once, when the edition was loaded."""

    pk: int
    level: str
    code: str
    name: str
    population: int | None
    area_m2: float

    @property
    def area_km2(self) -> float | None:
        return _with_four_digits(self.area_m2 / 1_000_000) if self.area_m2 > 0 else None

    @property
    def key(self) -> str:
        return f"{self.level}:{self.code}"


@dataclass(frozen=True, slots=True)
class Compared:
    """`numbers` None: nothing was ever sent there.  Ranks None: not ranked."""

    place: Place
    numbers: Numbers | None
    rank: int | None = None
    rank_per_1000: int | None = None

    @property
    def total(self) -> int:
        return self.numbers.total if self.numbers else 0

    @property
    def per_1000(self) -> float | None:
        if self.numbers is None or not self.place.population:
            return None
        return _with_four_digits(1000 * self.total / self.place.population)

    @property
    def per_km2(self) -> float | None:
        if self.numbers is None or not self.place.area_m2 > 0:
            return None
        return _with_four_digits(1_000_000 * self.total / self.place.area_m2)

    @property
    def is_ranked(self) -> bool:
        return self.total >= LEAST_RANKED


def _with_four_digits(value: float) -> float:
    """Significant ones: little is not rounded to nothing."""
    return float(f"{value:.4g}")


@dataclass(frozen=True, slots=True)
class Ground:
    """Which areas: those of a level today, of them the ones in a view (degrees, EPSG:4326) or with
    these codes."""

    level: Level
    view: Box | None = None
    codes: Collection[str] | None = None

    def places(self, most: int) -> list[Place]:
        """By code; one more than `most` says that there are too many."""
        areas = Area.objects.current().filter(level=self.level)
        if self.view is not None:
            areas = areas.touching(self.view.halves)
        if self.codes is not None:
            areas = areas.filter(code__in=self.codes)
        return places_of(areas.order_by("code").values_list("pk", flat=True)[: most + 1])


def inside(parent: Area, level: Level) -> set[str]:
    """Codes of a level's areas with at least half their ground in `parent` today."""
    today = timezone.localdate()
    children = relations.children(parent, on=today, level=level.code, limit=50_000)
    return {child.code for child in children if not child.is_partly}


def places_of(areas: Iterable[int]) -> list[Place]:
    """Of ids of areas, by code."""
    rows = Area.objects.filter(pk__in=list(areas)).order_by("code")
    names = ("pk", "level__code", "code", "name", "collectivity__population", "area_m2")
    return [Place(*row) for row in rows.values_list(*names)]


def compare(places: Sequence[Place], wanted: SubmissionFilter) -> list[Compared]:
    """Each of `places` in the stead of the filter's own areas, in their order, with ranks."""
    ids = [place.pk for place in places]
    numbers = _numbers(ids, wanted)
    known = {pk for pk, numbers in tallies.totals(ids).items() if any(numbers.values())}
    rows = [
        Compared(place, numbers.get(place.pk, Numbers()) if place.pk in known else None)
        for place in places
    ]
    return _ranked(rows)


def _numbers(ids: list[int], wanted: SubmissionFilter) -> dict[int, Numbers]:
    known = slice_of(wanted)
    if known is None:
        return _counted_anew(ids, wanted)
    found = tallies.totals(ids, known)
    return {area: by_status(numbers, wanted.statuses) for area, numbers in found.items()}


def _counted_anew(ids: list[int], wanted: SubmissionFilter) -> dict[int, Numbers]:
    meant = wanted.apply_but_areas(Submission.objects.public()).order_by()
    links = SubmissionArea.objects.filter(area__in=ids, submission__in=meant)
    rows = links.values_list("area", "submission__status").annotate(number=Count("pk"))
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for area, status, number in rows:
        found[area][status] += number
    return {area: Numbers(counter) for area, counter in found.items()}


def _ranked(rows: list[Compared]) -> list[Compared]:
    ranks = _ranks(rows, lambda row: row.total)
    per_1000 = _ranks(rows, lambda row: row.per_1000)
    return [
        replace(row, rank=ranks.get(row.place.pk), rank_per_1000=per_1000.get(row.place.pk))
        for row in rows
    ]


def _ranks(rows: list[Compared], value_of: Callable[[Compared], float | None]) -> dict[int, int]:
    """Place → rank, most first; equal values share one, and the next is left out."""
    values = {
        row.place.pk: value
        for row in rows
        if row.is_ranked and (value := value_of(row)) is not None
    }
    return {pk: 1 + sum(other > mine for other in values.values()) for pk, mine in values.items()}


class UnknownLevel(ValueError):
    """No level has that code."""


class TooManyAreas(ValueError):
    """More than a page can compare."""


def compare_under(wanted: SubmissionFilter, level_code: str, *, most: int) -> list[Compared]:
    """The level's areas inside the filter's one area, or all of them; without a level, the areas
    that the filter names where there are several.  Most first.  Raises UnknownLevel,
    TooManyAreas."""
    places = _places_meant(wanted, level_code, most)
    if len(places) > most:
        raise TooManyAreas
    return sorted(compare(places, wanted), key=lambda row: (-row.total, row.place.name))


def _places_meant(wanted: SubmissionFilter, level_code: str, most: int) -> list[Place]:
    chosen = wanted.chosen_areas
    if not level_code:
        return places_of([area.pk for area in chosen]) if len(chosen) > 1 else []
    level = Level.objects.filter(code=level_code).first() if "\0" not in level_code else None
    if level is None:
        raise UnknownLevel
    codes = inside(chosen[0], level) if len(chosen) == 1 else None
    return Ground(level, codes=codes).places(most)
