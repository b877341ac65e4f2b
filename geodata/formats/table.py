"""CSV with longitude and latitude, x and y, WKT or GeoJSON in its cells → features."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import shapely
from pyproj import CRS
from shapely import Point
from shapely.geometry.base import BaseGeometry

from geodata.formats import projecting
from geodata.formats.columns import Columns, find
from geodata.formats.projecting import Projection
from geodata.formats.text import Undecodable, delimiter_of, encoding_of
from geodata.formats.through_fiona import BROKEN
from geodata.sources import Options, Remark, SourceFeature, Unreadable

_SAMPLE_ROWS = 200
_EWKT = re.compile(r"\s*SRID=(\d+);", re.IGNORECASE)


class Nowhere(ValueError):
    """A row without a usable place; `code` says why."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: list[str]
    share: float


def read(path: Path, options: Options, *, shown: Path) -> Iterator[SourceFeature | Remark]:
    rows = iter(rows_of(path))
    header = next(rows, None)
    if header is None:
        raise Unreadable("empty-file")
    columns = find(header.cells, options)
    yield Remark("columns-found", {"columns": columns.shown})
    sample = list(islice(rows, _SAMPLE_ROWS))
    projection = Projection(_crs(columns, sample, options))
    yield from projection.remarks()
    position = 0
    for row in chain(sample, rows):
        position += 1
        fields = _fields(columns, row)
        try:
            shape: BaseGeometry | None = projection(_place(columns, row.cells))
        except Nowhere as nowhere:
            yield Remark(nowhere.code, nowhere.values, row.line, _shown(fields), "error")
            continue
        except BROKEN:
            shape = None
        yield SourceFeature(shown, position, row.line, fields, shape, shape is None, "", row.share)


def rows_of(path: Path) -> Iterator[Row]:
    """Rows that are not empty, by the line each begins on.  Raises Unreadable."""
    try:
        encoding = encoding_of(path)
    except Undecodable as error:
        raise Unreadable("unknown-kind") from error
    size = max(path.stat().st_size, 1)
    with path.open("rb") as raw:
        file = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="")
        delimiter = delimiter_of(file.read(16_384)) or ","
        file.seek(0)
        reader = csv.reader(file, delimiter=delimiter)
        line = 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield Row(line, [cell.replace("\0", "") for cell in cells], raw.tell() / size)
                line = reader.line_num + 1
        except csv.Error as error:
            raise Unreadable("broken-table", line=line, reason=str(error)[:100]) from error


def number(text: str) -> float | None:
    """`48,85`, `1 234,5` and `-0.5` as numbers; None for anything else."""
    tight = re.sub(r"[\s\u00a0\u202f]", "", text)
    if "," in tight and "." not in tight:
        tight = tight.replace(",", ".")
    return float(tight) if re.fullmatch(r"[-+]?\d+(\.\d*)?([eE][-+]?\d{1,3})?", tight) else None


def _crs(columns: Columns, sample: list[Row], options: Options) -> CRS:
    if options.crs:
        return projecting.named(options.crs)
    if columns.crs:
        return projecting.named(columns.crs)
    srid = _srid(columns, sample)
    if srid:
        return projecting.named(f"EPSG:{srid}")
    for row in sample:
        try:
            x, y, *_ = _place(columns, row.cells).bounds
        except (Nowhere, *BROKEN):
            continue
        if not projecting.is_degrees(x, y):
            raise projecting.which_crs(options, x, y)
    return projecting.named("OGC:CRS84")


def _srid(columns: Columns, sample: list[Row]) -> str:
    """What the first EWKT says of itself."""
    if columns.shape is None:
        return ""
    cells = (row.cells[columns.shape] for row in sample if len(row.cells) > columns.shape)
    found = next((match for cell in cells if (match := _EWKT.match(cell))), None)
    return found[1] if found and found[1] != "0" else ""


def _place(columns: Columns, cells: list[str]) -> BaseGeometry:
    """As written, in the table's own CRS.  Raises Nowhere, or one of BROKEN."""
    texts = [cells[at].strip() if at < len(cells) else "" for at in _order(columns)]
    if not all(texts):
        raise Nowhere("row-without-place")
    if columns.shape is not None:
        return _shape(texts[0])
    if columns.pair is not None:
        texts = [part.strip() for part in texts[0].split(",")][::-1]
    numbers = [number(text) for text in texts]
    if len(numbers) != 2 or None in numbers:
        raise Nowhere("not-numbers", text=" ".join(texts)[:60])
    if not any(numbers):
        raise Nowhere("row-at-zero")
    return Point([value for value in numbers if value is not None])


def _order(columns: Columns) -> list[int]:
    return [at for at in (columns.shape, columns.pair, columns.x, columns.y) if at is not None]


def _shape(text: str) -> BaseGeometry:
    if text.startswith("{"):
        return shapely.geometry.shape(json.loads(text))
    return shapely.from_wkt(_EWKT.sub("", text))


def _fields(columns: Columns, row: Row) -> dict[str, str]:
    """Every other cell under the name of its column; a surplus one under its number."""
    return {
        columns.names[at] if at < len(columns.names) and columns.names[at] else str(at + 1): cell
        for at, cell in enumerate(row.cells)
        if at not in columns.used and cell.strip()
    }


def _shown(fields: dict[str, str]) -> str:
    return next(iter(fields.values()), "")[:100]
