"""A tile or a TileJSON document as an HTTP answer: types, ETag, cache."""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response, patch_cache_control

from geodata.extents import within_the_map
from geodata.tiles import MAX_ZOOM, OutsidePyramid, Tile

MVT = "application/vnd.mapbox-vector-tile"


def tile_or_404(z: int, x: int, y: int) -> Tile:
    try:
        return Tile(z, x, y)
    except OutsidePyramid as outside:
        raise Http404(str(outside)) from outside


def etag_of(data: bytes) -> str:
    """A strong one, of the content."""
    return f'"{blake2b(data, digest_size=16).hexdigest()}"'


def tile_response(
    request: HttpRequest, data: bytes, *, etag: str = "", **cache: Any
) -> HttpResponseBase:
    """`data` with a strong ETag of its content, or 304; `cache` is Cache-Control's directives."""
    etag = etag or etag_of(data)
    headers = {"ETag": etag, "Cache-Control": _cache_control(tuple(cache.items()))}
    response = HttpResponse(data, content_type=MVT, headers=headers)
    if _CONDITIONS.isdisjoint(request.META):
        return response
    return get_conditional_response(request, etag=etag, response=response) or response


_CONDITIONS = frozenset(
    f"HTTP_IF_{name}" for name in ("MATCH", "NONE_MATCH", "MODIFIED_SINCE", "UNMODIFIED_SINCE")
)


@lru_cache(maxsize=100)
def _cache_control(directives: tuple[tuple[str, Any], ...]) -> str:
    """As Django writes them."""
    response = HttpResponse()
    patch_cache_control(response, **dict(directives))
    return response["Cache-Control"]


def tilejson(
    request: HttpRequest,
    *,
    name: str,
    path: str,
    layer: str,
    fields: Iterable[str],
    minzoom: int = 0,
    maxzoom: int = MAX_ZOOM,
    bounds: tuple[float, float, float, float] | None = None,
    attribution: str = "",
) -> JsonResponse:
    """TileJSON 3.0.0; `path` is the tile template with {z}, {x} and {y}, bounds in EPSG:4326."""
    document: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": name,
        "tiles": [request.build_absolute_uri("/").rstrip("/") + path],
        "minzoom": minzoom,
        "maxzoom": maxzoom,
        "vector_layers": [{"id": layer, "fields": dict.fromkeys(fields, "")}],
    }
    if bounds:
        document["bounds"] = list(within_the_map(bounds))
    if attribution:
        document["attribution"] = attribution
    return JsonResponse(document, headers={"Access-Control-Allow-Origin": "*"})


def template_of(example: str) -> str:
    """The tile template of a path reversed with 0, 0, 0."""
    return example.replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
