"""Querysets whose SQL is made once: values that vary are left open and travel beside the text.

For Django to put the statement of a tile together, and PostgreSQL to plan it, costs more than a
small tile.  The statement still comes from the QuerySet, permissions and all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import Struct
from typing import Any, Final

from django.contrib.gis.db.models import GeometryField
from django.db import connection
from django.db.backends.postgresql.psycopg_any import mogrify
from django.db.models import (
    BooleanField,
    CharField,
    Expression,
    F,
    Field,
    FloatField,
    Func,
    IntegerField,
    QuerySet,
)

from geodata.crs import WEB_MERCATOR
from geodata.prepared import fetch_row
from geodata.tiles import Move, Tile, TileLayer


class Open(Expression):
    """A value that is given by name when the statement is asked, cast to a type of PostgreSQL."""

    def __init__(self, name: str, sql_type: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.text = f"%({name})s::{sql_type}"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Told(Open):
    """A column of the one row that `LookedUpTiles` looked up."""

    def __init__(self, column: str, output_field: Field[Any, Any]) -> None:
        super().__init__(column, "", output_field)
        self.text = f"(SELECT {column} FROM shown)"  # noqa: S608


class AllTold(Open):
    """The array of a column of all rows that it looked up, where SQL over them holds."""

    def __init__(self, column: str, output_field: Field[Any, Any], *, where: str) -> None:
        super().__init__(column, "", output_field)
        self.text = f"ARRAY(SELECT {column} FROM shown WHERE {where})"  # noqa: S608


def open_text(name: str) -> Open:
    return Open(name, "text", CharField())


def open_geometry(name: str) -> Open:
    """To be given as hexadecimal EWKB in EPSG:3857."""
    return Open(name, "geometry", GeometryField(srid=WEB_MERCATOR))


def one_of(path: str, values: Open) -> Func:
    """Whether what stands at `path` is in the open array."""
    template = "%(expressions)s)"
    return Func(
        F(path), values, template=template, arg_joiner=" = ANY(", output_field=BooleanField()
    )


class Compiled:
    """The statement of a QuerySet, made when it is first asked."""

    def __init__(self, rows: Callable[[], QuerySet[Any, Any]]) -> None:
        self._rows = rows
        self._text = ""

    @property
    def text(self) -> str:
        """With `%(name)s` where a value was left open, and everything else written out."""
        if not self._text:
            self._text = self._made()
        return self._text

    def rows(self, **values: Any) -> list[dict[str, Any]]:
        """What the rows say by name, as JSON has it: text for dates."""
        rows: list[dict[str, Any]] = fetch_row(self.text, values)[0]
        return rows

    def bare(self) -> str:
        """The same without what makes JSON of it."""
        return _written_out(self._rows())

    def _made(self) -> str:
        return f"{_AS_JSON} FROM ({self.bare()}) AS one"


_AS_JSON: Final = "SELECT COALESCE(json_agg(one), '[]')"
_BOX: Final = Struct("<BIIII10d")
_POLYGON: Final = 3
_HAS_SRID: Final = 0x20000000
_OPEN_MOVE: Final = Move(
    Open("is_exact", "boolean", BooleanField()),
    *(Open(name, "integer", IntegerField()) for name in ("extent", "margin")),
    *(Open(name, "double precision", FloatField()) for name in Move._fields[3:]),
)


class CompiledTiles(Compiled):
    """A layer over rows that leave open what they belong to, and at which `step` they are."""

    def __init__(self, layer: TileLayer, rows: Callable[[], QuerySet[Any, Any]]) -> None:
        super().__init__(rows)
        self._layer = layer

    def draw(self, tile: Tile, **values: Any) -> bytes:
        """As `TileLayer.draw` does."""
        data: bytes = fetch_row(self.text, self.params(tile, **values))[0]
        return data

    def params(self, tile: Tile, **values: Any) -> dict[str, Any]:
        near = tile.bounds(margin_m=self._layer.margin * tile.unit_m)
        moved = {}
        if self._layer.on_grid:
            moved = self._layer.move(tile, values["step"])._asdict()
        return {"box": _hex(*tile.bounds()), "near": _hex(*near), **moved, **values}

    def _made(self) -> str:
        move = _OPEN_MOVE if self._layer.on_grid else None
        drawn = self._layer.select(
            self._rows(), box=open_geometry("box"), near=open_geometry("near"), move=move
        )
        extent = move.extent.text if move else ""
        return self._layer.encoding(_written_out(drawn), f"'{self._layer.name}'", extent)


class LookedUpTiles(CompiledTiles):
    """In one statement, what is shown and its tile: half a tile of a city is the way there and
    back.  `rows` leave open what `shown` tells (`Told`)."""

    def __init__(
        self, layer: TileLayer, shown: Compiled, rows: Callable[[], QuerySet[Any, Any]]
    ) -> None:
        super().__init__(layer, rows)
        self._shown = shown

    def look_up(self, tile: Tile, **values: Any) -> tuple[list[dict[str, Any]], bytes]:
        """What `shown.rows` says, and the tile; empty where nothing is shown."""
        shown, data = fetch_row(self.text, self.params(tile, **values))
        return shown, data

    def _made(self) -> str:
        shown = self._shown.bare()
        return (
            f"WITH shown AS MATERIALIZED ({shown})"  # noqa: S608
            f" SELECT ({_AS_JSON} FROM shown AS one), ({super()._made()})"
        )


def _hex(west: float, south: float, east: float, north: float) -> str:
    """A box as EWKB; through GEOS it takes longer than the tile of a city."""
    ring = (west, south, west, north, east, north, east, south, west, south)
    return _BOX.pack(1, _POLYGON | _HAS_SRID, WEB_MERCATOR, 1, 5, *ring).hex()


def _written_out(rows: QuerySet[Any, Any]) -> str:
    return written_out(*rows.query.sql_with_params())


def written_out(text: str, params: Sequence[Any]) -> str:
    """A statement of Django's with `%(name)s` for what was left open, and no other parameter."""
    return text % tuple(_written(value) for value in params)


def _written(value: Any) -> str:
    if isinstance(value, Open):
        return value.text
    return str(mogrify("%s", [value], connection)).replace("%", "%%")
