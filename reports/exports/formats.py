"""The formats of an export.  Text formats are written while they are sent; GeoPackage and XLSX are
archives whose table of contents comes last, so they are written to a nameless file first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import shapely
from django.conf import settings
from django.utils.translation import gettext as _

from geodata.kml import writing as kml
from geodata.kml.features import Feature
from geodata.kml.fields import Field, FieldType, Value
from geodata.writing import About, Row, delimited, geojson, geopackage, workbook
from geodata.writing.delimited import TYPE as CSV_TYPE
from geodata.writing.geojson import TYPE as GEOJSON_TYPE
from geodata.writing.geopackage import MOMENT, NUMBER, WHOLE
from geodata.writing.geopackage import TYPE as GEOPACKAGE_TYPE
from geodata.writing.workbook import TYPE as XLSX_TYPE
from reports.records import FIELDS, PLACE

_PIECE = 65_536
_COLUMNS = [field.name for field in (*FIELDS, *PLACE)]
_KML_TYPES = {WHOLE: FieldType.INT, NUMBER: FieldType.FLOAT, MOMENT: FieldType.DATETIME}


@dataclass(frozen=True, slots=True)
class Format:
    """`write` gives the file in pieces, without holding it in memory."""

    extension: str
    label: str
    content_type: str
    write: Callable[[Iterable[Row]], Iterator[bytes]]


def about() -> About:
    return About(
        name=_("Submissions · %(site)s") % {"site": settings.SITE_NAME},
        attribution=settings.DATA_ATTRIBUTION,
        licence=settings.DATA_LICENCE,
        more={"licence_url": settings.DATA_LICENCE_URL},
    )


def _csv(rows: Iterable[Row]) -> Iterator[bytes]:
    return delimited(rows, columns=_COLUMNS)


def _geojson(rows: Iterable[Row]) -> Iterator[bytes]:
    return geojson(map(_without_place, rows), about=about())


def _geopackage(rows: Iterable[Row]) -> Iterator[bytes]:
    columns = {field.name: field.kind for field in FIELDS}
    flat = (Row(row.geometry, _flat(row), row.id) for row in rows)
    return _pieces(geopackage(flat, about=about(), columns=columns, table="submissions"))


def _xlsx(rows: Iterable[Row]) -> Iterator[bytes]:
    dictionary = [(field.name, str(field.meaning)) for field in (*FIELDS, *PLACE)]
    notes = {_("Dictionary"): dictionary, _("Licence"): list(about().members().items())}
    sheet = _("Submissions")
    return _pieces(workbook(rows, columns=_COLUMNS, sheet=sheet, notes=notes))


def _kml(rows: Iterable[Row]) -> Iterator[bytes]:
    said = about()
    title = " · ".join(filter(None, [said.name, said.attribution, said.licence]))
    fields = [
        Field(field.name, _KML_TYPES.get(field.kind, FieldType.TEXT), str(field.meaning))
        for field in FIELDS
    ]
    return kml.write(map(_placemark, rows), title=title, fields=fields)


def _placemark(row: Row) -> Feature:
    flat = _flat(row)
    fields: dict[str, Value] = {
        name: _word(value) for name, value in flat.items() if value is not None
    }
    sent = str(fields["created_at"])
    return Feature(
        name=str(row.properties["ref"]),
        folder=(),
        description="",
        fields=fields,
        style={},
        geometry=shapely.from_wkb(row.geometry or b""),
        line=0,
        begin=sent,
        end=sent,
    )


def _flat(row: Row) -> dict[str, object]:
    """Lists as words with spaces between, for files whose cells hold one value."""
    return {
        name: " ".join(value) if isinstance(value, list) else value
        for name, value in row.properties.items()
        if name not in ("lon", "lat")
    }


def _word(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _without_place(row: Row) -> Row:
    properties = {key: value for key, value in row.properties.items() if key not in ("lon", "lat")}
    return Row(row.geometry, properties, row.id)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


FORMATS = {
    one.extension: one
    for one in (
        Format("csv", "CSV", CSV_TYPE, _csv),
        Format("geojson", "GeoJSON", GEOJSON_TYPE, _geojson),
        Format("kml", "KML", "application/vnd.google-earth.kml+xml", _kml),
        Format("gpkg", "GeoPackage", GEOPACKAGE_TYPE, _geopackage),
        Format("xlsx", "XLSX", XLSX_TYPE, _xlsx),
    )
}
