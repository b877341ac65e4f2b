"""Tiles of submissions go past sessions, languages, forms and the log of requests.

Their answer depends on the URL alone, and there are hundreds of them for each page: the whole stack
costs as much again as a cached tile.  It stands behind the middleware that sets security headers.
What is not a plain tile (a filter that is refused, a zoom that is none, another method) goes on
through the stack and is answered there, in the reader's language.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase

from reports.views.tiles import submission_tile

_TILE = re.compile(r"/tiles/submissions/(\d{1,2})/(\d{1,8})/(\d{1,8})\.mvt")


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
            response = submission_tile(request, *map(int, asked.groups()))
        except Http404:
            return None
        if response.status_code not in (200, 304):
            return None
        response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
        return response
