"""The home page, and the map with the list of what it shows."""

from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from geodata.models import Area
from reports.areas import areas_to_offer
from reports.filters import SubmissionFilter
from reports.models import Submission
from reports.paging import BadCursor, Page, page_of
from reports.querysets import SubmissionQuerySet
from reports.statistics import public_counts

LATEST = 4
PAGE_SIZE = 30
MOST_COUNTED = 1000
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
    wanted = SubmissionFilter(request.GET)
    page, problem, shown = Page([], ""), "", Submission.objects.none()
    if wanted.is_valid():
        shown = wanted.apply(Submission.objects.public())
        try:
            page = page_of(shown.for_lists(), cursor=_cursor(request), limit=PAGE_SIZE)
        except BadCursor as bad:
            problem = str(bad)
    context = {
        "filter": wanted,
        "areas": areas_to_offer(chosen=wanted.chosen_areas),
        "page": page,
        "problem": problem,
        "tile_query": _tile_query(wanted),
        "bounds": _bounds(wanted),
        "count": _count(shown),
    }
    refused = problem or not wanted.is_valid()
    return render(request, "reports/map.html", context, status=400 if refused else 200)


def _cursor(request: HttpRequest) -> str:
    return request.GET.get("cursor", "")


def _count(shown: SubmissionQuerySet) -> dict[str, int | bool]:
    """How many there are, counted only as far as anybody reads."""
    number = shown.order_by()[: MOST_COUNTED + 1].count()
    return {"number": min(number, MOST_COUNTED), "is_more": number > MOST_COUNTED}


def _tile_query(wanted: SubmissionFilter) -> str | None:
    """The filter of the tiles: all but the box, since the map moves; None draws no pins."""
    if not wanted.is_valid():
        return None
    return urlencode([pair for pair in parse_qsl(wanted.canonical()) if pair[0] != "bbox"])


def _bounds(wanted: SubmissionFilter) -> str:
    """West, south, east, north that the map shows first: the box, else the areas asked for."""
    if not wanted.is_valid():
        return ""
    box, areas = wanted.cleaned_data["bbox"], wanted.chosen_areas
    extent = box.extent if box else None
    if areas and not box:
        extent = Area.objects.filter(pk__in=[area.pk for area in areas]).extent()
    return ",".join(f"{edge:.5f}" for edge in extent or ())
