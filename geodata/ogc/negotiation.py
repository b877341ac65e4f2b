"""In which form an answer is wanted, and the answer with its headers."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from geodata.ogc.pages import HtmlPage
from geodata.problems import BadParameters, Errors, NotFound, Refused, problem, refusal

JSON = "application/json"
GEOJSON = "application/geo+json"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
HTML = "text/html"
_METHODS = "GET, HEAD, OPTIONS"
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Crs, Link, Retry-After",
}
View = Callable[..., HttpResponseBase]
RefusedPage = Callable[[HttpRequest, dict[str, Any], tuple[str, ...], Errors], HtmlPage]
"""Of a request and the arguments of its path, with sentences and the errors by parameter."""


def wants_html(request: HttpRequest) -> bool:
    """`f` decides, else Accept; who accepts anything, or nothing of ours, gets JSON.  Raises
    BadParameters."""
    form = request.GET.get("f", "")
    if form not in ("", "json", "html"):
        raise BadParameters({"f": [_("Write f=json or f=html.")]})
    if form:
        return form == "html"
    preferred = request.get_preferred_type([JSON, GEOJSON, SCHEMA, OPENAPI.partition(";")[0], HTML])
    return preferred == HTML


def answer(
    request: HttpRequest,
    document: dict[str, Any],
    page: Callable[[], HtmlPage],
    *,
    content_type: str = JSON,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """`document` as JSON, or `page` for people."""
    if wants_html(request):
        shown = page()
        response = render(request, shown.template, {"page": shown})
    else:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        response = HttpResponse(text, content_type=content_type)
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def ogc_door(view: View) -> View:
    """GET, HEAD and OPTIONS for programs of any origin; refusals in the form that is wanted."""
    return _door(view, _bare)


def ogc_form_door(refused: RefusedPage) -> Callable[[View], View]:
    """The same for a page with a form, which `refused` shows again with what was typed."""
    return lambda view: _door(view, refused)


def _door(view: View, page: RefusedPage) -> View:
    @wraps(view)
    def door(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204, headers={"Allow": _METHODS})
            response["Access-Control-Allow-Methods"] = _METHODS
            response["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type"
        elif request.method not in ("GET", "HEAD"):
            response = problem(405, _("These addresses are for reading: GET, HEAD or OPTIONS."))
            response["Allow"] = _METHODS
        else:
            response = _answered(view, page, request, kwargs)
        for name, value in _OPEN.items():
            response[name] = value
        patch_vary_headers(response, ["Accept", "Accept-Language"])
        return response

    return door


def _answered(
    view: View, page: RefusedPage, request: HttpRequest, kwargs: dict[str, Any]
) -> HttpResponseBase:
    errors: Errors = {}
    try:
        return view(request, **kwargs)
    except BadParameters as bad:
        refused: HttpResponse = problem(bad.status, errors=bad.errors)
        errors = bad.errors
        sentences = [f"{name}: {' '.join(texts)}" for name, texts in errors.items()]
    except Refused as error:
        refused, sentences = refusal(error), [str(error)]
    except (Http404, NotFound) as error:
        sentences = [str(error)]
        refused, page = problem(404, str(error)), _bare
    return _for_people(request, refused, lambda: page(request, kwargs, tuple(sentences), errors))


def _bare(
    _request: HttpRequest, _path: dict[str, Any], sentences: tuple[str, ...], _errors: Errors
) -> HtmlPage:
    return HtmlPage(_("This question has no answer"), crumbs=(), errors=sentences)


def _for_people(
    request: HttpRequest, refused: HttpResponse, page: Callable[[], HtmlPage]
) -> HttpResponse:
    """The same refusal as a page where one is wanted."""
    try:
        is_page = wants_html(request)
    except BadParameters:
        is_page = False
    if not is_page:
        return refused
    made = page()
    shown = render(request, made.template, {"page": made}, status=refused.status_code)
    if "Retry-After" in refused:
        shown["Retry-After"] = refused["Retry-After"]
    return shown
