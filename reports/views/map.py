"""The home page, and the map with the list of what it shows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geodata.models import Area
from geodata.problems import with_headers
from reports.areas import areas_to_offer
from reports.displays import PARAMETERS
from reports.doors import PAGE_EXTRAS
from reports.exports import FORMATS
from reports.filters import parameters
from reports.models import Submission
from reports.paging import page_of
from reports.statistics.counts import public_counts
from reports.views.looking import look

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
    seen = look(request, extras=PAGE_EXTRAS, listed=PAGE_SIZE)
    context = seen.context()
    context |= {
        "areas": areas_to_offer(chosen=seen.wanted.chosen_areas),
        "formats": FORMATS.values(),
        "sheet_names": " ".join([*(one.name for one in parameters()), *PARAMETERS]),
        "may_be_framed": bool(settings.EMBED_ORIGINS),
        "frame_url": f"{settings.SITE_URL}{reverse('reports:map_embed')}",
        "opens_at_mine": not context["bounds"] and seen.at is None,
    }
    page = render(request, "reports/map.html", context, status=seen.status)
    return with_headers(page, seen.headers)
