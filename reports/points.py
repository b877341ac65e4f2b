"""Rows of points with categories → rows with their areas and who answers, many at a time.

Decisions that read nothing but areas are made once for every combination of areas and category;
only where a road or another reference may decide is a point decided by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy
import shapely
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from geodata.bulk import Floats, Ground, GroundArea, Located
from geodata.coordinates import BadCoordinates, read_point
from geodata.crs import WGS84
from geodata.locating import LocatedArea, Location
from geodata.models import Reference
from reports.models import Category, Condition
from reports.routing import Facts, Route, Rulebook, decide

AREA_COLUMNS = ("code", "name")
ROUTE_COLUMNS = (
    "border",
    "responsible_level",
    "responsible_code",
    "responsible_name",
    "rule",
    "to_verify",
    "reason",
    "error",
)
Asked = tuple[str, str, str]
"""longitude, latitude and category as a file gives them"""


_At = tuple[tuple[int, float, bool], ...]
"""the areas at a point: place in `Ground.areas`, distance in metres, owns it"""


@dataclass(frozen=True, slots=True)
class _Read:
    """A row's point and category, or what is wrong with it."""

    lon: float = 0.0
    lat: float = 0.0
    category: Category | None = None
    error: str = ""


class PointLocator:
    """Holds the ground, the rules and the categories of a day."""

    def __init__(self, *, on: date) -> None:
        self.on = on
        self.ground = Ground.load(on=on)
        self.rulebook = Rulebook.load()
        self.categories = {category.code: category for category in Category.objects.all()}
        self._reference_ground = _reference_ground()
        levels = [f"{level}_{column}" for level in self.ground.levels for column in AREA_COLUMNS]
        self.columns = [*levels, *ROUTE_COLUMNS]
        """What is added to each row."""
        self._answers: dict[tuple[Any, ...], list[str]] = {}

    def locate(self, rows: Sequence[Asked]) -> list[list[str]]:
        """What belongs under `columns` for each row, in its order; a bad row has only its error."""
        read = [self._read(row) for row in rows]
        good = [number for number, one in enumerate(read) if not one.error]
        lon = numpy.array([read[number].lon for number in good])
        lat = numpy.array([read[number].lat for number in good])
        answers = [self._as_row({"error": one.error}) if one.error else [] for one in read]
        if good:
            near = self._are_near_references(lon, lat)
            at = _areas_of_each(self.ground.locate(lon, lat), len(good))
            for place, number in enumerate(good):
                answers[number] = self._answer(read[number], at[place], bool(near[place]))
        return answers

    def _as_row(self, values: Mapping[str, str]) -> list[str]:
        return [values.get(column, "") for column in self.columns]

    def _read(self, row: Asked) -> _Read:
        lon, lat, code = row
        category = self.categories.get(code)
        if code and category is None:
            return _Read(error=_("There is no category “%(code)s”.") % {"code": code[:80]})
        try:
            return _Read(*_numbers(lon, lat), category)
        except BadCoordinates as bad:
            return _Read(error=str(bad))

    def _answer(self, read: _Read, at: _At, is_near_reference: bool) -> list[str]:
        category = read.category
        if is_near_reference and self._asks_references(category):
            pin = Point(read.lon, read.lat, srid=WGS84)
            return self._row(at, self._route(pin, at, category))
        key = (category.pk if category else None, *((index, owns) for index, _m, owns in at))
        if key not in self._answers:
            self._answers[key] = self._row(at, self._route(None, at, category))
        return self._answers[key]

    def _row(self, at: _At, route: Route) -> list[str]:
        if not at:
            return self._as_row({"error": _("Outside every area.")})
        body = route.responsible
        row = {
            "border": _yes(not all(owns for _index, _m, owns in at)),
            "responsible_level": body.level if body else "",
            "responsible_code": body.code if body else "",
            "responsible_name": body.name if body else "",
            "rule": str(route.rule or ""),
            "to_verify": _yes(route.is_to_verify),
            "reason": route.sentence,
        }
        for index, _metres, owns in at:
            area = self.ground.areas[index]
            if owns:
                row[f"{area.level}_code"], row[f"{area.level}_name"] = area.code, area.name
        return self._as_row(row)

    def _route(self, pin: Point | None, at: _At, category: Category | None) -> Route:
        areas = tuple(_located(self.ground.areas[index], m, owns) for index, m, owns in at)
        facts = Facts(pin, Location(areas), on=self.on)
        return decide(facts, category, rulebook=self.rulebook)

    def _asks_references(self, category: Category | None) -> bool:
        asks = (Condition.ROAD, Condition.WITHIN, Condition.BEYOND)
        return any(rule.condition in asks for rule in self.rulebook.about(category, self.on))

    def _are_near_references(self, lon: Floats, lat: Floats) -> Any:
        """Where an active reference knows anything at all."""
        return shapely.intersects_xy(self._reference_ground, lon, lat)


def _yes(value: bool) -> str:
    return "true" if value else "false"


def _numbers(lon: str, lat: str) -> tuple[float, float]:
    """Raises BadCoordinates.  Plain numbers in range, which nearly all are, take the short way."""
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        point = read_point(lon, lat)
        return point.x, point.y
    if -180 <= x <= 180 and -90 <= y <= 90:
        return x, y
    point = read_point(lon, lat)
    return point.x, point.y


def _areas_of_each(located: Located, number: int) -> list[_At]:
    """For each point its areas, in the order of the border rule."""
    ends = numpy.searchsorted(located.point, numpy.arange(number + 1))
    pairs = list(
        zip(
            located.area.tolist(),
            located.distance_m.tolist(),
            located.is_owner.tolist(),
            strict=True,
        )
    )
    return [tuple(pairs[ends[place] : ends[place + 1]]) for place in range(number)]


def _located(area: GroundArea, distance_m: float, is_owner: bool) -> LocatedArea:
    return LocatedArea(
        id=area.id,
        level=area.level,
        code=area.code,
        name=area.name,
        edition=area.edition,
        collectivity_id=area.collectivity_id,
        collectivity_code=area.collectivity_code,
        collectivity_name=area.collectivity_name,
        distance_m=distance_m,
        is_owner=is_owner,
    )


def _reference_ground() -> Any:
    grounds = Reference.objects.filter(is_active=True, ground__isnull=False).values_list(
        "ground", flat=True
    )
    ground = shapely.union_all([shapely.from_wkb(bytes(one.wkb)) for one in grounds if one])
    shapely.prepare(ground)
    return ground
