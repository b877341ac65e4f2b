"""GeoPackage (OGC 12-128r18): which tables of features it holds, and their rows."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from geodata.formats import through_fiona
from geodata.formats.choosing import chosen
from geodata.sources import Options, Remark, SourceFeature, Unreadable


def read(path: Path, options: Options, *, shown: Path) -> Iterator[SourceFeature | Remark]:
    layers = _layers(path)
    if not layers:
        raise Unreadable("no-layer")
    for layer in chosen(layers, options.layer):
        yield from through_fiona.read(path, shown, "GPKG", options, layer)


def _layers(path: Path) -> list[str]:
    """From the file's own table of contents: `fiona.listlayers` cannot be pinned to a driver.

    Plain tables only: a view may call GDAL's own SQL functions, some of which open addresses, or
    never end.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            tables = _plain_tables(database)
            rows = database.execute(
                "SELECT c.table_name FROM gpkg_contents c JOIN gpkg_geometry_columns g"
                " ON lower(g.table_name) = lower(c.table_name)"
                " WHERE c.data_type = 'features' ORDER BY 1"
            )
            return [str(name) for (name,) in rows if str(name).lower() in tables]
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise Unreadable("not-geopackage") from error


def _plain_tables(database: sqlite3.Connection) -> set[str]:
    """In lower case.  Raises Unreadable where something else stands in for one that every reader
    looks into by itself: GDAL would run it."""
    rows = database.execute("SELECT type, lower(name), sql FROM sqlite_master").fetchall()
    plain = {name for kind, name, sql in rows if kind == "table" and not _is_virtual(sql)}
    posing = {name for kind, name, _ in rows if kind in ("table", "view")} - plain
    if any(name.startswith("gpkg_") or name == "layer_styles" for name in posing):
        raise Unreadable("not-geopackage")
    return plain


_VIRTUAL = re.compile(r"create(\s|/\*.*?\*/|--[^\n]*\n)+virtual", re.IGNORECASE | re.DOTALL)


def _is_virtual(sql: str | None) -> bool:
    """SQLite reads what a file says of its tables, however it is spelt."""
    return _VIRTUAL.match(sql or "") is not None
