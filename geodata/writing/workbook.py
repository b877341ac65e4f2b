"""Rows as a spreadsheet (Office Open XML), written row by row: memory does not grow with them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from xlsxwriter import Workbook

from geodata.writing.rows import Row

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575
"""Of a sheet below its line of names; further ones go to further sheets."""
_LONGEST_TEXT = 32_767


def workbook(
    rows: Iterable[Row],
    *,
    columns: Sequence[str],
    sheet: str,
    notes: Mapping[str, Sequence[tuple[str, str]]],
) -> BinaryIO:
    """An open file without a name, gone when it is closed.  `notes` are further sheets of two
    columns: the data dictionary, the licence."""
    file = tempfile.TemporaryFile(prefix="cantonnier-")  # noqa: SIM115 the caller closes it
    with Workbook(file, {"constant_memory": True, "in_memory": False}) as book:
        _Sheets(book, sheet, columns).write(rows)
        for title, lines in notes.items():
            _note(book, title, lines)
    file.seek(0)
    return file


class _Sheets:
    """One sheet after the other, as far as one goes."""

    def __init__(self, book: Any, name: str, columns: Sequence[str]) -> None:
        self.book, self.name, self.columns = book, name, columns
        self.bold = book.add_format({"bold": True})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.number = 0

    def write(self, rows: Iterable[Row]) -> None:
        sheet, line = self._new(), 0
        for row in rows:
            if line == MOST_ROWS:
                sheet, line = self._new(), 0
            line += 1
            for column, name in enumerate(self.columns):
                self._cell(sheet, line, column, row.properties.get(name))

    def _new(self) -> Any:
        self.number += 1
        name = self.name if self.number == 1 else f"{self.name} {self.number}"
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(self.columns):
            sheet.write_string(0, column, title, self.bold)
        return sheet

    def _cell(self, sheet: Any, line: int, column: int, value: Any) -> None:
        """Text is written as text: a formula in it is never one."""
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            sheet.write_datetime(line, column, value.replace(tzinfo=None), self.moment)
        elif isinstance(value, int | float):
            sheet.write_number(line, column, value)
        else:
            text = " ".join(value) if isinstance(value, list) else str(value)
            sheet.write_string(line, column, text[:_LONGEST_TEXT])


def _note(book: Any, title: str, lines: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet(title)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for number, (name, text) in enumerate(lines):
        sheet.write_string(number, 0, name)
        sheet.write_string(number, 1, text)
