"""The parameters of a filter as documents name them: read off the form, so that they stay true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.filters.fields import WordsField
from reports.filters.form import SubmissionFilter
from reports.filters.writing import URL_NAMES

_MEANINGS = {
    "kind": _("kind of submission"),
    "category": _("category code"),
    "group": _("code of a group of categories"),
    "status": _("status; open and closed stand for several"),
    "area": _("level:code, such as commune:44109, or overlay:name:number; all that lies in one"),
    "on": _("areas as they were on this day, YYYY-MM-DD (default: today)"),
    "bbox": _("west,south,east,north in degrees (EPSG:4326); west > east: across longitude 180"),
    "within": _("GeoJSON Polygon or MultiPolygon (EPSG:4326), at most 2,000 corners"),
    "near": _("longitude,latitude,radius in metres (at most 50,000)"),
    "from": _("first day it was sent, YYYY-MM-DD"),
    "to": _("last day it was sent, YYYY-MM-DD"),
    "q": _("words of the description (French stems, beginnings of 3 letters), or a reference"),
    "responsible": _("collectivity that answers, level:code"),
    "has_photo": _("true: with a photo; false: without"),
    "sort": _("order of lists: newest, oldest, changed (recently changed first), near (nearest)"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """`values` are those allowed, or () where any text is read; `is_many`: may be repeated."""

    name: str
    meaning: str
    is_many: bool
    values: tuple[str, ...]

    @property
    def schema(self) -> dict[str, Any]:
        """As JSON Schema describes it."""
        one: dict[str, Any] = {"type": "string"}
        if self.values:
            one["enum"] = list(self.values)
        return {"type": "array", "items": one} if self.is_many else one


def parameters() -> list[Parameter]:
    """All that a filter understands, in the order of its form."""
    fields: dict[str, forms.Field] = SubmissionFilter.base_fields
    return [_parameter(URL_NAMES.get(name, name), field) for name, field in fields.items()]


def _parameter(name: str, field: forms.Field) -> Parameter:
    is_many = isinstance(
        field, (WordsField, forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
    )
    values: tuple[str, ...] = ()
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        values = tuple(str(value) for value, _label in field.choices if value)  # type: ignore[union-attr,misc]
    return Parameter(name, str(_MEANINGS[name]), is_many, values)


def openapi_parameters() -> list[dict[str, Any]]:
    """As OpenAPI 3.1 describes query parameters."""
    return [
        {
            "in": "query",
            "name": parameter.name,
            "required": False,
            "description": parameter.meaning,
            "schema": parameter.schema,
        }
        for parameter in parameters()
    ]
