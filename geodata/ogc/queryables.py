"""What a collection lets a filter ask of its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import F

Type = Literal["string", "integer", "number", "boolean", "date-time", "geometry"]


@dataclass(frozen=True, slots=True)
class Queryable:
    """`column` is an ORM path, or an expression for what lies deeper; `values` those that occur.
    A geometry's column is a path, EPSG:4326."""

    name: str
    type: Type
    title: str
    column: Any
    values: tuple[str, ...] = ()
    role: str = ""
    """`id`, `primary-instant`, `primary-geometry` … (OGC API Features Part 5, x-ogc-role)."""

    @property
    def expression(self) -> Any:
        return F(self.column) if isinstance(self.column, str) else self.column

    @property
    def schema(self) -> dict[str, Any]:
        """As JSON Schema describes it."""
        described: dict[str, Any] = {"title": str(self.title)}
        if self.type == "geometry":
            described["format"] = "geometry-any"
        elif self.type == "date-time":
            described |= {"type": "string", "format": "date-time"}
        else:
            described["type"] = self.type
        if self.values:
            described["enum"] = list(self.values)
        if self.role:
            described["x-ogc-role"] = self.role
        return described


def by_name(queryables: Iterable[Queryable]) -> dict[str, Queryable]:
    return {queryable.name: queryable for queryable in queryables}
