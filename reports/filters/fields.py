"""The values of a filter that are more than a choice: text in, objects of the ground out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib.gis.geos import MultiPolygon, Point
from django.core.exceptions import ValidationError
from django.db.models import DateField
from django.utils.translation import gettext_lazy as _

from geodata import named_shapes
from geodata.boxes import BadBox, Box, box_around, read_box
from geodata.compiled import Open, open_text
from geodata.compiled_models import CompiledModels
from geodata.coordinates import BadCoordinates, read_point
from geodata.drawn import LONGEST, BadPolygon, read_polygon
from geodata.models import Area, Collectivity
from geodata.named_shapes import NamedShape
from geodata.querysets import AreaQuerySet

MOST_AREAS = 20
MOST_RESPONSIBLE = 20
MOST_SHAPES = 5
LONGEST_RADIUS_M = 50_000


@dataclass(frozen=True, slots=True)
class Circle:
    """`middle` in EPSG:4326, `radius_m` metres on the ground."""

    middle: Point
    radius_m: float

    @property
    def box(self) -> Box:
        return box_around(self.middle.x, self.middle.y, self.radius_m)

    def __str__(self) -> str:
        return f"{self.middle.x:.6f},{self.middle.y:.6f},{self.radius_m:g}"


class SharedFields(dict[str, forms.Field]):
    """The fields of a form that changes none of them: each of its instances would copy them all,
    which takes as long as reading a URL."""

    def __deepcopy__(self, _memo: Any) -> dict[str, forms.Field]:
        return dict(self)


class WordsField(forms.Field):
    """`level:code` and such, repeated: kept as text, looked up when all of the form is known."""

    widget = forms.SelectMultiple

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def to_python(self, value: list[str] | None) -> list[str]:
        wanted = list(dict.fromkeys(part for part in value or [] if part))
        if len(wanted) > self.most:
            raise ValidationError(_("At most %(most)d."), params={"most": self.most})
        return wanted


def area_of_day(part: str, on: date) -> Area:
    """The area `level:code` of a day.  Raises ValidationError."""
    level, colon, code = part.partition(":")
    found = []
    if colon and "\0" not in part:
        found = _AREAS_OF_DAY.fetch(on=on, level=level, code=code)
    if not found:
        raise ValidationError(
            _("There is no area “%(part)s”: write level:code, such as commune:44109."),
            params={"part": part[:80]},
        )
    return found[0]


def _areas_of_day() -> AreaQuerySet:
    of_day = Area.objects.valid_on(Open("on", "date", DateField()))
    named = of_day.filter(level__code=open_text("level"), code=open_text("code"))
    return named.select_related("level").defer("geom", "geom_3857")[:1]


_AREAS_OF_DAY = CompiledModels(_areas_of_day)


def shape_named(part: str) -> NamedShape:
    """The shape that another app lends under the name `part`.  Raises ValidationError."""
    shape = named_shapes.find(part)
    if shape is None:
        raise ValidationError(
            _("There is no public surface “%(part)s”: write overlay:name:number."),
            params={"part": part[:80]},
        )
    return shape


def collectivity_named(part: str) -> Collectivity:
    """The collectivity `level:code`.  Raises ValidationError."""
    level, colon, code = part.partition(":")
    found = None
    if colon and code and "\0" not in part:
        found = Collectivity.objects.select_related("level").filter(level__code=level, code=code)
    if found is None or not found:
        raise ValidationError(
            _("There is no collectivity “%(part)s”: write level:code, such as commune:44109."),
            params={"part": part[:80]},
        )
    return found[0]


class BoxField(forms.CharField):
    """`west,south,east,north` in EPSG:4326 degrees → Box."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)

    def clean(self, value: str | None) -> Box | None:
        text = super().clean(value)
        try:
            return read_box(text) if text else None
        except BadBox as bad:
            raise ValidationError(str(bad)) from None


class PolygonField(forms.CharField):
    """A GeoJSON polygon → valid multipolygon (EPSG:4326)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, **kwargs)

    def clean(self, value: str | None) -> MultiPolygon | None:
        text = super().clean(value)
        try:
            return read_polygon(text) if text else None
        except BadPolygon as bad:
            raise ValidationError(str(bad)) from None


class CircleField(forms.CharField):
    """`lon,lat,radius_m` (degrees of EPSG:4326, metres) → Circle."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, **kwargs)

    def clean(self, value: str | None) -> Circle | None:
        text = super().clean(value)
        if not text:
            return None
        parts = text.split(",")
        if len(parts) != 3:
            raise ValidationError(_("Write longitude,latitude,radius in metres: 2.35,48.85,500."))
        try:
            middle = read_point(parts[0], parts[1])
        except BadCoordinates as bad:
            raise ValidationError(str(bad)) from None
        return Circle(_rounded(middle), _radius_m(parts[2]))


def _rounded(point: Point) -> Point:
    """To 0.1 m: what differs less shares a cache entry, so it must mean the same."""
    return Point(round(point.x, 6), round(point.y, 6), srid=point.srid)


def _radius_m(text: str) -> float:
    try:
        radius_m = float(text)
    except ValueError:
        radius_m = math.nan
    if not 1 <= radius_m <= LONGEST_RADIUS_M:
        raise ValidationError(
            _("The radius is a number of metres from 1 to %(most)d."),
            params={"most": LONGEST_RADIUS_M},
        )
    return float(round(radius_m))
