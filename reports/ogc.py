"""Submissions as an OGC collection: the one filter by its own names, CQL2 beyond it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.boxes import Box
from geodata.extents import Edges
from geodata.models import Area
from geodata.ogc.areas import AreaCollection
from geodata.ogc.collections import Asked, Collection, Feature, OwnParameter, Page, Tiles
from geodata.ogc.cql.conditions import intersecting_span
from geodata.ogc.queryables import Queryable, by_name
from geodata.ogc.tables import touching
from geodata.problems import BadParameters
from geodata.tile_http import template_of
from geodata.tiles import MAX_ZOOM
from reports import tiles
from reports.counting import Count, count_under
from reports.doors import bounded
from reports.filters import SubmissionFilter, parameters
from reports.listing import page_under
from reports.models import Submission
from reports.paging import MOST_ON_A_PAGE, BadCursor
from reports.paging import Page as RowsOfPage
from reports.querysets import SubmissionQuerySet
from reports.records import properties_of
from reports.workflow import Kind, Status

ID = "submissions"
_BY_THE_STANDARD = frozenset({"bbox"})


class SubmissionCollection(Collection):
    id = ID
    most = MOST_ON_A_PAGE
    has_time = True

    def __init__(self) -> None:
        self.title = _("Reports and proposals")
        self.description = _("What residents sent, as the public map shows it.")
        self.attribution = settings.DATA_ATTRIBUTION
        self.licence = settings.DATA_LICENCE
        self.licence_url = settings.DATA_LICENCE_URL

    @property
    def queryables(self) -> dict[str, Queryable]:
        return by_name(_queryables())

    @property
    def tiles(self) -> Tiles:
        return Tiles(
            template=template_of(reverse("reports:submission_tile", args=[0, 0, 0])),
            tilejson=reverse("reports:submission_tilejson"),
            layer=tiles.LAYER,
            fields=tuple(tiles.FIELDS),
            minzoom=0,
            maxzoom=MAX_ZOOM,
            dimension=0,
        )

    def extent(self) -> Edges | None:
        """Of the uppermost level with areas: asking every pin would take its time."""
        first = Area.objects.current().order_by("level__rank").select_related("level").first()
        return AreaCollection(first.level).extent() if first else None

    def period(self) -> tuple[datetime | None, datetime | None] | None:
        first = Submission.objects.public().order_by("created_at").values("created_at").first()
        return (first["created_at"], None) if first else None

    def own_parameters(self) -> list[OwnParameter]:
        return [
            OwnParameter(one.name, one.meaning, one.schema)
            for one in parameters()
            if one.name not in _BY_THE_STANDARD
        ]

    def page(self, request: HttpRequest, asked: Asked) -> Page:
        wanted = _filter(asked)
        rows = _narrowed(Submission.objects.public(), asked)
        beyond = f"&ogc?{asked.key}" if asked.key else ""
        with bounded(request, wanted, beyond):
            found = _rows(wanted, rows.for_records(), asked, beyond)
            count = count_under(wanted, rows)
            return _page(found, count)

    def feature(self, id: str) -> Feature | None:
        found = Submission.objects.public().for_records().filter(ref=id).first()
        return _feature(found) if found else None


def _queryables() -> Iterable[Queryable]:
    body = "responsible"
    code = Concat(f"{body}__level__code", Value(":"), f"{body}__code", output_field=CharField())
    responsible = Case(When(responsible__level__isnull=False, then=code), output_field=CharField())
    return [
        Queryable("ref", "string", _("Reference"), "ref", role="id"),
        Queryable("kind", "string", _("Kind"), "kind", tuple(Kind.values)),
        Queryable("category", "string", _("Category"), "category__code"),
        Queryable("status", "string", _("Status"), "status", tuple(Status.values)),
        Queryable("created_at", "date-time", _("Sent"), "created_at", role="primary-instant"),
        Queryable("description", "string", _("Description"), "description"),
        Queryable("address", "string", _("Address"), "address"),
        Queryable("responsible_code", "string", _("Who answers"), responsible),
        Queryable("updated_at", "date-time", _("Changed"), "updated_at"),
        Queryable("closed_at", "date-time", _("Closed"), "closed_at"),
        Queryable("geometry", "geometry", _("Pin"), "pin", role="primary-geometry"),
    ]


def _filter(asked: Asked) -> SubmissionFilter:
    """The one filter; a box in degrees is its own.  Raises BadParameters."""
    given = asked.own.copy()
    if isinstance(asked.bounds, Box):
        given["bbox"] = str(asked.bounds)
    wanted = SubmissionFilter(given)
    if not wanted.is_valid():
        raise BadParameters(wanted.errors_by_parameter())
    return wanted


def _narrowed(rows: SubmissionQuerySet, asked: Asked) -> SubmissionQuerySet:
    """By what the one filter has no words for."""
    conditions: list[Any] = list(asked.conditions)
    if asked.bounds is not None and not isinstance(asked.bounds, Box):
        conditions.append(touching("pin", asked.bounds))
    if asked.span is not None:
        conditions.append(intersecting_span(F("created_at"), asked.span))
    return rows.filter(*conditions)


def _rows(
    wanted: SubmissionFilter, rows: SubmissionQuerySet, asked: Asked, beyond: str
) -> RowsOfPage:
    try:
        return page_under(wanted, rows, cursor=asked.cursor, limit=asked.limit, beyond=beyond)
    except BadCursor as bad:
        raise BadParameters({"cursor": [str(bad)]}) from None


def _page(found: RowsOfPage, count: Count) -> Page:
    features = [_feature(row) for row in found.rows]
    return Page(features, found.next_cursor, None if count.is_more else count.number)


def _feature(row: Submission) -> Feature:
    return Feature(row.ref, row.pin, properties_of(row), row.get_absolute_url())


class Submissions:
    """The provider."""

    def collections(self) -> list[SubmissionCollection]:
        return [SubmissionCollection()]

    def find(self, id: str) -> SubmissionCollection | None:
        return SubmissionCollection() if id == ID else None
