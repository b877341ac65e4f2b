"""GET /api/v1/statistics and /api/v1/statistics/areas: the page's numbers as JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page
from ninja import Field, Query, Router, Schema
from ninja.decorators import decorate_view

from geodata.boxes import BadBox, Box, read_box
from geodata.models import Area, Level
from geodata.problems import BadParameters
from reports.doors import bounded
from reports.filters import SubmissionFilter, openapi_parameters
from reports.statistics.comparing import LEAST_RANKED, Compared, Ground, compare, inside
from reports.statistics.delays import Delay
from reports.statistics.figures import Figures, Row, by_month, figures_of

router = Router(tags=["statistics"])

MOST_AREAS = 5_000


class DelayOut(Schema):
    number: int = Field(description="Of how many submissions.")
    median_days: float | None
    p90_days: float | None = Field(description="Nine of ten took no longer.")


class NumbersOut(Schema):
    total: int
    open: int
    closed: int
    by_status: dict[str, int]
    ended: int | None = Field(
        description="Closed in the month, whenever they were sent; null under dates."
    )
    first_reply: DelayOut
    closing: DelayOut
    people: int | None = Field(
        description="Distinct senders who left an address, rounded down to fives; null below five"
        " or where the filter is too narrow."
    )


class CategoryOut(NumbersOut):
    category: str


class MonthOut(NumbersOut):
    month: str = Field(description="YYYY-MM in which they were sent.")


class StatisticsOut(NumbersOut):
    by_category: list[CategoryOut]
    by_month: list[MonthOut]
    sampled: int = Field(description="How many of the newest ones delays and people speak of.")
    is_sample_cut: bool = Field(description="There are more than those.")


class MonthCountOut(Schema):
    month: str = Field(description="YYYY-MM in which they were sent.")
    total: int
    open: int


class MonthsOut(Schema):
    months: list[MonthCountOut] = Field(description="Every month from the first to the last one.")


class AreaStatistics(Schema):
    """`total` and `open` null: nothing was ever sent there."""

    code: str
    name: str
    total: int | None
    open: int | None
    per_1000: float | None = Field(description="Submissions per 1,000 inhabitants.")
    population: int | None
    per_km2: float | None = Field(description="Submissions per km².")
    area_km2: float | None = Field(description="On the ellipsoid, water and all.")
    rank: int | None = Field(description=f"By total; null below {LEAST_RANKED} submissions.")
    rank_per_1000: int | None


class AreasOut(Schema):
    level: str
    areas: list[AreaStatistics]


class AreasParameters(Schema):
    level: str = Field(max_length=50, description="Code of the level, such as commune.")
    view: str = Field("", max_length=200, description="west,south,east,north: areas that meet it.")
    parent: str = Field("", max_length=120, description="level:code: areas inside this one.")


@router.api_operation(
    ["GET", "HEAD"],
    "/statistics",
    response=StatisticsOut,
    summary="Counts and delays under a filter",
    openapi_extra={"parameters": openapi_parameters()},
)
def statistics(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """By category and month; what each number means: docs/statistics.md."""
    wanted = _filter_of(request, ())
    with bounded(request, wanted):
        found = figures_of(wanted)
    response["Access-Control-Allow-Origin"] = "*"
    return {
        **_numbers(found.all, found),
        "by_category": [{"category": row.key, **_numbers(row, found)} for row in found.by_category],
        "by_month": [{"month": row.key, **_numbers(row, found)} for row in found.by_month],
        "sampled": found.sample.size,
        "is_sample_cut": found.sample.is_cut,
    }


@router.api_operation(
    ["GET", "HEAD"],
    "/statistics/months",
    response=MonthsOut,
    summary="Counts by month under a filter",
    openapi_extra={"parameters": openapi_parameters()},
)
@decorate_view(conditional_page)
def statistics_by_month(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """The months in which something was sent, at the price of a count: for a slider."""
    wanted = _filter_of(request, ())
    with bounded(request, wanted):
        found = by_month(wanted)
    _may_be_kept(response)
    return {
        "months": [
            {"month": f"{month:%Y-%m}", "total": numbers.total, "open": numbers.open}
            for month, numbers in found
        ]
    }


@router.api_operation(
    ["GET", "HEAD"],
    "/statistics/areas",
    response=AreasOut,
    summary="Totals of a level's areas under a filter",
    openapi_extra={"parameters": openapi_parameters()},
)
@decorate_view(conditional_page)
def statistics_of_areas(
    request: HttpRequest, response: HttpResponse, asked: Query[AreasParameters]
) -> dict[str, Any]:
    """For a map: areas of today in a view or inside a parent.  `view` and `parent` say which areas,
    the filter's parameters which submissions."""
    wanted = _filter_of(request, ("level", "view", "parent"))
    if wanted.chosen_areas or wanted.chosen_shapes:
        raise BadParameters({"area": [_("Say with parent or view which areas are compared.")]})
    with bounded(request, wanted):
        rows = compare(_places(asked), wanted)
    _may_be_kept(response)
    return {"level": asked.level, "areas": [_area(row) for row in rows]}


