"""The version on the map against another one: which shapes are new, changed, gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import MD5, Cast, Concat

from geodata import differences
from layers.models import ChangeKind, OverlayChange, OverlayFeature, OverlayImport

_SEPARATOR = Value("\x1f", output_field=TextField())
_APART = {"id", "overlay_import", "position", "line", "name", "geom", "geom_3857", "fields"}
"""Columns that are compared in their own way, or say nothing of the shape itself."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many shapes of each kind; `against` is the version before."""

    against: OverlayImport
    counts: dict[ChangeKind, int]
    unchanged: int
    moved: int
    renamed: int
    edited: int
    matched_by: str
    """The field whose codes tell who is who; '' where names and folders do."""

    @property
    def is_same(self) -> bool:
        return not any(self.counts.values())


def compare(version: OverlayImport, mapping: Mapping[str, str]) -> Comparison | None:
    """`version` against the published one; None where there is none, or it is this one.

    Shapes are the same by the code that `mapping` names, where both versions have that field,
    else by name and folder, else by their ground.  Kept until one of these changes.
    """
    with transaction.atomic():
        locked = OverlayImport.objects.select_for_update(of=("self",)).get(pk=version.pk)
        against = locked.overlay.published
        if against is None or against.pk == locked.pk or not locked.is_read:
            return None
        by = _matching(against, locked, mapping)
        if (locked.compared_with_id, locked.compared_by) != (against.pk, by["kept_as"]):
            _store(locked, against, by)
    return _counted(locked, against, by["code_field"])


def _matching(
    against: OverlayImport, version: OverlayImport, mapping: Mapping[str, str]
) -> dict[str, str]:
    """The fields to match by, those that both versions have; `kept_as` stands for them and for this
    reading of the file."""
    shared = _fields_of(against) & _fields_of(version)
    used = {
        key: field if field in shared or field.startswith(":") else ""
        for key in ("code_field", "name_field")
        for field in [mapping.get(key, "")]
    }
    return {**used, "kept_as": "\n".join([*used.values(), str(version.read_at)])}


def _fields_of(version: OverlayImport) -> set[str]:
    """As noted while it was read; asked of its shapes where nothing was, as in old versions."""
    noted = {str(one["name"]) for one in version.fields}
    return noted or set(version.features.field_names())


def _store(version: OverlayImport, against: OverlayImport, by: dict[str, str]) -> None:
    version.changes.all().delete()
    differences.store(
        _side(against.features.all(), by),
        _side(version.features.all(), by),
        into=OverlayChange,
        owner_id=version.pk,
    )
    version.compared_with = against
    version.compared_by = by["kept_as"]
    version.save(update_fields=["compared_with", "compared_by"])


def _side(features: Any, by: dict[str, str]) -> QuerySet[OverlayFeature, Any]:
    """Rows as `differences.COLUMNS` wants them."""
    named = features.order_by().with_meanings(by)
    return named.values_list(  # type: ignore[no-any-return]
        F("pk"), _key(), F("shown_name"), _rest(by["name_field"]), F("geom"), F("position")
    )


def _key() -> Any:
    ground = Func(F("geom"), function="ST_AsBinary", output_field=TextField())
    return Case(
        When(~Q(shown_code=""), then=_joined(_text("code\x1f"), F("shown_code"))),
        When(
            ~Q(shown_name="") | ~Q(folder=""),
            then=_joined(_text("name\x1f"), F("shown_name"), _SEPARATOR, F("folder")),
        ),
        default=_joined(_text("ground\x1f"), MD5(ground)),
        output_field=TextField(),
    )


def _joined(*parts: Any) -> Any:
    return Concat(*parts, output_field=TextField())


def _text(text: str) -> Value:
    return Value(text, output_field=TextField())


def _rest(name_field: str) -> Any:
    """Everything else that a shape says, as one text; its name counts as the name alone."""
    fields: Any = F("fields")
    if name_field:
        fields = Func(fields, Value(name_field), arg_joiner=" - ", template="(%(expressions)s)")
    columns = sorted(
        field.name
        for field in OverlayFeature._meta.concrete_fields
        if field.name not in _APART and not field.is_relation
    )
    parts = [Cast(column, TextField()) for column in columns]
    return Func(
        _SEPARATOR,
        Cast(fields, TextField()),
        *parts,
        function="concat_ws",
        output_field=TextField(),
    )


def _counted(version: OverlayImport, against: OverlayImport, code_field: str) -> Comparison:
    counted = version.changes.aggregate(
        **{kind.value: Count("pk", filter=Q(kind=kind)) for kind in ChangeKind},
        moved=Count("pk", filter=Q(is_moved=True)),
        renamed=Count("pk", filter=Q(is_renamed=True)),
        edited=Count("pk", filter=Q(is_edited=True)),
    )
    counts = {kind: counted[kind.value] for kind in ChangeKind}
    new = counts[ChangeKind.ADDED] + counts[ChangeKind.CHANGED]
    return Comparison(
        against=against,
        counts=counts,
        unchanged=version.feature_count - new,
        moved=counted["moved"],
        renamed=counted["renamed"],
        edited=counted["edited"],
        matched_by=code_field,
    )
