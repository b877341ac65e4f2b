"""A version of an overlay as the rows that `geodata.writing` takes: what was kept comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from geodata.kml import FieldType
from geodata.kml.writing import write, write_kmz
from geodata.writing import About, Row
from geodata.writing.geopackage import DAY, MOMENT, NUMBER, TEXT, WHOLE, YES_OR_NO
from layers.kept import features_of, fields_of, icons_of
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
_KINDS: dict[FieldType, tuple[type, ...]] = {
    FieldType.TEXT: (str, int, float, list, dict),
    FieldType.INT: (int,),
    FieldType.FLOAT: (int, float),
    FieldType.BOOL: (bool,),
}
_PARSED: dict[FieldType, Callable[[str], Any]] = {
    FieldType.DATE: date.fromisoformat,
    FieldType.DATETIME: datetime.fromisoformat,
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
    """Every property that rows may have, with its type in a GeoPackage: that of the file where
    every value is of it, else text, so that none is lost or bent."""
    declared = {one.name: one.type for one in fields_of(version) if not one.is_list}
    values = version.features.values_list("fields", flat=True).order_by()
    misfits = {
        name
        for fields in values.iterator(chunk_size=_AT_ONCE)
        for name, value in fields.items()
        if name in declared and not _fits(value, declared[name])
    }
    typed = {name: _COLUMNS[kind] for name, kind in declared.items() if name not in misfits}
    found = {name: typed.get(name, TEXT) for name in version.features.field_names()}
    own = dict.fromkeys(_own_keys(version).values(), TEXT)
    return {**found, **own, **{word: _STYLED.get(word, TEXT) for word in STYLE.values()}}


def _fits(value: Any, kind: FieldType) -> bool:
    """Whether a column of that type gives `value` back as it is; nothing fits everywhere."""
    if value is None or value == "":
        return True
    if kind in _PARSED:
        return isinstance(value, str) and _is_parsed(value, _PARSED[kind])
    is_truth = isinstance(value, bool)
    return isinstance(value, _KINDS[kind]) and is_truth == (kind == FieldType.BOOL)


def _is_parsed(text: str, parse: Callable[[str], Any]) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def kml(
    overlay: Overlay, version: OverlayImport, icon_href: Callable[[str], str]
) -> Iterator[bytes]:
    """All that was kept, as KML 2.2; `icon_href` tells where the icon of a SHA-256 can be had."""
    features = features_of(version)
    return write(features, **_document(overlay, version), icon_href=icon_href)


def kmz(overlay: Overlay, version: OverlayImport) -> BinaryIO:
    """The same with its icons in one archive: an open file without a name, gone when closed."""
    with TemporaryDirectory(prefix="cantonnier-") as folder:
        path = Path(folder) / "out.kmz"
        with path.open("wb") as packed:
            features = features_of(version)
            write_kmz(packed, features, icons_of(version), **_document(overlay, version))
        return path.open("rb")  # stays readable: the name goes, the open file does not


def _document(overlay: Overlay, version: OverlayImport) -> dict[str, Any]:
    """What the head of a KML says."""
    said = about(overlay, version)
    return {
        "title": said.name,
        "author": said.attribution,
        "licence": said.licence,
        "fields": fields_of(version),
    }


def _own_keys(version: OverlayImport) -> dict[str, str]:
    """What a placemark says by itself → its property: fields of the file keep their names."""
    taken = set(version.features.field_names())
    return {key: f"placemark_{key}" if key in taken else key for key in OWN}


def _properties(feature: OverlayFeature, keys: dict[str, str]) -> dict[str, Any]:
    said = {keys[key]: getattr(feature, key) for key in OWN if getattr(feature, key)}
    style = {STYLE[key]: value for key, value in feature.style.items() if key in STYLE}
    return {**said, **style, **feature.fields}
