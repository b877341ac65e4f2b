"""Text files as people send them: which encoding, which separator."""

import codecs
import csv
import io
import re
from contextlib import suppress
from itertools import islice
from pathlib import Path

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = (";", ",", "\t", "|")
_CHUNK_BYTES = 1 << 20
MAX_CELL = 8_000_000
"""Characters in one cell: a WKT of half a million vertices."""

csv.field_size_limit(MAX_CELL)


class Undecodable(ValueError):
    """No text in an encoding we know."""


def encoding_of(path: Path) -> str:
    """UTF-8 and UTF-16, else Windows-1252, which spreadsheets still write.  Raises Undecodable."""
    with path.open("rb") as file:
        start = file.read(_CHUNK_BYTES)
        guess = _encoding_of_start(start)
        if guess != "utf-8":
            return guess
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while start:
                decoder.decode(start)
                start = file.read(_CHUNK_BYTES)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return "windows-1252"
    return "utf-8"


def _encoding_of_start(start: bytes) -> str:
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return encoding
    zeros = start[:1_000].count(0)
    if zeros == 0:
        return "utf-8"
    if zeros < min(len(start), 1_000) // 3:
        raise Undecodable
    return "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"


def decoded_start(start: bytes) -> str:
    """The beginning of a file, which may end within a character.  Raises Undecodable."""
    encoding = _encoding_of_start(start)
    if encoding == "utf-8":
        try:
            return codecs.getincrementaldecoder("utf-8")().decode(start)
        except UnicodeDecodeError:
            encoding = "windows-1252"
    return start.decode(encoding, errors="replace")


def delimiter_of(text: str) -> str:
    """The one that cuts the first rows into the same number of cells, most of them; '' if none."""
    best = max(DELIMITERS, key=lambda one: _cells(text, one))
    return best if _cells(text, best) > 1 else ""


def _cells(text: str, delimiter: str) -> int:
    """How many cells the header has, if most of the first rows agree; else 0."""
    rows: list[list[str]] = []
    with suppress(csv.Error):  # the beginning of a file may end within a cell
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows += islice((row for row in reader if row), 20)
    agreeing = sum(len(row) == len(rows[0]) for row in rows)
    return len(rows[0]) if rows and 2 * agreeing > len(rows) else 0


_ODD = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")


def looks_like_a_table(text: str) -> bool:
    return not _ODD.search(text) and delimiter_of(text) != ""
