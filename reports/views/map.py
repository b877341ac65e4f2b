"""The home page, and the map with the list of what it shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geodata.models import Area, Level
from geodata.problems import Refused, with_headers
from reports.areas import areas_to_offer
from reports.counting import Count, count_public
from reports.displays import PARAMETERS, BadDisplay, Display, read_display
from reports.doors import PAGE_EXTRAS, bounded
from reports.exports import FORMATS
from reports.filters import SubmissionFilter, parameters
from reports.listing import public_page
from reports.models import Submission
from reports.paging import BadCursor, Page, cursor_of, page_of
from reports.statistics.counts import public_counts
from reports.viewing import Viewpoint, bounds_of
from reports.workflow import Status

LATEST = 4
PAGE_SIZE = 30
MOST_PLACES = 12


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    place = request.GET.get("place", "")[:100]
    context = {
        "latest": page_of(Submission.objects.public().for_lists(), limit=LATEST).rows,
        "counts": public_counts(),
        "place": place,
        "areas": Area.objects.current().named_like(place).for_names()[:MOST_PLACES],
    }
    return render(request, "reports/home.html", context)


@require_safe
def submission_map(request: HttpRequest) -> HttpResponse:
    """Every filter is in the URL; without JavaScript, map aside, the page is whole."""
    wanted = SubmissionFilter(request.GET, extras=(*PAGE_EXTRAS, *PARAMETERS, "at"))
    status, headers, found, display, at = 200, {}, _nothing(), Display(), None
    try:
        display = read_display(request.GET, _has_areas)
        at = Viewpoint.read(request.GET.get("at", ""))
        if wanted.is_valid():
            found = _found(request, wanted)
        else:
            status = 400
    except (BadCursor, BadDisplay) as bad:
        status, found = 400, _nothing(str(bad))
    except Refused as refused:
        status, headers, found = refused.status, refused.headers, _nothing(str(refused))
    query = wanted.as_query() if wanted.is_valid() else ""
    bounds = bounds_of(wanted)
    context = {
        "filter": wanted,
        "display": display,
        "areas": areas_to_offer(chosen=wanted.chosen_areas),
        "tile_query": wanted.canonical(but=("bbox",)) if wanted.is_valid() else None,
        "query": query,
        "page_query": "&".join(filter(None, [query, display.query])),
        "formats": FORMATS.values(),
        "sheet_names": " ".join(parameter.name for parameter in parameters()),
        "statuses": Status.choices,
        "may_be_framed": bool(settings.EMBED_ORIGINS),
        "frame_url": f"{settings.SITE_URL}{reverse('reports:map_embed')}",
        "bounds": bounds,
        "at": str(at or ""),
        "opens_at_mine": not bounds and at is None,
        **found,
    }
    return with_headers(render(request, "reports/map.html", context, status=status), headers)


def _has_areas(level: str) -> bool:
    return Level.objects.with_areas_today().filter(code=level).exists()


def _found(request: HttpRequest, wanted: SubmissionFilter) -> dict[str, Any]:
    with bounded(request, wanted):
        page = public_page(wanted, cursor=cursor_of(request.GET), limit=PAGE_SIZE)
        return {"page": page, "count": count_public(wanted), "problem": ""}


def _nothing(problem: str = "") -> dict[str, Any]:
    return {"page": Page([], ""), "count": Count(0, False), "problem": problem}
