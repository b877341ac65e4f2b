"""A version of an overlay as the rows that `geodata.writing` takes: what was kept comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from geodata.kml import FieldType
from geodata.kml.writing import write
from geodata.writing import About, Row
from geodata.writing.geopackage import DAY, MOMENT, NUMBER, TEXT, WHOLE, YES_OR_NO
from layers.kept import features_of, fields_of
from layers.models import Overlay, OverlayFeature, OverlayImport

_AT_ONCE = 500
_COLUMNS = {
    FieldType.TEXT: TEXT,
    FieldType.INT: WHOLE,
    FieldType.FLOAT: NUMBER,
    FieldType.BOOL: YES_OR_NO,
    FieldType.DATE: DAY,
    FieldType.DATETIME: MOMENT,
}
OWN = ("name", "folder", "description", "begin", "end")
STYLE = {
    "stroke": "stroke",
    "stroke_opacity": "stroke-opacity",
    "stroke_width": "stroke-width",
    "fill": "fill",
    "fill_opacity": "fill-opacity",
    "icon_scale": "icon-scale",
    "label_scale": "label-scale",
}
"""Ours → the words of the simplestyle specification 1.1, which other programs draw by;
scales of icons and labels are beyond it."""
_STYLED = {word: NUMBER for word in STYLE.values() if word not in ("stroke", "fill")}


def about(overlay: Overlay, version: OverlayImport) -> About:
    return About(
        overlay.name,
        attribution=overlay.attribution or overlay.collectivity.name,
        licence=overlay.licence,
        more={"version": version.uploaded_at.date().isoformat(), "file": version.file_name},
    )


def rows(version: OverlayImport) -> Iterator[Row]:
    """Every shape in the order of its file, a few hundred at a time in memory (EPSG:4326)."""
    keys = _own_keys(version)
    features = version.features.order_by("position").defer("geom_3857")
    for feature in features.iterator(chunk_size=_AT_ONCE):
        yield Row(bytes(feature.geom.wkb), _properties(feature, keys), id=feature.position + 1)


def properties_of_shapes(version: OverlayImport) -> Callable[[OverlayFeature], dict[str, Any]]:
    """What rows say of each shape of the version."""
    keys = _own_keys(version)
    return lambda shape: _properties(shape, keys)


def columns(version: OverlayImport) -> dict[str, str]:
    """Every property that rows may have, with its type in a GeoPackage."""
    typed = {one.name: TEXT if one.is_list else _COLUMNS[one.type] for one in fields_of(version)}
    found = {name: typed.get(name, TEXT) for name in version.features.field_names()}
    own = dict.fromkeys(_own_keys(version).values(), TEXT)
    return {**found, **own, **{word: _STYLED.get(word, TEXT) for word in STYLE.values()}}


def kml(overlay: Overlay, version: OverlayImport) -> Iterator[bytes]:
    """All that was kept, as KML 2.2."""
    said = about(overlay, version)
    return write(
        features_of(version),
        title=said.name,
        author=said.attribution,
        licence=said.licence,
        fields=fields_of(version),
    )


def _own_keys(version: OverlayImport) -> dict[str, str]:
    """What a placemark says by itself → its property: fields of the file keep their names."""
    taken = set(version.features.field_names())
    return {key: f"placemark_{key}" if key in taken else key for key in OWN}


def _properties(feature: OverlayFeature, keys: dict[str, str]) -> dict[str, Any]:
    said = {keys[key]: getattr(feature, key) for key in OWN if getattr(feature, key)}
    style = {STYLE[key]: value for key, value in feature.style.items() if key in STYLE}
    return {**said, **style, **feature.fields}
