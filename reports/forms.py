"""What a resident sends, checked; pages and the API share it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from geodata.coordinates import BadCoordinates, parse_point
from reports import geocoding
from reports.models import Category
from reports.photos import BadPhoto, clean_photo
from reports.workflow import Kind

MOST_PHOTOS = 3
LONGEST_DESCRIPTION = 4000
ANSWER = "answer-"
"""What the names of fields that answer a category's questions begin with."""


class _ByKind(ModelChoiceIterator):  # type: ignore[type-arg]
    """Categories under the name of their kind (`<optgroup>`)."""

    def __iter__(self) -> Iterator[Any]:
        yield ("", _("Choose a category"))
        categories = list(self.queryset)
        for kind in Kind:
            of_kind = [self.choice(one) for one in categories if one.kind == kind]
            if of_kind:
                yield (kind.label, of_kind)


class CategoryField(forms.ModelChoiceField):  # type: ignore[type-arg]
    iterator = _ByKind


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to three pictures → JPEG files without metadata."""

    widget = PhotosInput(
        attrs={"accept": "image/jpeg,image/png,image/heic,image/heif", "multiple": True}
    )

    def clean(self, data: Any, initial: Any = None) -> list[ContentFile[bytes]]:
        uploads = [upload for upload in data or [] if upload]
        if len(uploads) > MOST_PHOTOS:
            raise ValidationError(
                _("At most %(most)d photos; you chose %(number)d."),
                params={"most": MOST_PHOTOS, "number": len(uploads)},
            )
        return [self._clean_one(upload) for upload in uploads]

    def _clean_one(self, upload: Any) -> ContentFile[bytes]:
        super().clean(upload)
        try:
            return clean_photo(upload)
        except BadPhoto as bad:
            raise ValidationError(f"{upload.name[:80]}: {bad}") from bad


class SubmissionForm(forms.Form):
    """A new submission.  Valid, `cleaned_data["pin"]` is a point in EPSG:4326.

    The place comes as coordinates, as one of the places offered for an address, or as an
    address: then `places` holds what was found, and the form asks to choose.
    """

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    lon = forms.CharField(label=_("Longitude"), required=False, max_length=40)
    lat = forms.CharField(label=_("Latitude"), required=False, max_length=40)
    address = forms.CharField(
        label=_("Address or place"),
        help_text=_("A street, a municipality, or coordinates such as 47.2184, -1.5536."),
        required=False,
        max_length=200,
    )
    place = forms.CharField(required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("What is it?"), choices=Kind.choices, widget=forms.RadioSelect, required=False
    )
    category = CategoryField(
        label=_("Category"),
        queryset=Category.objects.active(),
        to_field_name="code",
        error_messages={
            "required": _("Choose what it is about."),
            "invalid_choice": _("There is no such category: choose one of the list."),
        },
    )
    description = forms.CharField(
        label=_("Description"),
        help_text=_(
            "What, where exactly, since when: what the people who come need to know."
            " It will be public: write no names."
        ),
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Describe it in a few words.")},
    )
    photos = PhotosField(
        label=_("Photos"),
        help_text=_("Up to three, JPEG, PNG or HEIC. Place and date stored in them are removed."),
        required=False,
    )
    reporter_email = forms.EmailField(
        label=_("E-mail"),
        help_text=_(
            "For news of it and a secret link. Only the collectivity that answers sees it."
        ),
        required=False,
        max_length=254,
    )
    may_share_contact = forms.BooleanField(
        label=_("My address may be given to another collectivity, should one have to answer"),
        required=False,
    )
    # How exactly the phone knew its position, where it set the pin.
    accuracy_m = forms.FloatField(
        required=False, min_value=0, max_value=1_000_000, widget=forms.HiddenInput
    )
    side = forms.CharField(label=_("Which side?"), required=False, max_length=120)
    addressed_to = forms.CharField(
        label=_("Should another collectivity answer?"), required=False, max_length=120
    )
    # People do not see this field; programs that fill in everything do.
    website = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places: tuple[geocoding.Place, ...] = ()
        self.initial.setdefault("client_uuid", uuid.uuid4())
        self.initial.setdefault("kind", Kind.REPORT.value)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("website"):
            raise ValidationError(_("This was not sent: leave the field “website” empty."))
        self._check_kind(given)
        given["answers"] = self._answers(given.get("category"))
        try:
            given["pin"] = self._pin(given)
        except BadCoordinates as bad:
            self.add_error("lat" if bad.field == "lat" else "lon", str(bad))
        return given

    def _check_kind(self, given: dict[str, Any]) -> None:
        category, kind = given.get("category"), given.get("kind")
        if category and kind and category.kind != kind:
            label = Kind(category.kind).label
            self.add_error(
                "category",
                ValidationError(
                    _("“%(category)s” belongs to the kind “%(kind)s”: change one or the other."),
                    params={"category": category.name, "kind": label},
                ),
            )

    def _answers(self, category: Category | None) -> dict[str, str]:
        """Question → choice, for the questions of the category; nobody has to answer."""
        answers = {}
        for question in category.questions.asked() if category else ():
            name = f"{ANSWER}{question.code}"
            given = str(self.data.get(name, ""))
            if not given:
                continue
            if given not in {choice.code for choice in question.choices.all()}:
                self.add_error(
                    "category",
                    ValidationError(
                        _("“%(question)s” has no such answer: choose one of the list."),
                        params={"question": question.name},
                    ),
                )
            answers[question.code] = given
        return answers

    def _pin(self, given: dict[str, Any]) -> Point | None:
        """The place, or None with an error that says how to give one."""
        if given.get("lon") or given.get("lat"):
            return parse_point(given.get("lon"), given.get("lat"))
        if given.get("place"):
            lon, _semicolon, lat = given["place"].partition(";")
            return parse_point(lon, lat)
        if given.get("address"):
            return self._pin_of_address(given["address"])
        self.add_error("lon", _("Place the pin on the map, or type an address or coordinates."))
        return None

    def _pin_of_address(self, address: str) -> Point | None:
        found = geocoding.search(address)
        if len(found.places) == 1 and found.places[0].label == address.strip():
            only = found.places[0]  # typed coordinates: nothing to choose
            return parse_point(str(only.lon), str(only.lat))
        self.places = found.places
        if found.places:
            self.add_error("address", _("Choose the place that is meant."))
        elif found.is_complete:
            self.add_error(
                "address", _("Nothing was found: place the pin on the map or type coordinates.")
            )
        else:
            self.add_error(
                "address",
                _("The address search does not answer: place the pin on the map, or type"
                  " the name of a municipality or coordinates."),
            )  # fmt: skip
        return None
