"""What overlay tiles say, and how maps learn of an overlay.  Property names: docs/overlays.md."""

from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from geodata.generalised import at_step, only_if
from geodata.generalising import step_for
from geodata.kept_tiles import TILES, KeptTile
from geodata.thinning import draw_within
from geodata.tile_http import template_of
from geodata.tiles import Tile, TileLayer
from layers.models import (
    GeneralisedFeature,
    Overlay,
    OverlayFeature,
    OverlayImport,
    Visibility,
)
from layers.querysets import own_label, shown_name, style_drawn

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
        "icon": "icon",
        "icon_scale": "icon_scale",
        "label": "own_label",
    },
    id="position",
    margin=256,
)
OVERLAY_WAITING = replace(OVERLAY, simplified=True)
"""In place of steps that are not made yet."""
OVERLAY_AT_STEP = TileLayer(
    OVERLAY.name,
    "geom_3857",
    OVERLAY.fields | {"folder": "shown_folder", "gathered": "gathered"},
    id="shown_id",
    margin=OVERLAY.margin,
)


def draw(tile: Tile, version: OverlayImport) -> bytes:
    """A version's shapes in a tile, at the step of its zoom once that is made."""
    shapes = OverlayFeature.objects.filter(overlay_import=version).as_drawn()
    step = step_for(tile.z)
    if step is None:
        return draw_within(OVERLAY, tile, shapes)
    if version.generalised_at is None:
        return draw_within(OVERLAY_WAITING, tile, shapes)
    return draw_within(OVERLAY_AT_STEP, tile, _at_step(version, step))


def drawn_once(tile: Tile, overlay: Overlay) -> KeptTile:
    """The same for what an overlay has published, from memory where it was asked for lately, as
    long as nothing of the overlay, nor when its steps were made, has changed."""
    version = overlay.published
    assert version is not None, "only published overlays have public tiles"
    columns = [getattr(overlay, field.attname) for field in overlay._meta.concrete_fields]
    key = ("overlay", tile, version.generalised_at, *map(str, columns))
    return TILES.get(key, lambda: draw(tile, version))


def _at_step(version: OverlayImport, step: int) -> QuerySet[GeneralisedFeature]:
    rows = GeneralisedFeature.objects.filter(overlay_import=version)
    is_single, is_named = Q(count=1), Q(is_named=True)
    return at_step(
        rows,
        step,
        shown_id=only_if(is_single, "feature__position"),
        shown_name=only_if(is_named, shown_name("feature__")),
        own_label=only_if(is_named, own_label("feature__")),
        shown_folder=only_if(is_named, "feature__folder"),
        **style_drawn("feature__"),
    )


CHANGES = TileLayer(
    "changes",
    "geom_3857",
    {"name": "shown_name", "change": "change"},
    simplified=True,
)
"""What a version adds, changes and removes, against the version before."""


def shown_overlays(overlays: QuerySet[Overlay]) -> list[dict[str, Any]]:
    """Published overlays, by name, as maps want them."""
    shown = list(overlays)
    imports = [overlay.published_id for overlay in shown]
    bounds = OverlayFeature.objects.filter(overlay_import__in=imports).bounds_by_import()
    return [
        described(overlay, bounds.get(overlay.published_id), query=query_of(overlay))
        for overlay in shown
    ]


def query_of(overlay: Overlay) -> str:
    """What the addresses of an overlay seen by link end with.  For those who may see it."""
    return f"?key={overlay.link_token}" if overlay.visibility == Visibility.LINK else ""


def credit(overlay: Overlay) -> str:
    """Whose it is and what may be done with it, in one line."""
    return " · ".join(filter(None, [overlay.attribution, overlay.licence]))


def preview_of(version: OverlayImport) -> dict[str, Any] | None:
    """A version as maps want it, for those who may see drafts; None without shapes."""
    extent = version.features.extent()
    if extent is None:
        return None
    west, south, east, north = extent
    bounds = (west - _MARGIN_DEG, south - _MARGIN_DEG, east + _MARGIN_DEG, north + _MARGIN_DEG)
    changes = reverse("layers:changes_tile", args=[version.overlay.slug, version.pk, 0, 0, 0])
    return {
        **described(version.overlay, bounds, query=f"?import={version.pk}"),
        "changes": template_of(changes),
    }


def described(
    overlay: Overlay, bounds: tuple[float, ...] | None, *, query: str = ""
) -> dict[str, Any]:
    """`query` is added to the tiles' address; bounds are west, south, east, north (EPSG:4326)."""
    tiles = template_of(reverse("layers:overlay_tile", args=[overlay.slug, 0, 0, 0]))
    icons = reverse("layers:overlay_icon", args=["DIGEST"])
    return {
        "slug": overlay.slug,
        "name": overlay.name,
        "colour": overlay.colour,
        "attribution": credit(overlay),
        "tiles": tiles + query,
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "bounds": list(bounds) if bounds else None,
        "icons": icons,
        **(_pages(overlay) if overlay.published_id and "import=" not in query else {}),
    }


def _pages(overlay: Overlay) -> dict[str, str]:
    """Where the legend, the list of shapes and each shape are told; a shape's position in place
    of the 0."""
    query = query_of(overlay)
    return {
        "legend": reverse("layers:overlay_legend", args=[overlay.slug]) + query,
        "shapes": reverse("layers:overlay_shapes", args=[overlay.slug]) + query,
        "shape": reverse("layers:overlay_shape", args=[overlay.slug, 0]) + query,
    }
