"""ExtendedData: names, values and types of what a file says of its shapes.

OGC 07-147r2 (KML 2.2) §9.2 to 9.6: <Data> is text, <SchemaData> has the types its <Schema> gives.
gx:SimpleArrayData (OGC 12-007r2, KML 2.3: SimpleArrayData) holds one value a point of a track.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from math import inf, isfinite
from typing import TypeAlias

from geodata.kml.nodes import Node

Scalar: TypeAlias = str | int | float | bool
Value: TypeAlias = Scalar | list[Scalar]
"""As JSON has it; dates stay ISO 8601 text, their type tells them apart."""


class FieldType(StrEnum):
    TEXT = "text"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    DATE = "date"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a whole file.  `label` is what people shall read instead of its name, or ''."""

    name: str
    type: FieldType = FieldType.TEXT
    label: str = ""
    is_list: bool = False

    def with_(self, other: Field) -> Field:
        """One field for values of both: an int among floats is a float, all else is text."""
        kinds = {self.type, other.type}
        kind = self.type if len(kinds) == 1 else FieldType.TEXT
        if kinds == {FieldType.INT, FieldType.FLOAT}:
            kind = FieldType.FLOAT
        return Field(self.name, kind, self.label or other.label, self.is_list and other.is_list)


@lru_cache(maxsize=4096)
def field_of(name: str, type_: FieldType, label: str, is_list: bool) -> Field:
    """The Field of these, made once: a file says the same few of every shape."""
    return Field(name, type_, label, is_list)


_TYPES = {
    **dict.fromkeys(("int", "uint", "short", "ushort", "integer", "long"), FieldType.INT),
    **dict.fromkeys(("float", "double", "decimal"), FieldType.FLOAT),
    **dict.fromkeys(("bool", "boolean"), FieldType.BOOL),
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
"""No zeros before it: 01001 is the code of a commune, whatever its schema says."""

_FLOAT = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?\Z")
_TRUTHS = {"1": True, "true": True, "0": False, "false": False}


def type_named(name: str) -> FieldType:
    """What a schema's `int`, `xsd:double`, `xs:dateTime` … stands for; text for the rest."""
    return _TYPES.get(name.rpartition(":")[2].strip().lower(), FieldType.TEXT)


def typed(text: str, kind: FieldType) -> Scalar | None:
    """`text` as a value of that type; None when it is none."""
    return _READERS[kind](text)


def _int(text: str) -> int | None:
    return int(text) if _INT.match(text) else None


def _float(text: str) -> float | None:
    number = float(text) if _FLOAT.match(text) else inf
    return number if isfinite(number) else None


def _bool(text: str) -> bool | None:
    return _TRUTHS.get(text.lower())


def _date(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _datetime(text: str) -> str | None:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text


_READERS: Mapping[FieldType, Callable[[str], Scalar | None]] = {
    FieldType.TEXT: str,
    FieldType.INT: _int,
    FieldType.FLOAT: _float,
    FieldType.BOOL: _bool,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
}


@dataclass(slots=True)
class SchemaBook:
    """The <Schema> elements of a file, by id and by name: files point at either."""

    schemas: dict[str, dict[str, Field]] = field(default_factory=dict)

    def add(self, node: Node, limit: int) -> None:
        fields = {one.name: one for one in _fields_of(node)}
        for key in ("name", "id"):
            name = node.attributes.get(key, "").strip()
            if name and (name in self.schemas or len(self.schemas) < limit):
                self.schemas[name] = fields

    def find(self, url: str) -> dict[str, Field] | None:
        """What `#id` leads to; None when this file has no such schema: none is ever fetched."""
        return self.schemas.get(url.strip().removeprefix("#"))


def _fields_of(schema: Node) -> Iterator[Field]:
    for child in schema.children:
        if child.tag in ("SimpleField", "gx:SimpleArrayField", "SimpleArrayField"):
            name = child.attributes.get("name", "").strip()
            kind = type_named(child.attributes.get("type", ""))
            label = child.text_of("displayName")
            yield Field(name, kind, label, is_list=child.tag != "SimpleField")


@dataclass(frozen=True, slots=True)
class Said:
    """One value as its file writes it, not yet typed."""

    field: Field
    texts: list[str]

    @property
    def is_list(self) -> bool:
        return self.field.is_list


def said_in(extended: Node, schemas: SchemaBook) -> Iterator[Said]:
    """Every value of one <ExtendedData>: <Data>, <SchemaData>, other vocabularies' elements."""
    for child in extended.children:
        if child.tag == "Data":
            name = child.attributes.get("name", "").strip()
            value = child.first("value")
            yield Said(Field(name, label=child.text_of("displayName")), [_text(value)])
        elif child.tag == "SchemaData":
            yield from _said_by_schema(child, schemas)
        elif not child.tag.startswith("gx:") and not child.children:
            yield Said(Field(child.tag), [_text(child)])


def _said_by_schema(data: Node, schemas: SchemaBook) -> Iterator[Said]:
    known = schemas.find(data.attributes.get("schemaUrl", "")) or {}
    for child in data.children:
        name = child.attributes.get("name", "").strip()
        if child.tag == "SimpleData":
            yield Said(_as(known.get(name), name, is_list=False), [_text(child)])
        elif child.tag in ("gx:SimpleArrayData", "SimpleArrayData"):
            values = [*child.all("gx:value"), *child.all("value")]
            yield Said(_as(known.get(name), name, is_list=True), [_text(v) for v in values])


def _as(known: Field | None, name: str, *, is_list: bool) -> Field:
    if known is None:
        return Field(name, is_list=is_list)
    return field_of(name, known.type, known.label, is_list)


def _text(node: Node | None) -> str:
    return node.text.strip() if node else ""
