"""The page of statistics under the one filter, and the same as CSV."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geodata.models import Level
from geodata.problems import Refused, problem, refusal, with_headers
from geodata.rate_limits import admit
from geodata.writing import delimited
from geodata.writing.delimited import TYPE as CSV_TYPE
from reports.areas import areas_to_offer
from reports.doors import bounded
from reports.filters import SubmissionFilter
from reports.statistics.chart import chart_of
from reports.statistics.comparing import (
    LEAST_RANKED,
    Compared,
    TooManyAreas,
    UnknownLevel,
    compare_under,
)
from reports.statistics.figures import Figures, figures_of
from reports.statistics.table import COLUMNS, rows_of

MOST_COMPARED = 1_500
_EXTRAS = ("compare", "utm_*")


class BadComparison(ValueError):
    """`str()` is a sentence for the reader."""


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """`/statistics/?<filter>&compare=<level>`."""
    wanted = SubmissionFilter(request.GET, extras=_EXTRAS)
    status, headers, found = 200, {}, _nothing()
    try:
        if wanted.is_valid():
            found = _found(request, wanted)
        else:
            status = 400
    except BadComparison as bad:
        status, found = 400, _nothing(str(bad)) | {"compare_problem": str(bad)}
    except Refused as refused:
        status, headers, found = refused.status, refused.headers, _nothing(str(refused))
    query = wanted.as_query() if wanted.is_valid() else ""
    compared, levels = request.GET.get("compare", "")[:80], list(Level.objects.all())
    context = {
        "filter": wanted,
        "areas": areas_to_offer(chosen=wanted.chosen_areas),
        "levels": levels,
        "compare": compared,
        "compare_is_unknown": compared and compared not in {level.code for level in levels},
        "query": query,
        "file_query": "&".join(filter(None, [query, compared and f"compare={compared}"])),
        "base_query": wanted.canonical(but=("area", "on")) if wanted.is_valid() else "",
        "least_ranked": LEAST_RANKED,
        **found,
    }
    page = render(request, "reports/statistics.html", context, status=status)
    return with_headers(page, headers)


@require_safe
def statistics_csv(request: HttpRequest) -> HttpResponseBase:
    """`/exports/statistics.csv?<filter>&compare=<level>`."""
    wanted = SubmissionFilter(request.GET, extras=_EXTRAS)
    if not wanted.is_valid():
        return problem(400, errors=wanted.errors_by_parameter())
    if request.method == "HEAD":
        return HttpResponse(headers=_headers())
    try:
        admit(request, "exports", f"{time.monotonic_ns()}", most=settings.EXPORTS_PER_MINUTE)
        with bounded(request, wanted):
            figures, compared = figures_of(wanted), _compared(request, wanted)
    except BadComparison as bad:
        return problem(400, errors={"compare": [str(bad)]})
    except Refused as refused:
        return refusal(refused)
    lines = delimited(rows_of(figures, compared), columns=COLUMNS)
    return StreamingHttpResponse(lines, headers=_headers())


def _headers() -> dict[str, str]:
    return {
        "Content-Type": CSV_TYPE,
        "Content-Disposition": f'attachment; filename="statistics-{timezone.localdate()}.csv"',
        "Cache-Control": "no-store",
        "Link": f'<{settings.DATA_LICENCE_URL}>; rel="license"',
        "Access-Control-Allow-Origin": "*",
    }


def _found(request: HttpRequest, wanted: SubmissionFilter) -> dict[str, Any]:
    with bounded(request, wanted):
        figures, compared = figures_of(wanted), _compared(request, wanted)
    return {
        "figures": figures,
        "chart": chart_of(figures.by_month),
        "compared": compared,
        "has_unranked": any(not row.is_ranked for row in compared),
        "problem": "",
    }


def _nothing(said: str = "") -> dict[str, Any]:
    figures: Figures | None = None
    return {"figures": figures, "chart": None, "compared": [], "problem": said}


def _compared(request: HttpRequest, wanted: SubmissionFilter) -> list[Compared]:
    level = request.GET.get("compare", "")
    try:
        return compare_under(wanted, level, most=MOST_COMPARED)
    except UnknownLevel:
        sentence = _("There is no level “%(code)s” to compare.")
        raise BadComparison(sentence % {"code": level[:80].replace("\0", "")}) from None
    except TooManyAreas:
        sentence = _("More than %(most)d areas: choose an area to compare those inside it.")
        raise BadComparison(sentence % {"most": MOST_COMPARED}) from None
