"""Which field of the shapes means what: their name, code, group and the label on the map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, F, Func, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf
from django.db.models.lookups import Exact

from geodata.compiled import Open

if TYPE_CHECKING:
    from layers.models import OverlayFeature

PLACEMARK_NAME = ":name"
PLACEMARK_FOLDER = ":folder"
"""Stand for the placemark's own name and folder; ExtendedData may have a field called `name`."""

MEANINGS = ("name_field", "code_field", "group_field", "label_field")
"""Empty means: the placemark's name, no code, the folder, and the name as label."""


_NOTHING = Value("", output_field=TextField())


def value_of(feature: OverlayFeature, source: str) -> str:
    """What a shape says in a field of its own, or as its placemark's name or folder."""
    if source == PLACEMARK_NAME:
        return feature.name.strip()
    if source == PLACEMARK_FOLDER:
        return feature.folder.strip()
    return str(feature.fields.get(source, "")).strip()


def said(source: Any, at: str = "") -> Any:
    """The same as an SQL expression over shapes; `source` is an expression too, `at` the path to
    the shape, with `__` at its end."""
    field = Func(
        F(f"{at}fields"), source, function="jsonb_extract_path_text", output_field=TextField()
    )
    return Case(
        When(_is(source, PLACEMARK_NAME), then=Cast(f"{at}name", TextField())),
        When(_is(source, PLACEMARK_FOLDER), then=Cast(f"{at}folder", TextField())),
        default=Coalesce(field, _NOTHING, output_field=TextField()),
        output_field=TextField(),
    )


def meanings(mapping: Mapping[str, Any] | None = None, at: str = "") -> dict[str, Any]:
    """`shown_name`, `shown_code`, `shown_group` and `shown_label` as expressions over shapes: by
    `mapping`, whose fields may be left open, or by that of the overlay they belong to."""

    def source(meaning: str) -> Any:
        if mapping is None:
            return F(f"{at}overlay_import__overlay__{meaning}")
        field = mapping.get(meaning, "")
        is_open = isinstance(field, Open)
        return field if is_open else Value(field, output_field=CharField())

    def or_else(expression: Any, other: Any) -> Any:
        return Coalesce(NullIf(expression, _NOTHING), other, output_field=TextField())

    name = or_else(said(source("name_field"), at), Cast(f"{at}name", TextField()))
    return {
        "shown_name": name,
        "shown_code": said(source("code_field"), at),
        "shown_group": or_else(said(source("group_field"), at), Cast(f"{at}folder", TextField())),
        "shown_label": or_else(said(source("label_field"), at), name),
    }


def _is(source: Any, text: str) -> Any:
    return Exact(source, Value(text))
