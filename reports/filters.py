"""The one filter object: the same names and meaning in every URL that shows submissions."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.gis.geos import Polygon
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geodata.crs import WGS84
from geodata.models import Area
from reports.models import Category
from reports.querysets import SubmissionQuerySet
from reports.workflow import OPEN, Kind, Status

MOST_AREAS = 20
PHASES = [("open", _("Open")), ("closed", _("Closed"))]
CLOSED = frozenset(Status.values) - OPEN

# Python keeps these words to itself; the URL uses them.
_URL_NAMES = {"created_from": "from", "created_to": "to"}


class AreasField(forms.Field):
    """`level:code`, repeated, still as text: the day on which it is meant stands beside it."""

    widget = forms.SelectMultiple

    def to_python(self, value: list[str] | None) -> list[str]:
        wanted = list(dict.fromkeys(part for part in value or [] if part))
        if len(wanted) > MOST_AREAS:
            raise ValidationError(_("At most %(most)d areas."), params={"most": MOST_AREAS})
        return wanted


def _area(part: str, on: date) -> Area:
    """The area `level:code` of a day.  Raises ValidationError."""
    level, colon, code = part.partition(":")
    area = None
    if colon and "\0" not in part:
        of_day = Area.objects.valid_on(on).filter(level__code=level, code=code)
        area = of_day.select_related("level").defer("geom", "geom_3857").first()
    if area is None:
        raise ValidationError(
            _("There is no area “%(part)s”: write level:code, such as commune:44109."),
            params={"part": part[:80]},
        )
    return area


class BoxField(forms.CharField):
    """`west,south,east,north` in EPSG:4326 degrees → polygon."""

    def clean(self, value: str | None) -> Polygon | None:
        text = super().clean(value)
        return self._box(text) if text else None

    def _box(self, text: str) -> Polygon:
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            raise ValidationError(
                _("Write four numbers: west,south,east,north in degrees.")
            ) from None
        if not all(map(math.isfinite, (west, south, east, north))):
            raise ValidationError(_("Write four numbers: west,south,east,north in degrees."))
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValidationError(
                _("West must be less than east, south less than north, all within the world.")
            )
        box = Polygon.from_bbox((west, south, east, north))
        box.srid = WGS84
        return box


class SubmissionFilter(forms.Form):
    """What of the submissions is meant.  Nothing given: all of them."""

    kind = forms.MultipleChoiceField(label=_("Kind"), choices=Kind.choices, required=False)
    category = forms.ModelMultipleChoiceField(
        label=_("Category"),
        queryset=Category.objects.all(),
        to_field_name="code",
        required=False,
    )
    status = forms.MultipleChoiceField(
        label=_("Status"), choices=[*PHASES, *Status.choices], required=False
    )
    area = AreasField(label=_("Area"), required=False)
    on = forms.DateField(
        label=_("Areas as they were on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    bbox = BoxField(label=_("Box"), required=False, max_length=200, widget=forms.HiddenInput)
    created_from = forms.DateField(
        label=_("Sent from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    created_to = forms.DateField(
        label=_("Sent until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    q = forms.CharField(
        label=_("Text or reference"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, data: QueryDict) -> None:
        """Always bound: an empty URL is the filter that lets everything through, and so is an
        empty value, which is what a form's "All" sends."""
        given = data.copy()
        for name in ("kind", "category", "status", "area"):
            given.setlist(name, [value for value in given.getlist(name) if value])
        super().__init__(given)

    def add_prefix(self, field_name: str) -> str:
        return _URL_NAMES.get(field_name, field_name)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        self._look_up_areas(given)
        first, last = given.get("created_from"), given.get("created_to")
        if first and last and first > last:
            self.add_error("created_to", _("The last day lies before the first."))
        return given

    def _look_up_areas(self, given: dict[str, Any]) -> None:
        """Today's areas unless another day is asked: links to those of earlier editions stay."""
        if "area" not in given:
            return
        day = given.get("on") or timezone.localdate()
        try:
            given["area"] = [_area(part, day) for part in given["area"]]
        except ValidationError as error:
            self.add_error("area", error)

    def errors_by_parameter(self) -> dict[str, list[str]]:
        """The errors under the names that the URL uses."""
        return {
            self.add_prefix(name): [str(text) for text in texts]
            for name, texts in self.errors.items()
        }

    @property
    def chosen_areas(self) -> list[Area]:
        return self.cleaned_data.get("area", []) if self.is_bound else []

    def apply(self, submissions: SubmissionQuerySet) -> SubmissionQuerySet:
        """Those of `submissions` that are meant.  Call it on a valid filter only."""
        given = self.cleaned_data
        if given["kind"]:
            submissions = submissions.filter(kind__in=given["kind"])
        if given["category"]:
            submissions = submissions.filter(category__in=given["category"])
        if given["status"]:
            submissions = submissions.filter(status__in=_statuses(given["status"]))
        if given["area"]:
            submissions = submissions.inside_any(given["area"])
        if given["bbox"]:
            submissions = submissions.filter(pin__coveredby=given["bbox"])
        if given["q"]:
            submissions = submissions.mentioning(given["q"])
        return self._within_dates(submissions)

    def _within_dates(self, submissions: SubmissionQuerySet) -> SubmissionQuerySet:
        """Whole days in the deployment's time zone, both ends included."""
        first, last = self.cleaned_data["created_from"], self.cleaned_data["created_to"]
        if first:
            begin = timezone.make_aware(datetime.combine(first, time.min))
            submissions = submissions.filter(created_at__gte=begin)
        if last and last.year < 9999:
            end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
            submissions = submissions.filter(created_at__lt=end)
        return submissions

    def canonical(self) -> str:
        """The query string that equal filters share."""
        given = self.cleaned_data
        pairs = [("kind", kind) for kind in given["kind"]]
        pairs += [("category", category.code) for category in given["category"]]
        pairs += [("status", status) for status in given["status"]]
        pairs += [("area", f"{area.level.code}:{area.code}") for area in given["area"]]
        if given["bbox"]:
            pairs.append(("bbox", ",".join(f"{edge:.7g}" for edge in given["bbox"].extent)))
        for name in ("on", "created_from", "created_to"):
            if given[name]:
                pairs.append((self.add_prefix(name), given[name].isoformat()))
        if given["q"]:
            pairs.append(("q", " ".join(given["q"].split())))
        return urlencode(sorted(set(pairs)))


def _statuses(wanted: list[str]) -> set[str]:
    """The statuses meant by names of statuses and of phases."""
    phases: dict[str, frozenset[str]] = {"open": OPEN, "closed": CLOSED}
    return set().union(*(phases.get(name, frozenset({name})) for name in wanted))
