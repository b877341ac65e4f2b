"""Rows as a GeoPackage (OGC 12-128r18), written by fiona's GDAL with its driver pinned."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import fiona
import shapely

from geodata.writing.rows import About, Row, batches

TYPE = "application/geopackage+sqlite3"
TEXT, WHOLE, NUMBER, YES_OR_NO, DAY, MOMENT = "str", "int64", "float", "bool", "date", "datetime"
_TAKEN = {"fid", "geom"}
"""Columns that GDAL makes by itself."""
_BATCH = 500


def geopackage(
    rows: Iterable[Row], *, about: About, columns: Mapping[str, str], table: str = "features"
) -> BinaryIO:
    """An open file without a name, gone when it is closed: one table of all `rows`.

    `columns` are the properties to keep with their types (TEXT, WHOLE …); a value that does not
    fit its column is left empty, lists and objects become JSON text.  Names that SQLite would take
    for one another get a number.
    """
    with tempfile.TemporaryDirectory(prefix="cantonnier-") as folder:
        path = Path(folder) / "out.gpkg"
        _write(path, rows, about, columns, table)
        return path.open("rb")  # stays readable: the name goes, the open file does not


def _write(
    path: Path, rows: Iterable[Row], about: About, columns: Mapping[str, str], table: str
) -> None:
    names = column_names(columns)
    schema = {
        "geometry": "Unknown",
        "properties": {names[key]: kind for key, kind in columns.items()},
    }
    said = about.members()
    with fiona.open(
        path,
        "w",
        driver="GPKG",
        schema=schema,
        crs="EPSG:4326",
        layer=table,
        IDENTIFIER=about.name or table,
        DESCRIPTION=" · ".join(text for key, text in said.items() if key != "name"),
    ) as sink:
        sink.update_tags(said)
        for batch in batches(rows, _BATCH):
            sink.writerecords(_records(batch, columns, names))


def column_names(columns: Iterable[str]) -> dict[str, str]:
    """Property → column: SQLite tells no `Code` from `code`."""
    taken, names = set(_TAKEN), {}
    for key in columns:
        stem, number, name = key or "_", 1, key or "_"
        while name.casefold() in taken:
            number += 1
            name = f"{stem}_{number}"
        taken.add(name.casefold())
        names[key] = name
    return names


def _records(
    batch: list[Row], columns: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    shapes = shapely.from_wkb([row.geometry for row in batch])
    for row, shape in zip(batch, shapes, strict=True):
        yield {
            "type": "Feature",
            "geometry": None if shape is None else shapely.geometry.mapping(shape),
            "properties": {
                names[key]: _cell(row.properties.get(key), kind) for key, kind in columns.items()
            },
        }


def _cell(value: Any, kind: str) -> Any:
    """`value` as its column takes it, or None."""
    if value is None or value == "":
        return None
    if kind == TEXT:
        return _as_text(value)
    try:
        return {WHOLE: int, NUMBER: float, YES_OR_NO: bool}.get(kind, _as_moment)(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str)


def _as_moment(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return datetime.fromisoformat(str(value)).isoformat()
