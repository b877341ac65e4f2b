"""Which evidence, how far around the pin, and of which years."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from geodata import evidence

DEFAULT_RADIUS_M = 200


class EvidenceForm(forms.Form):
    source = forms.ChoiceField(label=_("Evidence"))
    radius_m = forms.IntegerField(
        label=_("Radius in metres"),
        min_value=10,
        max_value=evidence.MAX_RADIUS_M,
        initial=DEFAULT_RADIUS_M,
    )
    first_year = forms.IntegerField(label=_("From year"), min_value=1900, max_value=2100)
    last_year = forms.IntegerField(label=_("To year"), min_value=1900, max_value=2100)
    text = forms.CharField(
        label=_("What it shows"),
        help_text=_("Everybody reads it beside the counts."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, sources: list[evidence.Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (one.key, f"{one.name} ({one.first_year}–{one.last_year})") for one in sources
        ]
        if sources:
            self.initial.setdefault("first_year", min(one.first_year for one in sources))
            self.initial.setdefault("last_year", max(one.last_year for one in sources))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first is not None and last is not None and first > last:
            raise ValidationError(_("The first year comes after the last."))
        return cleaned
