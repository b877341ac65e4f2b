"""What an import kept, as the features it was read from: exports write these."""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from geodata.kml import Feature, Field, FieldType
from layers.models import OverlayFeature, OverlayIcon, OverlayImport

_AT_ONCE = 500


def fields_of(version: OverlayImport) -> list[Field]:
    """The fields of its file in their order, with type and label."""
    return [Field(**{**one, "type": FieldType(one["type"])}) for one in version.fields]


def features_of(version: OverlayImport) -> Iterator[Feature]:
    """In the order of the file, a few hundred at a time in memory."""
    fields = {one.name: one for one in fields_of(version)}
    rows = version.features.order_by("position").defer("geom_3857")
    for row in rows.iterator(chunk_size=_AT_ONCE):
        yield _feature(row, fields, version.title)


def icons_of(version: OverlayImport) -> dict[str, bytes]:
    """SHA-256 → PNG of the icons its shapes show."""
    shown = version.features.filter(style__has_key="icon").order_by()
    digests = shown.values_list("style__icon", flat=True).distinct()
    icons = OverlayIcon.objects.filter(sha256__in=list(digests))
    return {icon.sha256: bytes(icon.png) for icon in icons}


def _feature(row: OverlayFeature, fields: dict[str, Field], title: str) -> Feature:
    known = [fields[name] for name in row.fields if name in fields]
    return Feature(
        name=row.name,
        folder=tuple(row.path),
        description=row.description,
        fields=row.fields,
        style=row.style,
        geometry=shapely.from_wkb(bytes(row.geom.wkb)),
        line=row.line or 0,
        types={one.name: one.type for one in known if one.type != FieldType.TEXT},
        labels={one.name: one.label for one in known if one.label},
        begin=row.begin,
        end=row.end,
        document=title,
    )
