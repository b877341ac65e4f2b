"""Values inside a JSON column, of one type: where a row has another, it has none."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    F,
    FloatField,
    Func,
    JSONField,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import Exact


def number_in(column: str, name: str) -> Case:
    return _where(column, name, "number", FloatField())


def truth_in(column: str, name: str) -> Case:
    return _where(column, name, "boolean", BooleanField())


def _where(column: str, name: str, json_type: str, output_field: Any) -> Case:
    """CASE looks at the type before anything is cast."""
    inside = Func(
        F(column), Value(name, TextField()), template="(%(expressions)s)", arg_joiner=" -> ",
        output_field=JSONField(),
    )  # fmt: skip
    found = Func(inside, function="jsonb_typeof", output_field=CharField())
    value = Cast(KeyTextTransform(name, column), output_field)
    return Case(When(Exact(found, Value(json_type)), then=value), output_field=output_field)
