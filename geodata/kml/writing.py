"""Features → KML 2.2, as a stream: what `read` kept of a file comes out again.

Elements stand in the order that the schema of OGC 07-147r2 wants.  Fields with a type go into one
<Schema> at the head of the document, the others are <Data>.  Longitudes and latitudes (EPSG:4326)
have seven decimals, 1 cm.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from geodata.kml.features import Feature
from geodata.kml.fields import Field, FieldType, Scalar, Value
from geodata.kml.geometry_text import geometry_text
from geodata.kml.style_text import style_text

IconHref = Callable[[str], str]
"""SHA-256 of an icon → where the KML says that it is."""

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"'
    ' xmlns:atom="http://www.w3.org/2005/Atom">\n'
    "<Document>\n"
)
_TAIL = "</Document>\n</kml>\n"
_SCHEMA = "fields"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPE_NAMES = {
    FieldType.TEXT: "string",
    FieldType.INT: "int",
    FieldType.FLOAT: "double",
    FieldType.BOOL: "bool",
    FieldType.DATE: "xsd:date",
    FieldType.DATETIME: "xsd:dateTime",
}


def icon_in_kmz(sha256: str) -> str:
    return f"icons/{sha256}.png"


def write(
    features: Iterable[Feature],
    *,
    title: str = "",
    author: str = "",
    licence: str = "",
    fields: Iterable[Field] = (),
    icon_href: IconHref = icon_in_kmz,
) -> Iterator[bytes]:
    """UTF-8, a feature or so a chunk.  Those of `fields` that are typed or lists keep their types;
    `fields_of` finds them where the features are all at hand."""
    typed = {one.name: one for one in fields if one.is_list or one.type != FieldType.TEXT}
    yield (_HEAD + _element("name", title) + _credit(author, licence) + _schema(typed)).encode()
    path: tuple[str, ...] = ()
    for feature in features:
        steps = _walk(path, feature.folder)
        path = feature.folder
        yield (steps + _placemark(feature, typed, icon_href)).encode()
    yield (_walk(path, ()) + _TAIL).encode()


def _credit(author: str, licence: str) -> str:
    """Whose it is and what may be done with it: KML 2.2 has no word for a licence of its own."""
    inside = _element("atom:name", author)
    return (f"<atom:author>{inside}</atom:author>" if inside else "") + _element(
        "description", licence
    )


def write_kmz(
    into: IO[bytes],
    features: Iterable[Feature],
    icons: Mapping[str, bytes],
    *,
    title: str = "",
    author: str = "",
    licence: str = "",
    fields: Iterable[Field] = (),
) -> None:
    """The KML with its icons (SHA-256 → PNG) beside it, as one archive; `into` can be sought."""
    kml = write(features, title=title, author=author, licence=licence, fields=fields)
    with ZipFile(into, "w", ZIP_DEFLATED) as archive:
        with archive.open("doc.kml", "w", force_zip64=True) as document:
            for chunk in kml:
                document.write(chunk)
        for sha256, png in icons.items():
            archive.writestr(icon_in_kmz(sha256), png)


def fields_of(features: Iterable[Feature]) -> list[Field]:
    """Every field that occurs, in order of appearance."""
    found: dict[str, Field] = {}
    for feature in features:
        for one in feature.described_fields():
            known = found.get(one.name)
            found[one.name] = one if known is None else known.with_(one)
    return list(found.values())


def _walk(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    """Closes the folders that end here and opens those that begin."""
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    opened = "".join(f"<Folder>{_element('name', name)}" for name in new[same:])
    return "</Folder>\n" * (len(old) - same) + opened


def _placemark(feature: Feature, typed: Mapping[str, Field], icon_href: IconHref) -> str:
    return (
        "<Placemark>"
        + _element("name", feature.name)
        + _element("description", feature.description)
        + _time(feature.begin, feature.end)
        + style_text(feature.style, feature.geometry, icon_href)
        + _extended_data(feature, typed)
        + geometry_text(feature.geometry)
        + "</Placemark>\n"
    )


def _time(begin: str, end: str) -> str:
    if begin and begin == end:
        return f"<TimeStamp>{_element('when', begin)}</TimeStamp>"
    inside = _element("begin", begin) + _element("end", end)
    return f"<TimeSpan>{inside}</TimeSpan>" if inside else ""


def _schema(typed: Mapping[str, Field]) -> str:
    if not typed:
        return ""
    simple = "".join(_schema_field(one) for one in typed.values())
    return f'<Schema name="{_SCHEMA}" id="{_SCHEMA}">{simple}</Schema>\n'


def _schema_field(one: Field) -> str:
    tag = "gx:SimpleArrayField" if one.is_list else "SimpleField"
    label = _element("displayName", one.label)
    kind = _TYPE_NAMES[one.type]
    return f'<{tag} type="{kind}" name={_attribute(one.name)}>{label}</{tag}>'


def _extended_data(feature: Feature, typed: Mapping[str, Field]) -> str:
    plain, schema = [], []
    for name, value in feature.fields.items():
        known = typed.get(name)
        if known is not None and known.is_list == isinstance(value, list):
            schema.append(_simple_data(name, value))
        else:
            plain.append(_data(name, value, feature.labels.get(name, "")))
    if schema:
        plain.append(f'<SchemaData schemaUrl="#{_SCHEMA}">{"".join(schema)}</SchemaData>')
    return f"<ExtendedData>{''.join(plain)}</ExtendedData>" if plain else ""


def _data(name: str, value: Value, label: str) -> str:
    text = " ".join(map(_text, value)) if isinstance(value, list) else _text(value)
    shown = _element("displayName", label)
    return f"<Data name={_attribute(name)}>{shown}<value>{_escaped(text)}</value></Data>"


def _simple_data(name: str, value: Value) -> str:
    if isinstance(value, list):
        values = "".join(f"<gx:value>{_escaped(_text(one))}</gx:value>" for one in value)
        return f"<gx:SimpleArrayData name={_attribute(name)}>{values}</gx:SimpleArrayData>"
    return f"<SimpleData name={_attribute(name)}>{_escaped(_text(value))}</SimpleData>"


def _text(value: Scalar | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{_escaped(text)}</{tag}>" if text else ""


def _escaped(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold; a carriage return survives parsing."""
    return escape(_NOT_XML.sub("", text), {"\r": "&#13;"})


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("", text), {"\r": "&#13;"})
