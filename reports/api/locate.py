"""GET /api/v1/locate: every area that covers a point, who answers, and why."""

from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from geodata.coordinates import read_point, refuse_swapped
from geodata.locating import LocatedArea, locate
from reports.api.errors import BadParameters
from reports.models import Category
from reports.outside import outside_sentence
from reports.routing import Body, Route, decide

router = Router(tags=["territory"])


class CollectivityOut(Schema):
    level: str
    code: str
    name: str


class AreaOut(Schema):
    level: str
    code: str
    name: str
    edition: str
    collectivity: CollectivityOut | None
    is_owner: bool = Field(description="Of several areas of a level, one owns the point.")
    distance_m: float = Field(description="0 inside; else metres to an area within the tolerance.")


class RouteOut(Schema):
    responsible: CollectivityOut | None
    rule: int | None
    reason: str
    legal_basis: str


class LocateOut(Schema):
    areas: list[AreaOut] = Field(description="Upper levels first.")
    border: bool = Field(description="Whether some level has more than one area here.")
    route: RouteOut


class LocateParameters(Schema):
    lon: str = Field("", description="Longitude in degrees (EPSG:4326).")
    lat: str = Field("", description="Latitude in degrees (EPSG:4326).")
    category: str = Field("", description="Category code; without it, the general rules decide.")
    on: date | None = Field(None, description="Day whose editions and rules count; today.")


@router.get("/locate", response=LocateOut, summary="Which areas, and who answers")
def locate_point(
    request: HttpRequest,
    response: HttpResponse,
    asked: Query[LocateParameters],
) -> HttpResponse | dict[str, Any]:
    """Points on a border name all sides; one of them owns the point by the written rule."""
    point = read_point(asked.lon, asked.lat)
    location = locate(point, on=asked.on)
    if not location.areas:
        refuse_swapped(point)
    route = decide(location, _category(asked.category), on=asked.on)
    response["Access-Control-Allow-Origin"] = "*"
    return {
        "areas": [_area(area) for area in location.areas],
        "border": location.border,
        "route": _route(route) if location.areas else _outside(point),
    }


def _outside(point: Point) -> dict[str, Any]:
    """Nobody answers, and the nearest area is named."""
    return {"responsible": None, "rule": None, "reason": outside_sentence(point), "legal_basis": ""}


def _category(code: str) -> Category | None:
    if not code:
        return None
    found = Category.objects.filter(code=code).first() if "\0" not in code else None
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
    }


def _body(body: Body) -> dict[str, str]:
    return {"level": body.level, "code": body.code, "name": body.name}
