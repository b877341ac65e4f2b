"""Rows as CSV that French spreadsheets open: UTF-8 with BOM, semicolons, CRLF (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from geodata.writing.rows import Row, batches

TYPE = "text/csv; charset=utf-8"
BOM = b"\xef\xbb\xbf"
_BATCH = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def delimited(rows: Iterable[Row], *, columns: Sequence[str]) -> Iterator[bytes]:
    """A line of names, then one a row; geometry is left out."""
    yield BOM + _lines([list(columns)])
    for batch in batches(rows, _BATCH):
        yield _lines([[_cell(row.properties.get(name)) for name in columns] for row in batch])


def _lines(rows: list[list[Any]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode()


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula begins with an apostrophe (OWASP, CSV
    injection); numbers stay numbers."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    text = " ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
