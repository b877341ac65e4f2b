"""Overlays as vector tiles: the published ones for everybody, drafts for those who work on them."""

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geodata.tile_http import template_of, tile_or_404, tile_response, tilejson
from layers.models import Overlay, OverlayFeature
from layers.tiles import MAX_ZOOM, OVERLAY, draw, drawn_once, published_overlays
from layers.views.loading import import_of, overlay_to_look_at


@require_safe
def overlay_tile(request: HttpRequest, slug: str, z: int, x: int, y: int) -> HttpResponseBase:
    """Caches ask again each time (the ETag makes it cheap): what is withdrawn is gone at once.

    With `?import=` it is a version that may not be public: for staff, and kept by no shared cache.
    """
    tile = tile_or_404(z, x, y)
    if "import" in request.GET:
        overlay = overlay_to_look_at(request.user, slug)
        version = import_of(overlay, request.GET["import"])
        return tile_response(request, draw(tile, version), private=True, no_cache=True)
    drawn = drawn_once(tile, _published(slug))
    return drawn.response(request, public=True, no_cache=True)


@require_safe
def overlay_tilejson(request: HttpRequest, slug: str) -> JsonResponse:
    overlay = _published(slug)
    return tilejson(
        request,
        name=overlay.name,
        path=template_of(reverse("layers:overlay_tile", args=[slug, 0, 0, 0])),
        layer=OVERLAY.name,
        fields=OVERLAY.fields,
        maxzoom=MAX_ZOOM,
        bounds=OverlayFeature.objects.filter(overlay_import=overlay.published).extent(),
        attribution=overlay.attribution,
    )


@require_safe
def published(request: HttpRequest) -> JsonResponse:
    """`/overlays.json`: what maps may switch on, from the moment it is published."""
    response = JsonResponse({"overlays": published_overlays()})
    patch_cache_control(response, public=True, no_cache=True)
    return response


def _published(slug: str) -> Overlay:
    overlay = Overlay.objects.published().select_related("published").filter(slug=slug).first()
    if overlay is None:
        raise Http404(_("There is no such overlay."))
    return overlay
