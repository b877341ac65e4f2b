"""A feature of any other kind of file → the Feature that every overlay is made of."""

import json
import re
from math import isfinite
from typing import Any

import shapely

from geodata.formats.columns import plain
from geodata.kml import Feature, FieldType, Value, limits
from geodata.kml.fields import Scalar
from geodata.sources import SourceFeature

_NAMES = ("name", "nom", "libelle", "label", "title", "titre", "intitule", "nomcom", "nomquart")
_DESCRIPTIONS = ("description", "desc", "descriptif")
_COLOUR = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\Z")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def feature_of(item: SourceFeature) -> Feature:
    """Its name and description are those of the field that is called so; all fields are kept."""
    fields = _values(item.fields)
    texts = {key: str(value) for key, value in fields.items() if not isinstance(value, list)}
    by_plain = {plain(key): value for key, value in reversed(list(texts.items()))}
    geometry = item.geometry if item.geometry is not None else shapely.Point()
    flat = shapely.force_2d(geometry)
    vertices = int(shapely.get_num_coordinates(geometry))
    return Feature(
        name=_first(by_plain, _NAMES)[: limits.MAX_NAME].strip(),
        folder=(item.layer[: limits.MAX_NAME],) if item.layer else (),
        description=_first(by_plain, _DESCRIPTIONS)[: limits.MAX_DESCRIPTION],
        fields=fields,
        style=_simple_style(texts, geometry.geom_type),
        geometry=flat,
        line=item.line,
        altitudes=vertices if geometry.has_z else 0,
        vertices=vertices,
        types=_types(fields),
        number=item.position,
    )


def _first(fields: dict[str, str], names: tuple[str, ...]) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")


def _values(fields: dict[str, Any]) -> dict[str, Value]:
    """Every field that says something, as JSON and a database take it."""
    said = ((str(key), value) for key, value in fields.items() if value is not None)
    return {
        _clean(key)[: limits.MAX_FIELD_NAME]: _value(value)
        for key, value in list(said)[: limits.MAX_FIELDS]
    }


def _value(value: Any) -> Value:
    match value:
        case bool() | int():
            return value if abs(value) < 1 << 53 else str(value)
        case float():
            return value if isfinite(value) else str(value)
        case list() if all(isinstance(one, str | int | float | bool) for one in value):
            return [_scalar(one) for one in value[: limits.MAX_LIST]]
        case dict() | list():
            return _short(json.dumps(value, ensure_ascii=False, default=str))
        case bytes():
            return ""
    return _short(str(value))


def _scalar(one: Any) -> Scalar:
    found = _value(one)
    return found if not isinstance(found, list) else ""


def _types(fields: dict[str, Value]) -> dict[str, FieldType]:
    """Of those that are more than text, by what their values are."""
    kinds = {bool: FieldType.BOOL, int: FieldType.INT, float: FieldType.FLOAT}
    firsts = {
        key: value[0] if isinstance(value, list) and value else value
        for key, value in fields.items()
    }
    return {key: kinds[type(one)] for key, one in firsts.items() if type(one) in kinds}


def _short(text: str) -> str:
    return _clean(text)[: limits.MAX_FIELD_VALUE]


def _clean(text: str) -> str:
    return _CONTROL.sub("\ufffd", text)


def _simple_style(fields: dict[str, str], kind: str) -> dict[str, str | float]:
    """Mapbox's simplestyle 1.1, as uMap and geojson.io write it."""
    stroke, fill = _colour(fields, "stroke"), _colour(fields, "fill")
    if kind in ("Point", "MultiPoint"):
        return _only(fill=_colour(fields, "marker-color"))
    line = _only(
        stroke=stroke,
        stroke_opacity=_number(fields, "stroke-opacity", 1.0),
        stroke_width=_number(fields, "stroke-width", 50.0),
    )
    if kind in ("LineString", "MultiLineString"):
        return line
    return line | _only(fill=fill, fill_opacity=_number(fields, "fill-opacity", 1.0))


def _only(**values: str | float | None) -> dict[str, str | float]:
    return {name: value for name, value in values.items() if value is not None}


def _colour(fields: dict[str, str], name: str) -> str | None:
    match = _COLOUR.match(fields.get(name, ""))
    if match is None:
        return None
    digits = match[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


def _number(fields: dict[str, str], name: str, most: float) -> float | None:
    text = fields.get(name, "")
    return min(float(text), most) if re.fullmatch(r"\d{1,4}(\.\d{1,9})?", text) else None
