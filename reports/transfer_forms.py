"""Handing a submission over or back, and moving its pin: what staff write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from geodata.coordinates import BadCoordinates, parse_point
from reports.areas import bodies_around
from reports.collectivity_field import CollectivityField, key_of
from reports.models import Submission


def _reason(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Why"),
        help_text=help_text,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why: the resident and your colleagues read it.")},
    )


class TransferForm(forms.Form):
    """Valid, `cleaned_data["to"]` is a Collectivity: one of those concerned, or one by name."""

    concerned = forms.ChoiceField(
        label=_("Collectivities around the pin"), required=False, widget=forms.RadioSelect
    )
    other = CollectivityField(label=_("Or another one"), required=False)
    reason = _reason(_("Public: the resident is told, and the other collectivity reads it."))

    def __init__(self, *args: Any, submission: Submission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["concerned"]
        assert isinstance(field, forms.ChoiceField)
        around = bodies_around(submission).exclude(pk=submission.responsible_id or 0)
        field.choices = [(key_of(one), one.name) for one in around]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("other"):
            given["to"] = given["other"]
        elif given.get("concerned"):
            given["to"] = CollectivityField().clean(given["concerned"])
        elif "other" not in self.errors:
            self.add_error("other", _("Choose to whom."))
        return given


class HandBackForm(forms.Form):
    reason = _reason(_("Public: the resident is told, and the other collectivity reads it."))


class MovePinForm(forms.Form):
    """Valid, `cleaned_data["pin"]` is a point in EPSG:4326."""

    lat = forms.CharField(label=_("Latitude"), max_length=40)
    lon = forms.CharField(label=_("Longitude"), max_length=40)
    reason = _reason(_("Public: where it really is, and how you know."))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        try:
            given["pin"] = parse_point(given.get("lon"), given.get("lat"))
        except BadCoordinates as bad:
            self.add_error("lat" if bad.field == "lat" else "lon", str(bad))
        return given
