"""What overlay tiles say, and how maps learn of an overlay.  Property names: docs/overlays.md."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    BigIntegerField,
    CharField,
    F,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
)
from django.urls import reverse

from geodata.compiled import Compiled, CompiledTiles, LookedUpTiles, Open, Told, open_text
from geodata.generalised import at_step, only_if
from geodata.generalising import step_for
from geodata.kept_tiles import TILES, KeptTile
from geodata.thinning import draw_within, within
from geodata.tile_http import template_of
from geodata.tiles import STEPPED_EXTENT, Tile, TileLayer
from layers.models import (
    GeneralisedFeature,
    Overlay,
    OverlayFeature,
    OverlayImport,
    Visibility,
)
from layers.querysets import OverlayFeatureQuerySet, own_label, shown_name, style_drawn

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
OVERLAY_WAITING = replace(OVERLAY, simplified=True, extent=STEPPED_EXTENT)
"""In place of steps that are not made yet."""
OVERLAY_AT_STEP = TileLayer(
    OVERLAY.name,
    "geom_3857",
    OVERLAY.fields | {"folder": "shown_folder", "gathered": "gathered"},
    id="shown_id",
    margin=OVERLAY.margin,
    extent=STEPPED_EXTENT,
    on_grid=True,
)


class Shown(NamedTuple):
    """All that a tile of a version depends on: `since` when it has steps, and the fields that name
    and label its shapes."""

    import_id: int
    since: Any
    name_field: str
    label_field: str


_PUBLIC: Final = Compiled(
    lambda: (
        Overlay.objects.visible_to(AnonymousUser())
        .filter(slug=open_text("slug"))
        .values(
            "name_field",
            "label_field",
            import_id=F("published"),
            since=F("published__generalised_at"),
        )
    )
)
_IMPORT: Final = Open("import_id", "bigint", BigIntegerField())
_MAPPING: Final = {field: open_text(field) for field in ("name_field", "label_field")}
IN_FULL: Final = CompiledTiles(
    OVERLAY, lambda: OverlayFeature.objects.filter(overlay_import=_IMPORT).as_drawn(_MAPPING)
)
_STEP: Final = Open("step", "smallint", SmallIntegerField())
AT_STEP: Final = CompiledTiles(OVERLAY_AT_STEP, lambda: _at_step(_IMPORT, _STEP, _MAPPING))

_PUBLIC_IMPORT: Final = Told("import_id", BigIntegerField())
_PUBLIC_MAPPING: Final = {field: Told(field, CharField()) for field in _MAPPING}
PUBLIC_IN_FULL: Final = LookedUpTiles(
    OVERLAY,
    _PUBLIC,
    lambda: OverlayFeature.objects.filter(overlay_import=_PUBLIC_IMPORT).as_drawn(_PUBLIC_MAPPING),
)
PUBLIC_AT_STEP: Final = LookedUpTiles(
    OVERLAY_AT_STEP, _PUBLIC, lambda: _at_step(_PUBLIC_IMPORT, _STEP, _PUBLIC_MAPPING)
)


def asked(tile: Tile, slug: str) -> tuple[LookedUpTiles, dict[str, Any]]:
    """The statement for what an overlay shows to everybody in a tile, and what it is told."""
    step = step_for(tile.z)
    told = {"slug": slug}
    return (PUBLIC_IN_FULL, told) if step is None else (PUBLIC_AT_STEP, told | {"step": step})


def drawn_for_all(tile: Tile, slug: str) -> KeptTile | None:
    """What an overlay shows to everybody, None if nothing; from memory where that tile was asked
    for lately."""
    place = ("overlay", slug, tile)
    kept = TILES.find(place)
    if kept and kept.version == _first(_PUBLIC.rows(slug=slug)):
        return kept
    statement, told = asked(tile, slug)
    rows, data = statement.look_up(tile, **told)
    shown = _first(rows)
    return TILES.keep(place, shown, _bounded(tile, shown, data)) if shown else None


def _first(rows: list[dict[str, Any]]) -> Shown | None:
    return Shown(**rows[0]) if rows else None


def shown_of(version: OverlayImport) -> Shown:
    """What its staff see of a version that may not be public."""
    overlay = version.overlay
    return Shown(version.pk, version.generalised_at, overlay.name_field, overlay.label_field)


def draw(tile: Tile, shown: Shown) -> bytes:
    """A version's shapes in a tile, at the step of its zoom once that is made."""
    step = step_for(tile.z)
    told = {"import_id": shown.import_id, **_mapping_of(shown)}
    data = IN_FULL.draw(tile, **told) if step is None else AT_STEP.draw(tile, step=step, **told)
    return _bounded(tile, shown, data)


def _bounded(tile: Tile, shown: Shown, data: bytes) -> bytes:
    """What was drawn, or again: smaller, or in full until there are steps."""
    step = step_for(tile.z)
    if step is None:
        return within(data, OVERLAY, tile, lambda: _in_full(shown))
    if shown.since is None:
        return draw_within(OVERLAY_WAITING, tile, _in_full(shown))
    again = partial(_at_step, shown.import_id, step, _mapping_of(shown))
    return within(data, OVERLAY_AT_STEP, tile, again)


def _mapping_of(shown: Shown) -> dict[str, str]:
    return {"name_field": shown.name_field, "label_field": shown.label_field}


def _in_full(shown: Shown) -> OverlayFeatureQuerySet:
    shapes = OverlayFeature.objects.filter(overlay_import=shown.import_id)
    return shapes.as_drawn(_mapping_of(shown))


def drawn_once(tile: Tile, shown: Shown) -> KeptTile:
    """The same, from memory where it was asked for lately.  Not for what everybody may see."""
    return TILES.get(("overlay", shown.import_id, tile), shown, lambda: draw(tile, shown))


def _at_step(version: Any, step: Any, mapping: Mapping[str, Any]) -> QuerySet[GeneralisedFeature]:
    """Both may be open.  Only the few that are named are looked up among the features."""
    rows = GeneralisedFeature.objects.filter(overlay_import=version)
    is_named = Q(is_named=True)
    return at_step(
        rows,
        step,
        shown_id=only_if(Q(count=1), "position"),
        shown_name=only_if(is_named, _of_feature(shown_name(mapping=mapping))),
        own_label=only_if(is_named, _of_feature(own_label(mapping=mapping))),
        shown_folder=only_if(is_named, _of_feature(F("folder"))),
        **style_drawn(),
    )


def _of_feature(said: Any) -> Subquery:
    feature = OverlayFeature.objects.filter(pk=OuterRef("feature")).order_by()
    return Subquery(feature.values_list(said))


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
