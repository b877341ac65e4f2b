"""The JSON form of CQL2 → a condition on rows, by the queryables that a collection allows.

Conditions are written as expressions and not as Q: a Q would turn `NOT (a = 1)` into something that
also lets rows through whose `a` is unknown, and CQL2 has the three truths of SQL.  Names of columns
come from the collection alone, values travel as parameters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.db.models import (
    BooleanField,
    DateTimeField,
    F,
    FloatField,
    Func,
    TextField,
    Value,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from geodata.crs import WGS84
from geodata.ogc.cql.errors import BadFilter
from geodata.ogc.crs import Crs
from geodata.ogc.literals import BadLiteral, Span, read_instant, read_shape, read_span
from geodata.ogc.queryables import Queryable, Type

MOST_PARTS = 200
"""Comparisons and values of one filter: each costs every row that is looked at."""
DEEPEST = 40
Condition = Func

_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_TRAILING_ESCAPE = re.compile(r"(?:^|[^\\])(?:\\\\)*\\$")


@dataclass(frozen=True, slots=True)
class _Scalar:
    """An operand: its expression, what it is, and whether a column is behind it."""

    expression: Any
    type: Type
    is_property: bool = False


def condition_of(tree: Any, queryables: Mapping[str, Queryable], crs: Crs) -> Condition:
    """`crs` is that of shapes in the filter.  Raises BadFilter."""
    try:
        return _Writer(queryables, crs).condition(tree)
    except BadLiteral as bad:
        raise BadFilter(str(bad)) from None


class _Writer:
    def __init__(self, queryables: Mapping[str, Queryable], crs: Crs) -> None:
        self.queryables = queryables
        self.crs = crs
        self.parts = 0

    # ---------------------------------------------------------- conditions
    def condition(self, tree: Any, depth: int = 0) -> Condition:
        self._count(depth)
        if isinstance(tree, bool):
            return _infix("=", Value(tree), Value(True))
        if isinstance(tree, dict) and set(tree) == {"property"}:
            return self._truth(tree)
        name, args = _call(tree)
        if name in ("and", "or"):
            if len(args) < 2:
                raise BadFilter(_("“%(name)s” joins two conditions or more.") % {"name": name})
            return _infix(name.upper(), *(self.condition(arg, depth + 1) for arg in args))
        if name == "not":
            return _prefix("NOT", self.condition(_of(name, args, 1)[0], depth + 1))
        if name in _COMPARISONS:
            return self._comparison(name, _of(name, args, 2))
        writer = self._writers().get(name)
        if writer is None:
            raise BadFilter(
                _("The filter has “%(name)s”, which is not understood here.") % {"name": name[:40]}
            )
        return writer(name, args)

    def _writers(self) -> dict[str, Callable[[str, list[Any]], Condition]]:
        return {
            "like": self._like,
            "between": self._between,
            "in": self._in,
            "isNull": self._is_null,
            "s_intersects": self._intersects,
            **dict.fromkeys(_TEMPORAL, self._temporal),
        }

    def _count(self, depth: int = 0) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS or depth > DEEPEST:
            raise BadFilter(_("The filter is too long: %(most)d conditions and values at most.")
                            % {"most": MOST_PARTS})  # fmt: skip

    def _truth(self, tree: Any) -> Condition:
        found = self._property(tree)
        if found.type != "boolean":
            raise BadFilter(_("A condition was expected where a property stands alone."))
        return _infix("=", found.expression, Value(True))

    def _comparison(self, name: str, args: list[Any]) -> Condition:
        left, right = self._alike(args)
        if left.type == "boolean" and name not in ("=", "<>"):
            raise BadFilter(_("True and false are equal or not; they have no order."))
        return _infix(name, left.expression, right.expression)

    def _like(self, name: str, args: list[Any]) -> Condition:
        subject, pattern = _of(name, args, 2)
        found = self._property(subject)
        if found.type != "string" or not isinstance(pattern, str):
            raise BadFilter(_("LIKE compares a text with a pattern in quotes."))
        if _TRAILING_ESCAPE.search(pattern):
            raise BadFilter(_("The pattern ends with a backslash that escapes nothing."))
        return _infix("LIKE", found.expression, Value(pattern, TextField()))

    def _between(self, name: str, args: list[Any]) -> Condition:
        subject, low, high = _of(name, args, 3)
        first, least = self._alike([subject, low])
        second, most = self._alike([subject, high])
        above = _infix(">=", first.expression, least.expression)
        return _infix("AND", above, _infix("<=", second.expression, most.expression))

    def _in(self, name: str, args: list[Any]) -> Condition:
        subject, values = _of(name, args, 2)
        if not isinstance(values, list) or not values:
            raise BadFilter(_("IN wants a list of values."))
        equal = []
        for value in values:
            self._count()
            left, right = self._alike([subject, value])
            equal.append(_infix("=", left.expression, right.expression))
        return equal[0] if len(equal) == 1 else _infix("OR", *equal)

    def _is_null(self, name: str, args: list[Any]) -> Condition:
        [subject] = _of(name, args, 1)
        found = self._property(subject, is_any=True)
        return _suffix("IS NULL", found.expression)

    # ---------------------------------------------------------- space and time
    def _intersects(self, name: str, args: list[Any]) -> Condition:
        left, right = _of(name, args, 2)
        if _is_property(right):
            left, right = right, left
        found = self._property(left, is_any=True)
        if found.type != "geometry":
            raise BadFilter(_("S_INTERSECTS wants the property of the shape, and a shape."))
        shape = Value(read_shape(right, self.crs), GeometryField(srid=WGS84))
        return Func(found.expression, shape, function="ST_Intersects", output_field=BooleanField())

    def _temporal(self, name: str, args: list[Any]) -> Condition:
        left, right = _of(name, args, 2)
        if _is_property(right):
            name, left, right = _MIRRORED.get(name, name), right, left
        found = self._property(left)
        if found.type != "date-time":
            raise BadFilter(_("“%(name)s” compares a moment.") % {"name": name})
        return _TEMPORAL[name](found.expression, _span(right))

    # ---------------------------------------------------------- operands
    def _alike(self, args: list[Any]) -> list[_Scalar]:
        """Both operands, of one type; text beside a moment is read as one."""
        for arg in args:
            if _is_property(arg):
                wanted = self._property(arg).type
                break
        else:
            raise BadFilter(_("A comparison needs a property: two values are always the same."))
        return [self._scalar(arg, wanted) for arg in args]

    def _scalar(self, written: Any, wanted: Type) -> _Scalar:
        found = self._property(written) if _is_property(written) else _literal(written, wanted)
        if found.type != wanted:
            raise BadFilter(
                _("A value is of another type: %(wanted)s was expected.") % {"wanted": wanted}
            )
        return found

    def _property(self, written: Any, *, is_any: bool = False) -> _Scalar:
        self._count()
        if not _is_property(written):
            raise BadFilter(_("A property was expected: one of %(all)s.") % {"all": self._all()})
        found = self.queryables.get(written["property"])
        if found is None:
            raise BadFilter(
                _("There is no property “%(name)s”: the queryables are %(all)s.")
                % {"name": written["property"][:60], "all": self._all()}
            )
        if found.type == "geometry" and not is_any:
            raise BadFilter(_("A shape cannot be compared: use S_INTERSECTS."))
        kind: Type = "number" if found.type == "integer" else found.type
        return _Scalar(_column(found, kind), kind, is_property=True)

    def _all(self) -> str:
        return ", ".join(list(self.queryables)[:40])


def _column(queryable: Queryable, kind: Type) -> Any:
    if kind == "number":
        return Cast(queryable.expression, FloatField())
    if kind == "string":
        return Cast(queryable.expression, TextField())
    return queryable.expression if kind != "geometry" else F(queryable.column)


def _is_property(written: Any) -> bool:
    return (
        isinstance(written, dict)
        and set(written) == {"property"}
        and isinstance(written["property"], str)
    )


def _literal(written: Any, wanted: Type) -> _Scalar:
    if wanted == "date-time" and not isinstance(written, bool):
        begin = _span(written).begin
        return _Scalar(Value(begin, DateTimeField()), "date-time")
    if isinstance(written, bool):
        return _Scalar(Value(written, BooleanField()), "boolean")
    if isinstance(written, (int, float)):
        return _Scalar(Value(_finite(written), FloatField()), "number")
    if isinstance(written, str):
        return _Scalar(Value(written, TextField()), "string")
    raise BadFilter(_("A value was expected: text, a number, true or false, or a moment."))


def _finite(number: float) -> float:
    try:
        found = float(number)
    except OverflowError:  # JSON's integers have no end
        found = math.inf
    if not math.isfinite(found):
        raise BadFilter(_("A number of the filter is too large."))
    return found


def _call(tree: Any) -> tuple[str, list[Any]]:
    name = tree.get("op") if isinstance(tree, dict) else None
    args = tree.get("args") if isinstance(tree, dict) else None
    if not isinstance(name, str) or not isinstance(args, list):
        raise BadFilter(_("A condition was expected, such as status = 'new'."))
    return name, args


def _of(name: str, args: list[Any], number: int) -> list[Any]:
    if len(args) != number:
        raise BadFilter(
            _("“%(name)s” wants %(number)d operands.") % {"name": name[:40], "number": number}
        )
    return args


# ------------------------------------------------------------------ time
def _span(written: Any) -> Span:
    if isinstance(written, str):
        return read_instant(written)
    if isinstance(written, dict) and len(written) == 1:
        [(kind, value)] = written.items()
        if kind == "interval" and isinstance(value, list) and len(value) == 2:
            return read_span(*value)
        if kind in ("date", "timestamp"):
            return read_instant(value)
    raise BadFilter(_("A moment was expected, such as TIMESTAMP('2026-01-31T12:00:00Z')."))


def _at(sign: str, column: Any, moment: datetime | None) -> Condition | None:
    """None: an open end bounds nothing."""
    return None if moment is None else _infix(sign, column, Value(moment, DateTimeField()))


def _all_of(column: Any, *bounds: Condition | None) -> Condition:
    """With no bounds left, whatever has a moment."""
    given = [bound for bound in bounds if bound is not None]
    if not given:
        return _suffix("IS NOT NULL", column)
    return given[0] if len(given) == 1 else _infix("AND", *given)


def _nothing(column: Any) -> Condition:
    return _infix("<>", column, column)


def _during(column: Any, span: Span) -> Condition:
    return _all_of(column, _at(">", column, span.begin), _at("<", column, span.end))


def _intersecting(column: Any, span: Span) -> Condition:
    return _all_of(column, _at(">=", column, span.begin), _at("<=", column, span.end))


def _equal(column: Any, span: Span) -> Condition:
    """A moment has no length: it equals no interval."""
    found = _at("=", column, span.begin) if span.begin == span.end else None
    return found or _nothing(column)


_TEMPORAL: dict[str, Callable[[Any, Span], Condition]] = {
    "t_after": lambda column, span: _at(">", column, span.end) or _nothing(column),
    "t_before": lambda column, span: _at("<", column, span.begin) or _nothing(column),
    "t_during": _during,
    "t_equals": _equal,
    "t_intersects": _intersecting,
    "t_disjoint": lambda column, span: _prefix("NOT", _intersecting(column, span)),
}
"""OGC 21-065r2, table 8, for a moment of the row and a moment or interval of the filter."""
_MIRRORED = {"t_after": "t_before", "t_before": "t_after"}


# ------------------------------------------------------------------ SQL
def _infix(sign: str, *operands: Any) -> Condition:
    return Func(
        *operands,
        template="(%(expressions)s)",
        arg_joiner=f" {sign} ",
        output_field=BooleanField(),
    )


def _prefix(word: str, operand: Any) -> Condition:
    return Func(operand, template=f"({word} %(expressions)s)", output_field=BooleanField())


def _suffix(words: str, operand: Any) -> Condition:
    return Func(operand, template=f"(%(expressions)s {words})", output_field=BooleanField())


def intersecting_span(column: Any, span: Span) -> Condition:
    """Rows whose moment lies in `span`."""
    return _intersecting(column, span)
