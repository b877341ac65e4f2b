"""Tiles go past sessions, languages, forms and the log of requests.

Their answer depends on the URL alone, and there are hundreds of them for each page: the whole stack
costs as much again as a cached tile.  They stand behind the middleware that sets security headers,
but for the policy of contents: to put that together takes as long as the rest of their way, and a
tile needs nothing of it.
What is not a plain tile (a filter that is refused, a zoom that is none, another method) goes on
through the stack and is answered there, in the reader's language.  So is an overlay that is not for
everybody: here nobody is known.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseBase

from geodata.views import area_tile
from layers.views.tiles import overlay_tile
from reports.views.tiles import submission_tile

_TILE = re.compile(
    r"/tiles/(submissions|areas/[-\w]{1,80}|overlays/[-\w]{1,80})"
    r"/(\d{1,2})/(\d{1,8})/(\d{1,8})\.mvt",
    re.ASCII,
)
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class QuickTiles:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._tile(request) or self.get_response(request)

    def _tile(self, request: HttpRequest) -> HttpResponseBase | None:
        """The tile, or None where there is more to say."""
        if request.method not in ("GET", "HEAD"):
            return None
        asked = _TILE.fullmatch(request.path_info)
        if asked is None:
            return None
        request.get_host()  # raises DisallowedHost
        try:
            response = _answer(request, asked[1], *map(int, asked.groups()[1:]))
        except Http404:
            return None
        if response is None or response.status_code not in (200, 304):
            return None
        response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
        response["Content-Security-Policy"] = _POLICY
        return response


def _answer(request: HttpRequest, of: str, z: int, x: int, y: int) -> HttpResponseBase | None:
    kind, _slash, name = of.partition("/")
    if kind == "submissions":
        return submission_tile(request, z, x, y)
    if kind == "areas":
        return area_tile(request, name, z, x, y)
    if request.GET:  # a draft, or the secret of a link
        return None
    request.user = AnonymousUser()
    return overlay_tile(request, name, z, x, y)
