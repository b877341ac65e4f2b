"""Atom feeds with GeoRSS points (RFC 4287; GeoRSS Simple)."""

from datetime import datetime
from typing import Any

from django.contrib.gis.feeds import Feed, GeoAtom1Feed
from django.contrib.gis.geos import Point
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from geodata.models import Area
from reports.models import Submission
from reports.paging import page_of

ENTRIES = 50


class AreaFeed(Feed):
    """The newest public submissions of an area."""

    feed_type = GeoAtom1Feed

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
