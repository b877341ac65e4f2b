"""GeoPackage (OGC 12-128r18): which tables of features it holds, and their rows."""

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

    Plain tables only: a view may call GDAL's own SQL functions, some of which open addresses.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute(
                "SELECT table_name FROM gpkg_contents JOIN sqlite_master ON name = table_name"
                " WHERE data_type = 'features' AND type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
                " ORDER BY 1"
            )
            return [str(name) for (name,) in rows]
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise Unreadable("not-geopackage") from error
