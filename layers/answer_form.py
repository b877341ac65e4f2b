"""The question that a file leaves open: its coordinate reference system, a layer, columns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geodata.formats.projecting import label, named
from geodata.sources import EVERY_LAYER, Options, Unreadable
from layers.findings import sentence
from layers.models import OverlayImport


class AnswerForm(forms.Form):
    """Asks only what the import asks."""

    def __init__(self, *args: Any, overlay_import: OverlayImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "answer_%s"  # beside other forms of the page
        question = overlay_import.question
        self.is_gpx = overlay_import.kind == "GPX"
        self.asks: str = question.get("asks", "")
        self.sentence = sentence(question["code"], question["values"]) if question else ""
        choices = [str(choice) for choice in question.get("choices", [])]
        {"crs": self._ask_crs, "layer": self._ask_layer, "columns": self._ask_columns}.get(
            self.asks, lambda _choices: None
        )(choices)

    def _ask_crs(self, choices: list[str]) -> None:
        self.fields["crs"] = forms.ChoiceField(
            label=_("Coordinate reference system"),
            choices=[*((one, _label(one)) for one in choices), ("", _("Another one"))],
            required=False,
            help_text=_("The likeliest stands first; the preview shows whether it is right."),
        )
        self.fields["other_crs"] = forms.CharField(
            label=_("Another one, by its code"),
            required=False,
            max_length=40,
            help_text=_("Such as EPSG:2154 for Lambert-93."),
        )

    def _ask_layer(self, choices: list[str]) -> None:
        called = {EVERY_LAYER: _("All of them")}
        if self.is_gpx:
            called |= {"waypoints": _("Waypoints"), "routes": _("Routes"), "tracks": _("Tracks")}
        named_layers = [(one, called.get(one, one)) for one in choices]
        self.fields["layer"] = forms.ChoiceField(label=_("Layer"), choices=named_layers)

    def _ask_columns(self, choices: list[str]) -> None:
        columns = [("", _("None")), *((one, one) for one in choices if one)]
        for name, text in (
            ("x_column", _("Column with the longitude, or x")),
            ("y_column", _("Column with the latitude, or y")),
            ("wkt_column", _("Or the column with the shape as WKT")),
        ):
            self.fields[name] = forms.ChoiceField(label=text, choices=columns, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.asks == "crs" and not self.errors:
            cleaned["crs"] = cleaned.pop("other_crs") or cleaned["crs"]
            if not cleaned["crs"]:
                raise ValidationError(_("Choose a coordinate reference system, or give its code."))
        if self.asks == "columns" and not self.errors and not _is_enough(cleaned):
            raise ValidationError(_("Choose two columns, or the one with the shape."))
        return cleaned

    @property
    def options(self) -> Options:
        return Options(**self.cleaned_data)


def _is_enough(cleaned: dict[str, Any]) -> bool:
    return bool(cleaned["wkt_column"] or (cleaned["x_column"] and cleaned["y_column"]))


def _label(crs: str) -> str:
    try:
        return label(named(crs))
    except Unreadable:
        return crs
