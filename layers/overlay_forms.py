"""What staff choose about an overlay that exists: its fields' meaning, its name, who sees it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from layers.forms import COLOUR
from layers.mapping import MEANINGS, PLACEMARK_FOLDER, PLACEMARK_NAME
from layers.models import Overlay, OverlayImport, Visibility


class MappingForm(forms.Form):
    """Which field names shapes, is their code, groups them, and is written on the map."""

    name_field = forms.ChoiceField(
        label=_("Name"),
        required=False,
        help_text=_("Some programs number the placemarks and keep the real names in a field."),
    )
    code_field = forms.ChoiceField(
        label=_("Code"),
        required=False,
        help_text=_("One of its own for each shape: it tells who is who in the next version."),
    )
    group_field = forms.ChoiceField(label=_("Group"), required=False)
    label_field = forms.ChoiceField(label=_("Label on the map"), required=False)
    default_words = {
        "name_field": _("Name of the placemark"),
        "code_field": _("None"),
        "group_field": _("Folder of the placemark"),
        "label_field": _("The name"),
    }

    def __init__(self, *args: Any, field_names: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = [(name, name) for name in field_names]
        own = [
            (PLACEMARK_NAME, _("Name of the placemark")),
            (PLACEMARK_FOLDER, _("Folder of the placemark")),
        ]
        for meaning in MEANINGS:
            default = self.default_words[meaning]
            others = [choice for choice in own if choice[1] != default]
            field = self.fields[meaning]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", default), *fields, *others]


def proposed_mapping(
    overlay: Overlay, version: OverlayImport, field_names: Iterable[str]
) -> dict[str, str]:
    """What the fields likely mean: as when this version was published, else as the overlay has it;
    what names a field that is not there falls back to the default."""
    known = {"", PLACEMARK_NAME, PLACEMARK_FOLDER, *field_names}
    kept = {**overlay.mapping, **(version.mapping or {})}
    return {key: source if source in known else "" for key, source in kept.items()}


class DescriptionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is said of an overlay wherever it is shown or exported."""

    colour = forms.CharField(
        label=_("Colour"),
        validators=[COLOUR],
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("For shapes whose file gives no colour."),
    )

    class Meta:
        model = Overlay
        fields = ("name", "attribution", "licence", "colour")
        labels = {
            "name": _("Name of the overlay"),
            "attribution": _("Source"),
            "licence": _("Licence"),
        }
        help_texts = {
            "attribution": _("Who made it, shown on the map and in exports."),
            "licence": _("Such as Licence Ouverte 2.0 or ODbL: shown, and written into exports."),
        }


class AccessForm(forms.Form):
    """Who sees the published version."""

    visibility = forms.ChoiceField(
        label=_("Who may see the published version"), choices=Visibility.choices
    )


class NoteForm(forms.Form):
    note = forms.CharField(label=_("What is new in this version"), max_length=500, required=False)
