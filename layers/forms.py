"""What staff type about overlays."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from geodata.models import Collectivity, Level, Purpose
from layers.actions.uploading import check_file
from layers.errors import WrongFile
from layers.mapping import PLACEMARK_FOLDER, PLACEMARK_NAME
from layers.models import Overlay
from layers.permissions import UPLOADERS, collectivities_with
from layers.promotion import field_names

ACCEPTED = ".kml,.kmz,.geojson,.json,.geojsonl,.gpkg,.zip,.gpx,.csv,.tsv,.txt"
"""What file dialogs offer first; the kind is told by content."""

COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write a colour as #rrggbb."))


class VersionForm(forms.Form):
    """A file for an overlay that exists."""

    file = forms.FileField(
        label=_("Map file"),
        widget=forms.FileInput(
            attrs={"accept": ACCEPTED, "data-drop": _("Drag a file here, or choose one:")}
        ),
        help_text=_(
            "KML, KMZ, GeoJSON, GeoPackage, zipped Shapefile, GPX, or CSV with coordinates."
        ),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Please choose another one."),
        },
    )

    note = forms.CharField(
        label=_("What is new in this version"),
        max_length=500,
        required=False,
        help_text=_("For colleagues: it stands in the list of versions."),
    )

    def clean_file(self) -> File[bytes]:
        file: File[bytes] = self.cleaned_data["file"]
        try:
            check_file(file)
        except WrongFile as wrong:
            raise ValidationError(wrong.message) from wrong
        return file


class UploadForm(VersionForm):
    """A new overlay with its first file."""

    name = forms.CharField(
        label=_("Name of the overlay"),
        max_length=120,
        help_text=_("Residents read it on the map: “School districts”, “Cycle routes”."),
    )
    collectivity = forms.ModelChoiceField(Collectivity.objects.none(), label=_("Collectivity"))
    attribution = forms.CharField(
        label=_("Source"),
        max_length=200,
        required=False,
        help_text=_("Who made it, shown on the map."),
    )
    licence = forms.CharField(label=_("Licence"), max_length=120, required=False)
    colour = forms.CharField(
        label=_("Colour"),
        initial="#0b6e4f",
        required=False,
        validators=[COLOUR],
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("For shapes whose file gives no colour."),
    )
    field_order = ["file", "name", "collectivity", "attribution", "licence", "colour", "note"]

    def __init__(self, *args: Any, user: User | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["collectivity"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = collectivities_with(user, UPLOADERS)
        field.empty_label = None
        if user.is_superuser:
            field.widget = forms.Select()
            field.empty_label = _("Choose one")


class PromoteForm(forms.Form):
    """Which level, and which field is the code and which the name."""

    level = forms.ModelChoiceField(
        Level.objects.all(),
        label=_("Level"),
        to_field_name="code",
        empty_label=_("Choose one"),
    )
    code_field = forms.ChoiceField(
        label=_("Field with the code"), help_text=_("Each area needs a code of its own.")
    )
    name_field = forms.ChoiceField(label=_("Field with the name"))
    valid_from = forms.DateField(
        label=_("Valid from"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, *args: Any, overlay: Overlay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            *((name, name) for name in field_names(overlay)),
            (PLACEMARK_NAME, _("Name of the placemark")),
            (PLACEMARK_FOLDER, _("Folder of the placemark")),
        ]
        for name in ("code_field", "name_field"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        # What the fields mean on the map is likely what they mean here.
        self.initial.setdefault("name_field", overlay.name_field or PLACEMARK_NAME)
        self.initial.setdefault("code_field", overlay.code_field)

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if not 1789 <= day.year <= 2200:
            raise ValidationError(_("Choose a day between 1789 and 2200."))
        return day


class ReferenceForm(forms.Form):
    """What rules shall see in the shapes, and which fields say it; '' for none."""

    purpose = forms.ChoiceField(label=_("As"), choices=Purpose.choices)
    class_field = forms.ChoiceField(
        label=_("Field with the road's class"),
        help_text=_("Such as A, N, D, communale; else the reference tells it."),
        required=False,
    )
    ref_field = forms.ChoiceField(label=_("Field with the reference (D 904)"), required=False)
    name_field = forms.ChoiceField(label=_("Field with the name"), required=False)
    manager_field = forms.ChoiceField(
        label=_("Field with the manager"),
        help_text=_("Name, code or SIREN of the collectivity that keeps the road."),
        required=False,
    )

    def __init__(self, *args: Any, overlay: Overlay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("", _("None")),
            *((name, name) for name in field_names(overlay)),
            (PLACEMARK_NAME, _("Name of the placemark")),
            (PLACEMARK_FOLDER, _("Folder of the placemark")),
        ]
        for name in ("class_field", "ref_field", "name_field", "manager_field"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
