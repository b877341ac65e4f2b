"""Rows into a table by COPY: twice as fast as inserting objects, and nothing is kept of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from django.db import connection, models
from psycopg import sql
from shapely.geometry.base import BaseGeometry


def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Any]) -> None:
    """`rows` hold the values of the fields `names`, geometries as `ewkb` gives them and JSON as
    text.  Raises DatabaseError where one of them is refused; none is kept then, so it wants a
    savepoint around it."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
    )
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(into) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def ewkb(shapes: Sequence[BaseGeometry], srid: int) -> list[str]:
    """Each geometry with its SRID, in the text that PostGIS reads."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    texts: list[str] = shapely.to_wkb(
        shapely.set_srid(array, srid), hex=True, include_srid=True
    ).tolist()
    return texts
