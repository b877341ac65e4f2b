"""Columns as COPY's binary format reads them (PostgreSQL's manual, "COPY", File Formats).

Big-endian; a row is the number of its fields, then each field behind its length.  Where no field of
a column is null and all are of one width, rows are of one width too, and numpy writes a million at
a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"


def rows(columns: dict[str, NDArray[Any] | bytes], number: int) -> bytes:
    """So many rows, to be written between HEAD and TAIL; columns are integers, floats or booleans,
    or bytes that each row has."""
    parts: list[tuple[str, Any]] = [("fields", ">i2")]
    for name, values in columns.items():
        parts.append((f"{name} length", ">i4"))
        if isinstance(values, bytes):
            parts += [(name, f"S{len(values)}")] if values else []
        else:
            parts.append((name, values.dtype.newbyteorder(">")))
    table = np.empty(number, dtype=parts)
    table["fields"] = len(columns)
    for name, values in columns.items():
        width = len(values) if isinstance(values, bytes) else values.dtype.itemsize
        table[f"{name} length"] = width
        if len(values):
            table[name] = values
    return table.tobytes()
