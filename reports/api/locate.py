"""GET /api/v1/locate: every area that covers a point, who answers, and why.

What is answered are plain dicts, so that their schemas are pydantic's own: ninja's would wrap each
as if it were a Django object, a tenth of the request.
"""

from typing import Any

from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from pydantic import BaseModel

from geodata.api.schemas import Day
from geodata.coordinates import read_point, refuse_swapped
from geodata.locating import LocatedArea, NotHere
from geodata.nearby import NearRoad
from geodata.problems import BadParameters
from reports.api.answers import IN_A_QUERY, answers_in
from reports.coded import category_coded
from reports.models import Category
from reports.outside import outside_sentence
from reports.routing import Body, Facts, Route, decide, facts_at

router = Router(tags=["territory"])


class CollectivityOut(BaseModel):
    level: str
    code: str
    name: str


class AreaOut(BaseModel):
    level: str
    code: str
    name: str
    edition: str
    collectivity: CollectivityOut | None
    is_owner: bool = Field(description="Of several areas of a level, one owns the point.")
    distance_m: float = Field(description="0 inside; else metres to an area within the tolerance.")


class RoadOut(BaseModel):
    road_class: str
    ref: str
    name: str
    distance_m: float


class RouteOut(BaseModel):
    responsible: CollectivityOut | None
    rule: int | None = Field(description="Id of the competence that decided.")
    reason: str
    legal_basis: str
    also_concerned: list[CollectivityOut] = Field(
        [], description="The other collectivities with an area here, upper levels first."
    )
    runner_up: CollectivityOut | None = Field(None, description="Whom the next rule leads to.")
    to_verify: bool = Field(
        False, description="A rule that goes first could not be decided, or nobody answers."
    )
    road: RoadOut | None = Field(None, description="The road that decided.")


class LocateOut(BaseModel):
    areas: list[AreaOut] = Field(description="Upper levels first.")
    border: bool = Field(description="Whether some level has more than one area here.")
    sides: list[str] = Field(
        [], description="level:code of the areas that meet here, to say one as `side`."
    )
    route: RouteOut


class LocateParameters(Schema):
    lon: str = Field("", description="Longitude in degrees (EPSG:4326).")
    lat: str = Field("", description="Latitude in degrees (EPSG:4326).")
    category: str = Field("", description="Category code; without it, the general rules decide.")
    on: Day | None = Field(None, description="Day whose editions and rules count; today.")
    accuracy_m: float | None = Field(
        None, ge=0, le=1_000_000, allow_inf_nan=False,
        description="How exactly the position is known: widens the tolerance at borders.",
    )  # fmt: skip
    side: str = Field("", max_length=120, description="level:code of the side that is meant.")


@router.get(
    "/locate",
    response=LocateOut,
    summary="Which areas, and who answers",
    openapi_extra=IN_A_QUERY,
)
def locate_point(
    request: HttpRequest,
    response: HttpResponse,
    asked: Query[LocateParameters],
) -> HttpResponse | dict[str, Any]:
    """Points on a border name all sides; one of them owns the point by the written rule."""
    point = read_point(asked.lon, asked.lat)
    category = _category(asked.category)
    facts = _facts(point, asked, answers_in(request.GET, category))
    if not facts.location.areas:
        refuse_swapped(point)
    route = decide(facts, category)
    response["Access-Control-Allow-Origin"] = "*"
    return {
        "areas": [_area(area) for area in facts.location.areas],
        "border": facts.location.border,
        "sides": [area.key for area in facts.location.sides],
        "route": _route(route) if facts.location.areas else _outside(point),
    }


def _facts(point: Point, asked: LocateParameters, answers: dict[str, str]) -> Facts:
    try:
        return facts_at(
            point,
            on=asked.on or timezone.localdate(),
            accuracy_m=asked.accuracy_m,
            side=asked.side,
            answers=answers,
        )
    except NotHere:
        raise BadParameters({"side": [_("That is not one of the areas at the point.")]}) from None


def _outside(point: Point) -> dict[str, Any]:
    """Nobody answers, and the nearest area is named."""
    return {"responsible": None, "rule": None, "reason": outside_sentence(point), "legal_basis": ""}


def _category(code: str) -> Category | None:
    if not code:
        return None
    found = category_coded(code)
    if found is None:
        raise BadParameters(
            {"category": [_("There is no category “%(code)s”.") % {"code": code[:80]}]}
        )
    return found


def _area(area: LocatedArea) -> dict[str, Any]:
    collectivity = None
    if area.collectivity_id is not None:
        collectivity = {
            "level": area.level,
            "code": area.collectivity_code,
            "name": area.collectivity_name,
        }
    return {
        "level": area.level,
        "code": area.code,
        "name": area.name,
        "edition": area.edition,
        "collectivity": collectivity,
        "is_owner": area.is_owner,
        "distance_m": round(area.distance_m, 2),
    }


def _route(route: Route) -> dict[str, Any]:
    return {
        "responsible": _body(route.responsible) if route.responsible else None,
        "rule": route.rule,
        "reason": route.sentence,
        "legal_basis": route.legal_basis,
        "also_concerned": [_body(body) for body in route.also_concerned],
        "runner_up": _body(route.runner_up) if route.runner_up else None,
        "to_verify": route.is_to_verify,
        "road": _road(route),
    }


def _road(route: Route) -> dict[str, Any] | None:
    road = route.details.get("road")
    if not isinstance(road, NearRoad):
        return None
    return {
        "road_class": road.road_class,
        "ref": road.ref,
        "name": road.name,
        "distance_m": road.distance_m,
    }


def _body(body: Body) -> dict[str, str]:
    return {"level": body.level, "code": body.code, "name": body.name}
