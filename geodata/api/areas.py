"""GET /api/v1/areas: areas by name, code and containment, and how they lie to each other."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from geodata import relations
from geodata.api.schemas import (
    AreaFeature,
    AreaPage,
    Day,
    HistoryOut,
    RelatedPage,
    RelationParameters,
    SearchParameters,
)  # fmt: skip
from geodata.gone import became_of
from geodata.models import Area, Level
from geodata.problems import BadParameters, NotFound
from geodata.querysets import AreaQuerySet

router = Router(tags=["territory"])


@router.get("/areas", response=AreaPage, summary="Search areas")
def search_areas(
    request: HttpRequest, response: HttpResponse, asked: Query[SearchParameters]
) -> dict[str, Any]:
    """By level and code; follow `next` until it is null."""
    _allow_everybody(response)
    day = asked.on or timezone.localdate()
    _refuse_nul(request)
    if asked.parent:
        return _inside(request, asked, day)
    found = _search(asked, day)[: asked.limit + 1]
    rows = [_summary(request, area) for area in found]
    return {"areas": rows[: asked.limit], "next": _next(request, rows, asked.limit)}


def _search(asked: SearchParameters, day: date) -> AreaQuerySet:
    areas = Area.objects.valid_on(day)
    if asked.q:
        areas = areas.named_like(asked.q)
    if asked.level:
        areas = areas.filter(level=_level(asked.level))
    if asked.code:
        areas = areas.filter(code=asked.code)
    if asked.after:
        areas = areas.after_key(*_key(asked.after, "after"))
    return areas.for_names().select_related("level", "edition").order_by("level__code", "code")


def _inside(request: HttpRequest, asked: SearchParameters, day: date) -> dict[str, Any]:
    """Areas with at least half their ground in the parent, that fit the rest of the question."""
    parent = _area_or_404(*_key(asked.parent, "parent"), day, request)
    inside = relations.children(parent, on=day, level=_level_code(asked.level), limit=50_000)
    keys = {(one.level, one.code) for one in inside if not one.is_partly}
    candidates = _search(asked, day).filter(code__in={code for _level, code in keys})
    found = [area for area in candidates if (area.level.code, area.code) in keys]
    rows = [_summary(request, area) for area in found[: asked.limit + 1]]
    return {"areas": rows[: asked.limit], "next": _next(request, rows, asked.limit)}


@router.get("/areas/{level}/{code}", response=AreaFeature, summary="One area with its outline")
def one_area(
    request: HttpRequest,
    response: HttpResponse,
    level: str,
    code: str,
    on: Day | None = None,
    geometry: bool = True,
) -> dict[str, Any]:
    """`geometry=false` leaves the outline out."""
    _allow_everybody(response)
    area = _area_or_404(level, code, on or timezone.localdate(), request)
    outline = Area.objects.filter(pk=area.pk).outline()["geometry"] if geometry else None
    return {
        "id": f"{level}:{code}",
        "bbox": _bbox(area),
        "geometry": outline,
        "properties": _properties(request, area),
    }


@router.get("/areas/{level}/{code}/children", response=RelatedPage, summary="Areas inside it")
def area_children(
    request: HttpRequest,
    response: HttpResponse,
    level: str,
    code: str,
    asked: Query[RelationParameters],
) -> dict[str, Any]:
    """Areas of lower levels with ground in it; those with less than half are `is_partly`."""
    _allow_everybody(response)
    day = asked.on or timezone.localdate()
    area = _area_or_404(level, code, day, request)
    after = _key(asked.after, "after") if asked.after else ("", "")
    found = relations.children(
        area, on=day, level=_level_code(asked.level), after=after, limit=asked.limit + 1
    )
    rows = [asdict(one) for one in found]
    return {"areas": rows[: asked.limit], "next": _next(request, rows, asked.limit)}


@router.get("/areas/{level}/{code}/parents", response=RelatedPage, summary="Areas around it")
def area_parents(
    request: HttpRequest, response: HttpResponse, level: str, code: str, on: Day | None = None
) -> dict[str, Any]:
    _allow_everybody(response)
    day = on or timezone.localdate()
    found = relations.parents(_area_or_404(level, code, day, request), on=day)
    return {"areas": [asdict(one) for one in found]}


@router.get("/areas/{level}/{code}/neighbours", response=RelatedPage, summary="Areas beside it")
def area_neighbours(
    request: HttpRequest, response: HttpResponse, level: str, code: str, on: Day | None = None
) -> dict[str, Any]:
    """Of the same level, the longest common border first."""
    _allow_everybody(response)
    day = on or timezone.localdate()
    found = relations.neighbours(_area_or_404(level, code, day, request), on=day)
    return {"areas": [asdict(one) for one in found]}


@router.get("/areas/{level}/{code}/history", response=HistoryOut, summary="A code through time")
def area_history(
    request: HttpRequest, response: HttpResponse, level: str, code: str
) -> dict[str, Any]:
    """Every edition that has the code, also those of codes that are no more."""
    _allow_everybody(response)
    _refuse_nul(request)
    _level(level)
    found = relations.history(level, code)
    if not any(found.values()):
        raise NotFound(_no_area(level, code))
    return found


# ---------------------------------------------------------------- reading what was asked


def _refuse_nul(request: HttpRequest) -> None:
    given = [*request.GET.items(), ("code", request.path)]
    errors = {
        name: [_("A character that no text has was sent.")] for name, text in given if "\0" in text
    }
    if errors:
        raise BadParameters(errors)


def _level(code: str) -> Level:
    found = Level.objects.filter(code=code).first() if "\0" not in code else None
    if found is None:
        known = ", ".join(Level.objects.values_list("code", flat=True))
        sentence = _("There is no level “%(code)s”; there are: %(known)s.")
        raise BadParameters({"level": [sentence % {"code": code[:80], "known": known}]})
    return found


def _level_code(code: str) -> str:
    return _level(code).code if code else ""


def _key(text: str, parameter: str) -> tuple[str, str]:
    level, colon, code = text.partition(":")
    if not colon or "\0" in text:
        raise BadParameters({parameter: [_("Write level:code, such as commune:44109.")]})
    return level, code


def _area_or_404(level: str, code: str, day: date, request: HttpRequest) -> Area:
    """Raises NotFound, which names what became of an area that is no more."""
    found = None
    if "\0" not in level + code:
        areas = Area.objects.valid_on(day).filter(level__code=level, code=code)
        found = (
            areas.select_related("level", "edition", "collectivity__level")
            .defer("geom", "geom_3857")
            .first()
        )
    if found is None:
        raise _gone(request, level, code, day)
    return found


def _gone(request: HttpRequest, level: str, code: str, day: date) -> NotFound:
    became = became_of(level, code, on=day)
    if became is None:
        return NotFound(_no_area(level, code))
    paths = [reverse("api:one_area", args=[level, new]) for new in became.codes]
    return NotFound(
        f"{_no_area(level, code)} {became.sentence}",
        instead=[request.build_absolute_uri(path) for path in paths],
    )


def _no_area(level: str, code: str) -> str:
    sentence = _("There is no area “%(key)s” on that day.")
    return sentence % {"key": f"{level}:{code}"[:80].replace("\0", "")}


# ---------------------------------------------------------------- encoding


def _allow_everybody(response: HttpResponse) -> None:
    response["Access-Control-Allow-Origin"] = "*"


def _summary(request: HttpRequest, area: Area) -> dict[str, Any]:
    return {
        "level": area.level.code,
        "code": area.code,
        "name": area.name,
        "edition": area.edition.label,
        "url": _url(request, "one_area", area),
    }


def _bbox(area: Area) -> list[float]:
    """As RFC 7946, section 5 has it, to some 0.1 m."""
    extent = Area.objects.filter(pk=area.pk).extent()
    assert extent is not None
    west, south, east, north = extent
    return [round(edge, 6) for edge in (west, south, east - 360 if east > 180 else east, north)]


def _url(request: HttpRequest, name: str, area: Area) -> str:
    path = reverse(f"api:{name}", args=[area.level.code, area.code])
    return request.build_absolute_uri(path)


def _next(request: HttpRequest, rows: list[dict[str, Any]], limit: int) -> str | None:
    if len(rows) <= limit:
        return None
    following = request.GET.copy()
    last = rows[limit - 1]
    following["after"] = f"{last['level']}:{last['code']}"
    return request.build_absolute_uri(f"{request.path}?{following.urlencode()}")


def _properties(request: HttpRequest, area: Area) -> dict[str, Any]:
    edition = area.edition
    relations_of = ("parents", "children", "neighbours", "history")
    return {
        "level": area.level.code,
        "code": area.code,
        "name": area.name,
        "edition": edition.label,
        "valid_from": edition.valid_from,
        "valid_to": edition.valid_to,
        "source": edition.source,
        "licence": edition.licence,
        "area_m2": area.area_m2,
        "collectivity": _collectivity(area),
        "links": {name: _url(request, f"area_{name}", area) for name in relations_of},
    }


def _collectivity(area: Area) -> dict[str, Any] | None:
    body = area.collectivity
    if body is None:
        return None
    return {
        "level": body.level.code if body.level else "",
        "code": body.code,
        "name": body.name,
        "nature": body.nature,
        "siren": body.siren,
        "population": body.population,
    }
