"""The map as a sheet of paper, and as a frame in other people's pages (docs/map.md)."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import conditional_page, require_safe

from geodata.problems import Refused, with_headers
from reports.counting import Count, count_public
from reports.doors import bounded
from reports.filters import SubmissionFilter
from reports.filters.wording import in_words
from reports.listing import public_page
from reports.paging import Page
from reports.viewing import Viewpoint, bounds_of
from reports.workflow import Status

LISTED = 30
"""For those whose browser runs no script: as many as a page of the list."""
PAPERS = ("portrait", "landscape")

_PRINT_EXTRAS = ("at", "paper", "utm_*")
_EMBED_EXTRAS = ("at", "lang", "utm_*")


@require_safe
def print_map(request: HttpRequest) -> HttpResponse:
    """An A4 sheet of what the map shows, upright or across."""
    asked = request.GET.get("paper", "")
    context = {"paper": asked if asked in PAPERS else PAPERS[0], "now": timezone.now()}
    return _sheet(request, "reports/map_print.html", _PRINT_EXTRAS, context, listed=LISTED)


@require_safe
@conditional_page
def embed_map(request: HttpRequest) -> HttpResponseBase:
    """A light page that others may frame.  Its address alone decides what it says, the language
    too: no cookie is read or set; caches may keep it and ask whether it is still so."""
    language = request.GET.get("lang", "")
    known = dict(settings.LANGUAGES)
    with translation.override(language if language in known else settings.LANGUAGE_CODE):
        response = _sheet(request, "reports/map_embed.html", _EMBED_EXTRAS, {}, listed=0)
        response["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    if response.status_code == 200:
        patch_cache_control(response, public=True, no_cache=True)  # its number is that of now
    return _framed(response)


def _framed(response: HttpResponse) -> HttpResponseBase:
    """Those of the setting may frame it; where nobody is named, it stays like every other page."""
    if not settings.EMBED_ORIGINS:
        return response

    @csp_replace({"frame-ancestors": settings.EMBED_ORIGINS})
    @xframe_options_exempt
    def answer(_request: HttpRequest) -> HttpResponse:
        return response

    return answer(HttpRequest())


def _sheet(
    request: HttpRequest,
    template: str,
    extras: tuple[str, ...],
    context: dict[str, Any],
    *,
    listed: int,
) -> HttpResponse:
    wanted = SubmissionFilter(request.GET, extras=extras)
    status, headers, found = 200 if wanted.is_valid() else 400, {}, _nothing()
    try:
        at = Viewpoint.read(request.GET.get("at", ""))
        if wanted.is_valid():
            found = _found(request, wanted, at, listed)
    except Refused as refused:
        status, headers, found = refused.status, refused.headers, _nothing(str(refused))
    context = {"filter": wanted, "statuses": Status.choices, **_source(), **context, **found}
    return with_headers(render(request, template, context, status=status), headers)


def _found(
    request: HttpRequest, wanted: SubmissionFilter, at: Viewpoint | None, listed: int
) -> dict[str, Any]:
    """What a valid filter means; `listed` of its submissions for those without a script."""
    with bounded(request, wanted):
        count = count_public(wanted)
        page = public_page(wanted, limit=listed) if listed else Page([], "")
    return {
        "count": count,
        "page": page,
        "problem": "",
        "words": in_words(wanted),
        "at": str(at or ""),
        "bounds": bounds_of(wanted),
        "tile_query": wanted.canonical(but=("bbox",)),
        "query": wanted.as_query(),
        "live_url": _live_url(wanted, at),
    }


def _live_url(wanted: SubmissionFilter, at: Viewpoint | None) -> str:
    """The same on the map of the site, whole: for paper, and out of a frame."""
    seen = urlencode({"at": str(at)}) if at else ""
    query = "&".join(filter(None, [wanted.as_query(), seen]))
    return f"{settings.SITE_URL}{reverse('reports:map')}{'?' if query else ''}{query}"


def _source() -> dict[str, str]:
    return {
        "attribution": settings.DATA_ATTRIBUTION,
        "licence": settings.DATA_LICENCE,
        "licence_url": settings.DATA_LICENCE_URL,
    }


def _nothing(problem: str = "") -> dict[str, Any]:
    return {"count": Count(0, False), "page": Page([], ""), "problem": problem, "tile_query": None}
