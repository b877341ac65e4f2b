"""Submissions as GeoJSON (RFC 7946), under every filter, page by page."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from geodata.problems import BadParameters
from reports.doors import bounded
from reports.filters import SubmissionFilter, openapi_parameters
from reports.listing import page_under
from reports.models import Submission
from reports.paging import LONGEST_CURSOR, MOST_ON_A_PAGE
from reports.records import feature_of

router = Router(tags=["submissions"])


class PointGeometry(Schema):
    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float] = Field(description="Longitude, latitude (EPSG:4326).")


class SubmissionProperties(Schema):
    ref: str
    kind: str
    category: str
    status: str
    description: str
    address: str = Field(description="As the resident gave it.")
    responsible: str | None = Field(description="Name of the collectivity that answers.")
    responsible_code: str | None = Field(description="Its level:code, as the filter reads it.")
    areas: list[str] = Field(description="Today's areas around it, level:code, upper levels first.")
    photos: int = Field(description="How many photos its page shows.")
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    url: str


class SubmissionFeature(Schema):
    type: Literal["Feature"] = "Feature"
    id: str
    geometry: PointGeometry
    properties: SubmissionProperties


class Link(Schema):
    rel: str
    href: str


class SubmissionCollection(Schema):
    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[SubmissionFeature]
    links: list[Link]


class PageParameters(Schema):
    """What is the door's own; the filter's parameters are `openapi_parameters`."""

    limit: int = Field(100, ge=1, le=MOST_ON_A_PAGE)
    cursor: str = Field("", max_length=LONGEST_CURSOR, description="as the `next` link gives it")


@router.api_operation(
    ["GET", "HEAD"],
    "/submissions",
    response=SubmissionCollection,
    summary="Public submissions",
    openapi_extra={"parameters": openapi_parameters()},
)
def list_submissions(
    request: HttpRequest, response: HttpResponse, asked: Query[PageParameters]
) -> dict[str, Any]:
    """Newest first, or as `sort` says.  Follow the `next` link until there is none."""
    wanted = SubmissionFilter(request.GET, extras=("cursor", "limit"))
    if not wanted.is_valid():
        raise BadParameters(wanted.errors_by_parameter())
    public = Submission.objects.public().for_records()
    with bounded(request, wanted):
        page = page_under(wanted, public, cursor=asked.cursor, limit=asked.limit)
    links = [{"rel": "self", "href": request.build_absolute_uri()}]
    if page.next_cursor:
        following = request.GET.copy()
        following["cursor"] = page.next_cursor
        href = request.build_absolute_uri(f"{request.path}?{following.urlencode()}")
        links.append({"rel": "next", "href": href})
    response["Access-Control-Allow-Origin"] = "*"
    return {"features": [feature_of(row) for row in page.rows], "links": links}
