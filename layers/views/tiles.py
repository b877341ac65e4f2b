"""Overlays as vector tiles: published ones for those who may see them, drafts for their staff."""

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from geodata.tile_http import template_of, tile_or_404, tile_response, tilejson
from layers.models import Overlay, OverlayFeature, Visibility
from layers.tiles import (
    MAX_ZOOM,
    OVERLAY,
    credit,
    draw,
    drawn_for_all,
    drawn_once,
    query_of,
    shown_of,
    shown_overlays,
)
from layers.views.loading import import_of, key_of, overlay_shown, overlay_to_look_at


@require_safe
def overlay_tile(request: HttpRequest, slug: str, z: int, x: int, y: int) -> HttpResponseBase:
    """Caches ask again each time (the ETag makes it cheap): what is withdrawn is gone at once.

    With `?import=` it is a version that may not be public: for staff, and kept by no shared cache.
    """
    tile = tile_or_404(z, x, y)
    if "import" in request.GET:
        overlay = overlay_to_look_at(request.user, slug)
        version = import_of(overlay, request.GET["import"])
        data = draw(tile, shown_of(version))
        return tile_response(request, data, private=True, no_cache=True)
    public = drawn_for_all(tile, slug)
    if public is not None:
        return public.response(request, public=True, no_cache=True)
    overlay = overlay_shown(request, slug)
    assert overlay.published is not None, "only published overlays have public tiles"
    drawn = drawn_once(tile, shown_of(overlay.published))
    return drawn.response(request, **_cached(overlay))


@require_safe
def overlay_tilejson(request: HttpRequest, slug: str) -> JsonResponse:
    overlay = overlay_shown(request, slug)
    template = template_of(reverse("layers:overlay_tile", args=[slug, 0, 0, 0]))
    response = tilejson(
        request,
        name=overlay.name,
        path=template + query_of(overlay),
        layer=OVERLAY.name,
        fields=OVERLAY.fields,
        maxzoom=MAX_ZOOM,
        bounds=OverlayFeature.objects.filter(overlay_import=overlay.published).extent(),
        attribution=credit(overlay),
    )
    patch_cache_control(response, **_cached(overlay))
    return response


@require_safe
def published(request: HttpRequest) -> JsonResponse:
    """`/overlays.json`: what maps may switch on, from the moment it is published.

    Staff find theirs too; those by link only who brings the `?key=`.
    """
    overlays = Overlay.objects.visible_to(request.user, key_of(request))
    response = JsonResponse({"overlays": shown_overlays(overlays)})
    is_for_all = request.user.is_anonymous and not key_of(request)
    patch_cache_control(response, no_cache=True, **{"public" if is_for_all else "private": True})
    patch_vary_headers(response, ["Cookie"])
    return response


def _cached(overlay: Overlay) -> dict[str, bool]:
    """What only some may see is kept by no shared cache; nothing is shown without asking again."""
    is_public = overlay.visibility == Visibility.PUBLIC
    return {"public" if is_public else "private": True, "no_cache": True}
