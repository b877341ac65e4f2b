"""Submissions as vector tiles, under every filter."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from django.core.cache import caches
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    QueryDict,
)
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from geodata.compressing import LEAST_BYTES, compressed, encoding_for
from geodata.problems import Refused, problem, refusal
from geodata.tile_http import MVT, template_of, tile_or_404, tilejson
from reports import tiles
from reports.doors import bounded
from reports.filters import SubmissionFilter
from reports.tiles import TileRequest

# Who names a single submission is asked again each time: what is hidden is gone at once.  Sums of
# several may be shown for seconds while the browser asks (docs/adr/0018).
ASK_FIRST = "public, no-cache"
ASK_MEANWHILE = "public, max-age=0, stale-while-revalidate=10"

LONGEST_KEPT = 200
"""Characters of the query strings whose filters are read once."""


class Kept(NamedTuple):
    """A tile as it is sent."""

    body: bytes
    encoding: str
    cache_control: str
    reason: str


@require_safe
def submission_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponseBase:
    """What everybody may see, whoever asks: the answer depends on the URL alone."""
    tile = tile_or_404(z, x, y)
    wanted = _filter_of(request)
    if not wanted.is_valid():
        return problem(400, errors=wanted.errors_by_parameter())
    try:
        with bounded(request, wanted):
            asked = tiles.look_at(tile, wanted)
            return _by_version(request, asked) if asked.is_versioned else _by_bytes(request, asked)
    except Refused as refused:
        return refusal(refused)


def _filter_of(request: HttpRequest) -> SubmissionFilter:
    """The filter of the URL.  Most tiles have none, or one whose values are no rows: such a filter
    is read once, since reading it costs as much as finding that nothing has changed."""
    query = request.META.get("QUERY_STRING", "")
    if len(query) <= LONGEST_KEPT and request.GET.keys() <= {"kind", "status"}:
        kept = _filter_without_rows(query)
        if kept.is_valid():
            return kept
    return SubmissionFilter(request.GET)


@lru_cache(maxsize=256)
def _filter_without_rows(query: str) -> SubmissionFilter:
    wanted = SubmissionFilter(QueryDict(query))
    wanted.is_valid()
    return wanted


def _by_version(request: HttpRequest, asked: TileRequest) -> HttpResponseBase:
    """304, or from the cache, without asking for the tile: nothing has been written there.

    The version is read before the tile: what is kept under it is never older than it says.
    """
    encoding = encoding_for(request.headers.get("Accept-Encoding", ""))
    key = f"{asked.key}-{encoding or 'plain'}"
    etag = f'"{key}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None and unchanged.status_code == 304:
        unchanged["Vary"] = "Accept-Encoding"
        return unchanged
    kept: Kept | None = caches["tiles"].get(key)
    if kept is not None:
        return _sent(kept._replace(reason=f"cached; {kept.reason}"), etag)
    kept = _made(asked, encoding)
    caches["tiles"].set(key, kept)
    return _sent(kept, etag)


def _by_bytes(request: HttpRequest, asked: TileRequest) -> HttpResponseBase:
    """Made each time: text, links or photos may have changed without a word to the version."""
    kept = _made(asked, encoding_for(request.headers.get("Accept-Encoding", "")))
    kept = kept._replace(cache_control=ASK_FIRST)
    etag = f'"{blake2b(kept.body, digest_size=16).hexdigest()}"'
    response = _sent(kept, etag)
    return get_conditional_response(request, etag=etag, response=response) or response


def _made(asked: TileRequest, encoding: str) -> Kept:
    """Raises TooSlow."""
    picture = tiles.make(asked)
    data = picture.drawn.data
    encoding = encoding if len(data) >= LEAST_BYTES else ""
    caching = ASK_FIRST if picture.drawn.names_one else ASK_MEANWHILE
    return Kept(compressed(data, encoding), encoding, caching, picture.reason)


def _sent(kept: Kept, etag: str) -> HttpResponse:
    response = HttpResponse(
        kept.body,
        content_type=MVT,
        headers={
            "Content-Length": str(len(kept.body)),
            "ETag": etag,
            "Cache-Control": kept.cache_control,
            "Vary": "Accept-Encoding",
            "Access-Control-Allow-Origin": "*",
            "X-Cantonnier-Tile": kept.reason,
        },
    )
    if kept.encoding:
        response["Content-Encoding"] = kept.encoding
    return response


@require_safe
def submission_tilejson(request: HttpRequest) -> JsonResponse:
    return tilejson(
        request,
        name="Submissions",
        path=template_of(reverse("reports:submission_tile", args=[0, 0, 0])),
        layer=tiles.LAYER,
        fields=tiles.FIELDS,
    )
