"""Atom feeds with GeoRSS points (RFC 4287; GeoRSS Simple)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.gis.feeds import Feed, GeoAtom1Feed
from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geodata.models import Area
from geodata.problems import Refused, problem, refusal
from reports.doors import bounded
from reports.filters import SubmissionFilter
from reports.listing import public_page
from reports.models import Submission
from reports.paging import page_of

ENTRIES = 50


class SubmissionFeed(Feed):
    """The newest public submissions of something: subclasses say of what."""

    feed_type = GeoAtom1Feed

    def item_title(self, item: Any) -> str:
        return f"{item.category.name} ({item.status_label})"

    def item_description(self, item: Any) -> str:
        return str(item.description)

    def item_pubdate(self, item: Submission) -> datetime:
        return item.created_at

    def item_updateddate(self, item: Submission) -> datetime:
        return item.updated_at

    def item_geometry(self, item: Submission) -> Point:
        return item.pin


class AreaFeed(SubmissionFeed):
    """Those of an area."""

    def get_object(self, request: HttpRequest, level: str, code: str) -> Area:
        areas = Area.objects.current().for_pages()
        return get_object_or_404(areas, level__code=level, code=code)

    def title(self, area: Area) -> str:
        return _("Submissions in %(area)s") % {"area": area.name}

    def subtitle(self, area: Area) -> str:
        return f"{area.level.name} {area.code}"

    def link(self, area: Area) -> str:
        return area.get_absolute_url()

    def items(self, area: Area) -> Any:
        inside = Submission.objects.public().inside(area).for_lists()
        return page_of(inside, limit=ENTRIES).rows


class FilterFeed(SubmissionFeed):
    """Those that a filter means, in its order.  The filter is valid: `filter_feed` looks first."""

    def __init__(self, wanted: SubmissionFilter) -> None:
        self.wanted = wanted

    def title(self, _object: None) -> str:
        return _("Submissions · %(site)s") % {"site": settings.SITE_NAME}

    def subtitle(self, _object: None) -> str:
        return self.wanted.canonical()

    def link(self, _object: None) -> str:
        return f"{reverse('reports:map')}?{self.wanted.as_query()}"

    def feed_url(self, _object: None) -> str:
        return f"{reverse('reports:filter_feed')}?{self.wanted.as_query()}"

    def items(self, _object: None) -> Any:
        return public_page(self.wanted, limit=ENTRIES).rows


@require_safe
def filter_feed(request: HttpRequest) -> HttpResponseBase:
    """`/feeds/submissions/?<filter>`."""
    wanted = SubmissionFilter(request.GET)
    if not wanted.is_valid():
        return problem(400, errors=wanted.errors_by_parameter())
    try:
        with bounded(request, wanted):
            return FilterFeed(wanted)(request)
    except Refused as refused:
        return refusal(refused)
