"""Area tiles and outlines: the ground by itself."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from geodata.generalised import areas_drawn_at
from geodata.generalising import FINEST
from geodata.models import Area, Level
from geodata.thinning import draw_within
from geodata.tile_http import template_of, tile_or_404, tile_response, tilejson
from geodata.tiles import Tile, TileLayer

AREAS = TileLayer("areas", "geom_3857", {"code": "code", "name": "name"})
AREAS_WAITING = replace(AREAS, simplified=True)
"""In place of steps that are not made yet."""
AREAS_AT_STEP = TileLayer(
    "areas",
    "drawn__geom_3857",
    {"code": "only_code", "name": "only_name", "gathered": "gathered"},
    id="only_id",
)
CACHE = {"public": True, "max_age": 300, "stale_while_revalidate": 86_400}


@require_safe
def area_tile(request: HttpRequest, level: str, z: int, x: int, y: int) -> HttpResponseBase:
    """Today's areas of a level; empty below the level's first zoom."""
    tile = tile_or_404(z, x, y)
    tier = get_object_or_404(Level, code=level)
    data = _drawn(tile, tier) if z >= tier.tile_min_zoom else b""
    return tile_response(request, data, **CACHE)


def _drawn(tile: Tile, tier: Level) -> bytes:
    at_step = areas_drawn_at(tier, tile.z)
    if at_step is not None:
        return draw_within(AREAS_AT_STEP, tile, at_step)
    areas = Area.objects.current().filter(level=tier)
    return draw_within(AREAS if tile.z > FINEST else AREAS_WAITING, tile, areas)


@require_safe
def area_tilejson(request: HttpRequest, level: str) -> JsonResponse:
    tier = get_object_or_404(Level, code=level)
    return tilejson(
        request,
        name=tier.name,
        path=template_of(reverse("geodata:area_tile", args=[level, 0, 0, 0])),
        layer=AREAS.name,
        fields=AREAS.fields,
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
