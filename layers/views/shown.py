"""`/overlays/<slug>/view/`: a published overlay for those who may see it, with its downloads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from layers.models import Visibility
from layers.permissions import can_look_at
from layers.tiles import described, query_of
from layers.views.loading import overlay_shown

SHOWN_AREAS = 60


@require_safe
def shown(request: HttpRequest, slug: str) -> HttpResponse:
    overlay = overlay_shown(request, slug)
    assert overlay.published is not None
    features = overlay.published.features
    areas = overlay.edition.areas.order_by("name") if overlay.edition else None
    context = {
        "overlay": overlay,
        "drawn": described(overlay, features.extent(), query=query_of(overlay)),
        "query": query_of(overlay),
        "groups": features.groups(),
        "areas": areas[:SHOWN_AREAS] if areas is not None else (),
        "area_count": areas.count() if areas is not None else 0,
        "is_indexed": overlay.visibility == Visibility.PUBLIC,
        "may_look_at": can_look_at(request.user, overlay),
    }
    response = render(request, "layers/shown.html", context)
    patch_cache_control(response, private=True, no_cache=True)
    return response
