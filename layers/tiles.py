"""What overlay tiles say, and how maps learn of an overlay.  Property names: docs/overlays.md."""

from dataclasses import replace
from typing import Any

from django.urls import reverse

from geodata.generalised import at_step, only_if_single
from geodata.generalising import step_for
from geodata.thinning import draw_within
from geodata.tile_http import template_of
from geodata.tiles import Tile, TileLayer
from layers.models import Overlay, OverlayFeature, OverlayImport

MAX_ZOOM = 18
"""Deeper, maps enlarge these tiles: 15 cm a unit is finer than any KML is drawn."""

_MARGIN_DEG = 0.002
"""Around a preview, so that a single point has something to stand on."""

OVERLAY = TileLayer(
    "overlay",
    "geom_3857",
    {
        "name": "shown_name",
        "folder": "folder",
        "stroke": "stroke",
        "stroke_opacity": "stroke_opacity",
        "stroke_width": "stroke_width",
        "fill": "fill",
        "fill_opacity": "fill_opacity",
    },
)
OVERLAY_WAITING = replace(OVERLAY, simplified=True)
"""In place of steps that are not made yet."""
_SAID = ("name", "folder")
"""What a shape says of itself, and several gathered in one cannot."""
OVERLAY_AT_STEP = TileLayer(
    OVERLAY.name,
    "drawn__geom_3857",
    OVERLAY.fields | {said: f"only_{said}" for said in _SAID} | {"gathered": "gathered"},
    id="only_id",
)


def draw(tile: Tile, version: OverlayImport) -> bytes:
    """A version's shapes in a tile, at the step of its zoom once that is made."""
    shapes = OverlayFeature.objects.filter(overlay_import=version).as_drawn()
    step = step_for(tile.z)
    if step is None:
        return draw_within(OVERLAY, tile, shapes)
    if version.generalised_at is None:
        return draw_within(OVERLAY_WAITING, tile, shapes)
    only = {f"only_{said}": only_if_single(OVERLAY.fields[said]) for said in _SAID}
    at_this = at_step(shapes, step, overlay_import=version).annotate(**only)
    return draw_within(OVERLAY_AT_STEP, tile, at_this)


def published_overlays() -> list[dict[str, Any]]:
    """Every overlay on the public map, by name, as maps want it."""
    bounds = OverlayFeature.objects.published().bounds_by_import()
    return [
        described(overlay, bounds.get(overlay.published_id))
        for overlay in Overlay.objects.published()
    ]


def preview_of(version: OverlayImport) -> dict[str, Any] | None:
    """A version as maps want it, for those who may see drafts; None without shapes."""
    extent = version.features.extent()
    if extent is None:
        return None
    west, south, east, north = extent
    bounds = (west - _MARGIN_DEG, south - _MARGIN_DEG, east + _MARGIN_DEG, north + _MARGIN_DEG)
    return described(version.overlay, bounds, query=f"?import={version.pk}")


def described(
    overlay: Overlay, bounds: tuple[float, ...] | None, *, query: str = ""
) -> dict[str, Any]:
    """`query` is added to the tiles' address; bounds are west, south, east, north (EPSG:4326)."""
    tiles = template_of(reverse("layers:overlay_tile", args=[overlay.slug, 0, 0, 0]))
    return {
        "slug": overlay.slug,
        "name": overlay.name,
        "colour": overlay.colour,
        "attribution": " · ".join(filter(None, [overlay.attribution, overlay.licence])),
        "tiles": tiles + query,
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "bounds": list(bounds) if bounds else None,
    }
