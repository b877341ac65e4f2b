"""What a version changes, as vector tiles for the preview of those who work on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from geodata.tile_http import tile_or_404, tile_response
from layers.tiles import CHANGES
from layers.views.loading import import_of, overlay_to_look_at


@require_safe
def changes_tile(
    request: HttpRequest, slug: str, pk: int, z: int, x: int, y: int
) -> HttpResponseBase:
    version = import_of(overlay_to_look_at(request.user, slug), pk)
    data = CHANGES.draw(tile_or_404(z, x, y), version.changed_shapes())
    return tile_response(request, data, private=True, no_cache=True)
