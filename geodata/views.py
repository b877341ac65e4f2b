"""Area tiles and outlines: the ground by itself."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from geodata import area_tiles
from geodata.models import Area, Level
from geodata.tile_http import template_of, tile_or_404, tile_response, tilejson

CACHE: dict[str, Any] = {"public": True, "max_age": 300, "stale_while_revalidate": 86_400}


@require_safe
def area_tile(request: HttpRequest, level: str, z: int, x: int, y: int) -> HttpResponseBase:
    """Today's areas of a level; empty below the level's first zoom."""
    tile = area_tiles.drawn_once(tile_or_404(z, x, y), level)
    if tile is not None:
        return tile.response(request, **CACHE)
    get_object_or_404(Level, code=level)
    return tile_response(request, b"", **CACHE)


@require_safe
def area_tilejson(request: HttpRequest, level: str) -> JsonResponse:
    tier = get_object_or_404(Level, code=level)
    return tilejson(
        request,
        name=tier.name,
        path=template_of(reverse("geodata:area_tile", args=[level, 0, 0, 0])),
        layer=area_tiles.AREAS.name,
        fields=area_tiles.AREAS.fields,
        minzoom=tier.tile_min_zoom,
        bounds=Area.objects.current().filter(level=tier).extent(),
    )


@require_safe
def area_geojson(request: HttpRequest, level: str, code: str) -> HttpResponse:
    """Today's outline of one area as a GeoJSON Feature (RFC 7946, EPSG:4326)."""
    try:
        outline = Area.objects.current().filter(level__code=level, code=code).outline()
    except Area.DoesNotExist:
        raise Http404 from None
    properties = {"level": level, "code": code, "name": outline["name"]}
    return JsonResponse(
        {"type": "Feature", "geometry": outline["geometry"], "properties": properties},
        content_type="application/geo+json",
        headers={"Cache-Control": "public, max-age=300"},
    )
