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

from geodata.problems import with_headers
from reports.filters.wording import in_words
from reports.views.looking import Look, look

LISTED = 30
"""For those whose browser runs no script: as many as a page of the list."""
PAPERS = ("portrait", "landscape")

_PRINT_EXTRAS = ("paper", "months", "utm_*")
_EMBED_EXTRAS = ("lang", "months", "utm_*")


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
    seen = look(request, extras=extras, listed=listed)
    context = {**seen.context(), **_source(), **context, "map_query": _map_query(request, extras)}
    if seen.status == 200:
        context |= {"words": in_words(seen.wanted), "live_url": _live_url(seen)}
        context |= {"has_months": request.GET.get("months") == "1"}
    else:
        context["tile_query"] = None  # no map of nothing
    return with_headers(render(request, template, context, status=seen.status), seen.headers)


def _live_url(seen: Look) -> str:
    """The same on the map of the site, whole: for paper, and out of a frame."""
    at = urlencode({"at": str(seen.at)}) if seen.at else ""
    query = "&".join(filter(None, [seen.sheet_query, at]))
    return f"{settings.SITE_URL}{reverse('reports:map')}{'?' if query else ''}{query}"


def _map_query(request: HttpRequest, extras: tuple[str, ...]) -> str:
    """What was asked, for the map, which shows what is refused in its fields."""
    given = request.GET.copy()
    for name in extras:
        given.pop(name, None)
    return given.urlencode()


def _source() -> dict[str, str]:
    return {
        "attribution": settings.DATA_ATTRIBUTION,
        "licence": settings.DATA_LICENCE,
        "licence_url": settings.DATA_LICENCE_URL,
    }
