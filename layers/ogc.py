"""Published overlays as OGC collections: what everybody sees of them, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.extents import Edges, within_the_map
from geodata.kml import FieldType
from geodata.ogc.collections import Feature, Tiles
from geodata.ogc.json_fields import number_in, truth_in
from geodata.ogc.parameters import OF_THE_STANDARD
from geodata.ogc.queryables import Queryable, Type, by_name
from geodata.ogc.tables import TableCollection
from geodata.tile_http import template_of
from layers.exporting import properties_of_shapes
from layers.kept import fields_of
from layers.models import Overlay, OverlayFeature, OverlayImport
from layers.tiles import MAX_ZOOM, OVERLAY

PREFIX = "overlays-"
_EXTENT_KEPT_S = 600
_TYPES: dict[FieldType, Type] = {
    FieldType.INT: "number",
    FieldType.FLOAT: "number",
    FieldType.BOOL: "boolean",
}
"""Of fields; all others are asked as the text they are."""


class OverlayCollection(TableCollection):
    """Ids are the shapes' positions in the file, from 0, as in tiles and pages."""

    key = "position"

    def __init__(self, overlay: Overlay) -> None:
        assert overlay.published is not None, "only published overlays are collections"
        self.overlay = overlay
        self.version: OverlayImport = overlay.published
        self.id = PREFIX + overlay.slug
        self.title = overlay.name
        self.description = _("A published overlay: the shapes of its file, with all that it says.")
        self.attribution = overlay.attribution or overlay.collectivity.name
        self.licence = overlay.licence

    @cached_property
    def queryables(self) -> dict[str, Queryable]:
        own = [
            Queryable("name", "string", _("Name"), "name"),
            Queryable("folder", "string", _("Folder"), "folder"),
            Queryable("description", "string", _("Description"), "description"),
            Queryable("geometry", "geometry", _("Shape"), "geom", role="primary-geometry"),
        ]
        taken = {one.name for one in own} | set(OF_THE_STANDARD)
        fields = [
            _queryable(one.name, one.label, _TYPES.get(one.type, "string"))
            for one in fields_of(self.version)
            if one.name not in taken and not one.is_list
        ]
        return by_name([*own[:-1], *fields, own[-1]])

    @property
    def tiles(self) -> Tiles:
        slug = self.overlay.slug
        return Tiles(
            template=template_of(reverse("layers:overlay_tile", args=[slug, 0, 0, 0])),
            tilejson=reverse("layers:overlay_tilejson", args=[slug]),
            layer=OVERLAY.name,
            fields=tuple(OVERLAY.fields),
            minzoom=0,
            maxzoom=MAX_ZOOM,
            dimension=2,
        )

    def extent(self) -> Edges | None:
        key = f"ogc-extent-of-import-{self.version.pk}"
        found: Edges | None = cache.get_or_set(key, self._extent, _EXTENT_KEPT_S)
        return found

    def _extent(self) -> Edges | None:
        found = OverlayFeature.objects.filter(overlay_import=self.version).extent()
        return within_the_map(found) if found else None

    def rows(self) -> QuerySet[OverlayFeature]:
        return OverlayFeature.objects.filter(overlay_import=self.version).defer("geom_3857")

    def encoded(self, rows: Iterable[OverlayFeature]) -> list[Feature]:
        said = properties_of_shapes(self.version)
        return [self._feature(row, said(row)) for row in rows]

    def _feature(self, row: OverlayFeature, properties: dict[str, Any]) -> Feature:
        page = reverse("layers:overlay_shape", args=[self.overlay.slug, row.position])
        return Feature(str(row.position), row.geom, properties, page)

    def feature(self, id: str) -> Feature | None:
        if not (id.isascii() and id.isdigit() and len(id) < 10):
            return None
        found = list(self.rows().filter(position=int(id)))
        return self.encoded(found)[0] if found else None


def _queryable(name: str, label: str, kind: Type) -> Queryable:
    column: Any = KeyTextTransform(name, "fields")
    if kind != "string":
        column = _typed(name, kind)
    return Queryable(name, kind, label or name, column)


def _typed(name: str, kind: Type) -> Any:
    """The field where it is of that type in the row, else nothing: files keep no promises."""
    if kind == "number":
        return number_in("fields", name)
    return truth_in("fields", name)


class Overlays:
    """The provider."""

    def collections(self) -> list[OverlayCollection]:
        return [OverlayCollection(overlay) for overlay in self._published()]

    def find(self, id: str) -> OverlayCollection | None:
        if not id.startswith(PREFIX):
            return None
        found = self._published().filter(slug=id.removeprefix(PREFIX)).first()
        return OverlayCollection(found) if found else None

    def _published(self) -> QuerySet[Overlay]:
        return Overlay.objects.published().select_related("published", "collectivity")
