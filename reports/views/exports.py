"""Open data: every public submission under any filter, as a file; and the page that explains it."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from geodata.problems import Refused, problem, refusal
from geodata.rate_limits import admit
from reports.areas import areas_to_offer
from reports.exports import FORMATS, Format, rows_under
from reports.filters import SubmissionFilter, parameters
from reports.records import FIELDS, PLACE


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """`/exports/submissions.<format>?<filter>`.  HEAD asks nothing of the database but the
    filter's own names."""
    made = FORMATS.get(extension)
    if made is None:
        raise Http404
    wanted = SubmissionFilter(request.GET)
    if not wanted.is_valid():
        return problem(400, errors=wanted.errors_by_parameter())
    if request.method == "HEAD":
        return HttpResponse(headers=_headers(made))
    try:
        admit(request, "exports", f"{time.monotonic_ns()}", most=settings.EXPORTS_PER_MINUTE)
        pieces = made.write(rows_under(wanted))
    except Refused as refused:
        return refusal(refused)
    return StreamingHttpResponse(pieces, headers=_headers(made))


def _headers(made: Format) -> dict[str, str]:
    name = f"submissions-{timezone.localdate()}.{made.extension}"
    return {
        "Content-Type": made.content_type,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "Link": f'<{settings.DATA_LICENCE_URL}>; rel="license", '
        f'<{settings.SITE_URL}/exports/>; rel="describedby"',
        "Access-Control-Allow-Origin": "*",
    }


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What there is, what each field means, and what may be done with it."""
    wanted = SubmissionFilter(request.GET, extras=("utm_*",))
    context = {
        "formats": FORMATS.values(),
        "filter": wanted,
        "areas": areas_to_offer(chosen=wanted.chosen_areas),
        "query": wanted.as_query() if wanted.is_valid() else "",
        "fields": FIELDS,
        "place": PLACE,
        "parameters": parameters(),
        "attribution": settings.DATA_ATTRIBUTION,
        "licence": settings.DATA_LICENCE,
        "licence_url": settings.DATA_LICENCE_URL,
    }
    status = 200 if wanted.is_valid() else 400
    return render(request, "reports/exports.html", context, status=status)
