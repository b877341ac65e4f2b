"""Area tiles and outlines: the ground by itself."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from geodata.generalised import areas_drawn_at
from geodata.generalising import FINEST
from geodata.kept_tiles import TILES
from geodata.models import Area, Edition, Level
from geodata.thinning import draw_within
from geodata.tile_http import template_of, tile_or_404, tile_response, tilejson
from geodata.tiles import Tile, TileLayer

AREAS = TileLayer("areas", "geom_3857", {"code": "code", "name": "name"}, margin=128)
AREAS_WAITING = replace(AREAS, simplified=True)
"""In place of steps that are not made yet."""
AREAS_AT_STEP = replace(AREAS, fields=AREAS.fields | {"gathered": "gathered"}, id="shown_id")
CACHE: dict[str, Any] = {"public": True, "max_age": 300, "stale_while_revalidate": 86_400}


@require_safe
def area_tile(request: HttpRequest, level: str, z: int, x: int, y: int) -> HttpResponseBase:
    """Today's areas of a level; empty below the level's first zoom."""
    tile = tile_or_404(z, x, y)
    editions = Edition.objects.today_of_level(level)
    if not editions:
        get_object_or_404(Level, code=level)
    elif z >= editions[0].level.tile_min_zoom:
        made = {edition.pk: edition.generalised_at for edition in editions}
        drawn = TILES.get((level, tile, *made.items()), lambda: _drawn(tile, made))
        return drawn.response(request, **CACHE)
    return tile_response(request, b"", **CACHE)


def _drawn(tile: Tile, made: dict[int, Any]) -> bytes:
    at_step = areas_drawn_at(tile.z, made)
    if at_step is not None:
        return draw_within(AREAS_AT_STEP, tile, at_step)
    areas = Area.objects.filter(edition__in=list(made))
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