def _may_be_kept(response: HttpResponse) -> None:
    """By whoever asks each time whether it is still true (ETag): what was hidden leaves at once."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, no-cache"


def _filter_of(request: HttpRequest, extras: tuple[str, ...]) -> SubmissionFilter:
    wanted = SubmissionFilter(request.GET, extras=extras)
    if not wanted.is_valid():
        raise BadParameters(wanted.errors_by_parameter())
    return wanted


def _places(asked: AreasParameters) -> list[Any]:
    level = Level.objects.filter(code=asked.level).first() if "\0" not in asked.level else None
    if level is None:
        raise BadParameters({"level": [_("There is no such level.")]})
    codes = inside(_parent(asked.parent), level) if asked.parent else None
    places = Ground(level, _view(asked.view), codes).places(MOST_AREAS)
    if len(places) > MOST_AREAS:
        sentence = _("More than %(most)d areas: narrow them by view or parent.")
        raise BadParameters({"level": [sentence % {"most": MOST_AREAS}]})
    return places


def _parent(key: str) -> Area:
    level, _colon, code = key.partition(":")
    found = None
    if "\0" not in key:
        areas = Area.objects.current().filter(level__code=level, code=code)
        found = areas.for_names().first()
    if found is None:
        sentence = _("There is no area “%(part)s”: write level:code, such as commune:44109.")
        raise BadParameters({"parent": [sentence % {"part": key[:80].replace("\0", "")}]})
    return found


def _view(text: str) -> Box | None:
    try:
        return read_box(text) if text else None
    except BadBox as bad:
        raise BadParameters({"view": [str(bad)]}) from None


def _numbers(row: Row, found: Figures) -> dict[str, Any]:
    return {
        "total": row.numbers.total,
        "open": row.numbers.open,
        "closed": row.numbers.closed,
        "by_status": dict(row.numbers.by_status),
        "ended": row.numbers.ended if found.has_ends else None,
        "first_reply": _delay(row.sampled.first_reply),
        "closing": _delay(row.sampled.closing),
        "people": row.sampled.people,
    }


def _delay(delay: Delay) -> dict[str, Any]:
    return {
        "number": delay.number,
        "median_days": delay.median_days,
        "p90_days": delay.p90_days,
    }


def _area(row: Compared) -> dict[str, Any]:
    return {
        "code": row.place.code,
        "name": row.place.name,
        "total": row.numbers.total if row.numbers else None,
        "open": row.numbers.open if row.numbers else None,
        "per_1000": row.per_1000,
        "population": row.place.population,
        "per_km2": row.per_km2,
        "area_km2": row.place.area_km2,
        "rank": row.rank,
        "rank_per_1000": row.rank_per_1000,
    }
