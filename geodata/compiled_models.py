"""Models from a QuerySet whose SQL is made once and planned once a connection.

For Django to put the statement of a list together costs 1 to 2 ms, as much as its fifty rows, and
PostgreSQL plans it in as long.  What is fetched, and who may see it, still stands in the QuerySet.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from struct import Struct
from typing import Any, Final, Generic, TypeVar

from django.contrib.gis.db.models import GeometryField
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState

from geodata.compiled import written_out
from geodata.prepared import fetch_rows

M = TypeVar("M", bound=Model)


class CompiledModels(Generic[M]):
    """Rows that leave values open (`geodata.compiled.Open`).  `before` is SQL that the statement
    begins with, such as `WITH …`, for the QuerySet to refer to."""

    def __init__(self, rows: Callable[[], QuerySet[M]], *, before: str = "") -> None:
        self._rows = rows
        self._before = before
        self._made: tuple[str, Any, Any] | None = None

    def fetch(self, **values: Any) -> list[M]:
        """With what `select_related` names, one step far: equal rows of that are one object, since
        a page has fifty rows and a dozen categories.  Nothing is prefetched or annotated."""
        text, compiler, converters = self._made = self._made or self._make()
        answered = fetch_rows(text, values)
        mine = copy(compiler)  # threads share the statement, and have a connection each
        mine.connection = connection
        reader = _Reader(mine)
        return [reader.read(row) for row in mine.apply_converters(answered, converters)]

    def _make(self) -> tuple[str, Any, Any]:
        compiler = self._rows().query.get_compiler(DEFAULT_DB_ALIAS)
        text = self._before + written_out(*compiler.as_sql())
        converters = compiler.get_converters([column[0] for column in compiler.select])
        for number, (_made, column) in converters.items():
            if isinstance(column.output_field, GeometryField):
                converters[number] = ([_as_it_came], column)
        return text, compiler, converters


def _as_it_came(value: str | None, _column: Any, _connection: Any) -> memoryview | None:
    """EWKB, of which Django makes a geometry when it is asked for: making fifty takes a third of
    the time of a page."""
    return None if value is None else memoryview(bytes.fromhex(value))


class _Columns:
    """Those of a row that make one model."""

    def __init__(self, select: Any, kind: dict[str, Any]) -> None:
        first, last = kind["select_fields"][0], kind["select_fields"][-1] + 1
        self._model: type[Model] = kind["model"]
        self._names = [column[0].target.attname for column in select[first:last]]
        self._span = slice(first, last)
        self.pk = first + self._names.index(self._model._meta.pk.attname)

    def read(self, row: Any) -> Any:
        """What is not among them is deferred, as after `only`.  `Model.from_db` looks at each
        field of the model and takes 15 µs, more than all else of a row; it also tells those who
        listen to `pre_init` and `post_init`, which nobody does for rows of lists."""
        one = self._model.__new__(self._model)
        one._state = ModelState()
        one._state.adding, one._state.db = False, DEFAULT_DB_ALIAS
        one.__dict__.update(zip(self._names, row[self._span], strict=True))
        return one


class _Reader:
    """Row → model, with those it points to."""

    def __init__(self, compiler: Any) -> None:
        kind = compiler.klass_info
        self._columns = _Columns(compiler.select, kind)
        self._related = [
            (_Columns(compiler.select, related), related["local_setter"], {None: None})
            for related in kind.get("related_klass_infos", [])
        ]

    def read(self, row: Any) -> Any:
        one = self._columns.read(row)
        for columns, tie, seen in self._related:
            pk = row[columns.pk]
            if pk not in seen:
                seen[pk] = columns.read(row)
            tie(one, seen[pk])
        return one


_POINT: Final = {1: Struct("<BIIdd"), 0: Struct(">BIIdd")}


def coordinates_of(point: memoryview) -> tuple[float, float]:
    """x and y of a point of a row that `CompiledModels` read: EWKB with its SRID."""
    _order, _kind, _srid, x, y = _POINT[point[0]].unpack_from(point)
    return x, y
