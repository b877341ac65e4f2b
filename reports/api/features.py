"""Submissions as GeoJSON (RFC 7946), under every filter, page by page."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Field, Query, Router, Schema

from geodata.problems import BadParameters
from reports.filters import SubmissionFilter
from reports.models import Submission
from reports.paging import page_of

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
    responsible: str | None = Field(description="Name of the collectivity that answers.")
    created_at: datetime
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


class ListParameters(Schema):
    """Paging, and the filter's names for the document; `SubmissionFilter` reads them."""

    kind: list[str] = Field([], description="report, proposal; repeatable")
    category: list[str] = Field([], description="category codes; repeatable")
    status: list[str] = Field([], description="statuses, or open and closed; repeatable")
    area: list[str] = Field([], description="level:code, such as commune:44109; repeatable")
    on: str = Field("", description="areas as they were on this day, YYYY-MM-DD; today")
    bbox: str = Field("", description="west,south,east,north in EPSG:4326 degrees")
    from_: str = Field("", alias="from", description="first day, YYYY-MM-DD")
    to: str = Field("", description="last day, YYYY-MM-DD")
    q: str = Field("", description="words of the description, or a reference")
    limit: int = Field(100, ge=1, le=500)
    cursor: str = Field("", max_length=200)


@router.get("/submissions", response=SubmissionCollection, summary="Public submissions")
def list_submissions(
    request: HttpRequest,
    response: HttpResponse,
    asked: Query[ListParameters],
) -> dict[str, Any]:
    """Newest first.  Follow the `next` link until there is none."""
    wanted = SubmissionFilter(request.GET)
    if not wanted.is_valid():
        raise BadParameters(wanted.errors_by_parameter())
    public = wanted.apply(Submission.objects.public()).select_related("category", "responsible")
    page = page_of(public, cursor=asked.cursor, limit=asked.limit)
    links = [{"rel": "self", "href": request.build_absolute_uri()}]
    if page.next_cursor:
        following = request.GET.copy()
        following["cursor"] = page.next_cursor
        href = request.build_absolute_uri(f"{request.path}?{following.urlencode()}")
        links.append({"rel": "next", "href": href})
    response["Access-Control-Allow-Origin"] = "*"
    return {"features": [_feature(request, row) for row in page.rows], "links": links}


def _feature(request: HttpRequest, submission: Submission) -> dict[str, Any]:
    path = reverse("reports:submission", args=[submission.ref])
    return {
        "id": submission.ref,
        "geometry": {"coordinates": submission.pin.coords},
        "properties": {
            "ref": submission.ref,
            "kind": submission.kind,
            "category": submission.category.code,
            "status": submission.status,
            "description": submission.description,
            "responsible": submission.responsible.name if submission.responsible else None,
            "created_at": submission.created_at,
            "url": request.build_absolute_uri(path),
        },
    }
