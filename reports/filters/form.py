"""Reads a filter out of a URL, refuses what is none by name, and writes it in one form."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from geodata import named_shapes
from geodata.models import Area
from geodata.named_shapes import NamedShape
from reports.filters import meaning, writing
from reports.filters.fields import (
    MOST_AREAS,
    MOST_RESPONSIBLE,
    MOST_SHAPES,
    BoxField,
    CircleField,
    PolygonField,
    SharedFields,
    WordsField,
    area_of_day,
    collectivity_named,
    shape_named,
)
from reports.filters.ground import Conditions, Ground, conditions_of, ground_of
from reports.filters.links import Links, links_of
from reports.filters.writing import URL_NAMES
from reports.models import Category, CategoryGroup
from reports.querysets import SubmissionQuerySet
from reports.searching import MOST_WORDS, has_words_to_search, words_of
from reports.sorting import NEAR, SORTS, Sort
from reports.workflow import OPEN, Kind, Status

PHASES = [("open", _("Open")), ("closed", _("Closed"))]

_MANY = ("kind", "category", "group", "status", "area", "responsible")
_DAYS = ("on", "created_from", "created_to")
_CHEAP = frozenset({"kind", "category", "group", "status", "sort", "on"})


def _day_field(label: Any) -> forms.DateField:
    """YYYY-MM-DD and nothing else: 01/02/2026 is another day in either language."""
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"])


class SubmissionFilter(forms.Form):
    """What of the submissions is meant.  Nothing given: all of them.

    Values of one name widen (`kind=report&kind=proposal`), different names narrow.  A name that is
    neither a filter's nor one of the door's `extras` is refused, as are values that contradict.
    """

    kind = forms.MultipleChoiceField(label=_("Kind"), choices=Kind.choices, required=False)
    category = forms.ModelMultipleChoiceField(
        label=_("Category"),
        queryset=Category.objects.all(),
        to_field_name="code",
        required=False,
    )
    group = forms.ModelMultipleChoiceField(
        label=_("Group of categories"),
        queryset=CategoryGroup.objects.all(),
        to_field_name="code",
        required=False,
    )
    status = forms.MultipleChoiceField(
        label=_("Status"), choices=[*PHASES, *Status.choices], required=False
    )
    area = WordsField(label=_("Area"), most=MOST_AREAS, required=False)
    on = _day_field(_("Areas as they were on"))
    bbox = BoxField(label=_("Box"), required=False)
    within = PolygonField(label=_("Drawn area"), required=False)
    near = CircleField(label=_("Around a place"), required=False)
    created_from = _day_field(_("Sent from"))
    created_to = _day_field(_("Sent until"))
    q = forms.CharField(
        label=_("Text or reference"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    responsible = WordsField(label=_("Who answers"), most=MOST_RESPONSIBLE, required=False)
    has_photo = forms.ChoiceField(
        label=_("Photo"),
        choices=[("", _("All")), ("true", _("With a photo")), ("false", _("Without a photo"))],
        required=False,
    )
    sort = forms.ChoiceField(
        label=_("Order"), choices=[(sort.name, sort.label) for sort in SORTS], required=False
    )

    def __init__(self, data: QueryDict, *, extras: Collection[str] = ()) -> None:
        """Always bound: an empty URL is the filter that lets everything through, and so is an
        empty value, which is what a form's "All" sends.  `extras` are parameters of the door's
        own (`cursor`, `limit`); one that ends in `*` stands for all that begin so."""
        given = data.copy()
        for name in _MANY:
            given.setlist(name, [value for value in given.getlist(name) if value])
        super().__init__(given)
        self._given = given
        self._unknown = self._names_unknown(data, extras)
        for name in _DAYS:
            if not _is_iso_day(given.get(self.add_prefix(name), "")):
                # A browser's own field for dates would show nothing of it.
                self.fields[name] = _as_text(self.fields[name])

    def add_prefix(self, field_name: str) -> str:
        return URL_NAMES.get(field_name, field_name)

    # ------------------------------------------------------------ reading
    def _names_unknown(self, data: QueryDict, extras: Collection[str]) -> list[str]:
        known = {self.add_prefix(name) for name in self.fields} | set(extras)
        beginnings = tuple(name[:-1] for name in extras if name.endswith("*"))
        return [
            name
            for name in data
            if name not in known and not (beginnings and name.startswith(beginnings))
        ]

    def clean_kind(self) -> list[str]:
        """[] for both: what a filter lets through is written in one way."""
        kinds: list[str] = sorted(set(self.cleaned_data["kind"]))
        return [] if len(kinds) == len(Kind) else kinds

    def clean_status(self) -> list[str]:
        return meaning.names_of(meaning.statuses_named(self.cleaned_data["status"]))

    def clean_has_photo(self) -> bool | None:
        return {"true": True, "false": False}.get(self.cleaned_data["has_photo"])

    def clean_q(self) -> str:
        text = " ".join(str(self.cleaned_data["q"]).split())
        if text and not has_words_to_search(text):
            raise ValidationError(
                _("“%(text)s” has only words that every text has: add one that says more."),
                params={"text": text},
            )
        if len(words_of(text)) > MOST_WORDS:
            raise ValidationError(_("At most %(most)d words."), params={"most": MOST_WORDS})
        return text

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in self._unknown:
            self.add_error(None, _unknown_sentence(name))
        self._refuse_repeated()
        self._look_up(given)
        self._refuse_contradictions(given)
        given["categories"] = self._categories(given)
        return given

    def _refuse_repeated(self) -> None:
        for name in self.fields:
            url_name = self.add_prefix(name)
            values = {value for value in self._given.getlist(url_name) if value}
            if name not in _MANY and len(values) > 1:
                self.add_error(name, _("It is given twice, with different values."))

    def _look_up(self, given: dict[str, Any]) -> None:
        """Today's areas unless another day is asked: links to those of earlier editions stay."""
        day = given.get("on") or timezone.localdate()
        areas, shapes = [], []
        try:
            for part in given.get("area", []):
                if named_shapes.is_named(part):
                    shapes.append(shape_named(part))
                else:
                    areas.append(area_of_day(part, day))
            if len(shapes) > MOST_SHAPES:
                raise ValidationError(
                    _("At most %(most)d surfaces of overlays."), params={"most": MOST_SHAPES}
                )
        except ValidationError as error:
            self.add_error("area", error)
        given["area"], given["shapes"] = areas, shapes
        try:
            found = [collectivity_named(part) for part in given.get("responsible", [])]
        except ValidationError as error:
            self.add_error("responsible", error)
        else:
            given["responsible"] = found

    def _refuse_contradictions(self, given: dict[str, Any]) -> None:
        first, last = given.get("created_from"), given.get("created_to")
        if first and last and first > last:
            self.add_error("created_to", _("The last day lies before the first."))
        is_near_known = given.get("near") or "near" in self.errors
        if given.get("sort") == NEAR.name and not is_near_known:
            self.add_error("sort", _("The nearest to what? Give near, too."))

    def _categories(self, given: dict[str, Any]) -> list[int] | None:
        """Ids of the categories meant by category and group together; None: any."""
        for name in ("category", "group"):
            if not self._given.getlist(name):
                given[name] = []  # Django's empty QuerySet is put into SQL each time it is read
        if not given.get("category") and not given.get("group"):
            return None
        chosen, groups, kinds = (given.get(name) for name in ("category", "group", "kind"))
        meant = chosen or Category.objects.all()
        if groups:
            meant = meant.filter(group__in=groups)
        if chosen and kinds:
            meant = meant.filter(kind__in=kinds)
        ids = sorted(meant.values_list("pk", flat=True))
        if chosen and not ids:
            name = "category" if not groups else "group"
            self.add_error(
                name, _("No category is of that kind and of that group: they contradict.")
            )
        return ids

    def errors_by_parameter(self) -> dict[str, list[str]]:
        """The errors under the names that the URL uses."""
        errors = {
            self.add_prefix(name): [str(text) for text in texts]
            for name, texts in self.errors.items()
            if name != NON_FIELD_ERRORS
        }
        return errors | {name: [_unknown_sentence(name)] for name in self._unknown}

    # ------------------------------------------------------------ meaning (of a valid filter)
    @property
    def chosen_areas(self) -> list[Area]:
        return self._chosen("area", Area)

    @property
    def chosen_shapes(self) -> list[NamedShape]:
        return self._chosen("shapes", NamedShape)

    def _chosen(self, name: str, of: type) -> list[Any]:
        """Of a filter that is refused, those that are known: its page shows them again."""
        self.is_valid()
        return [value for value in self.cleaned_data.get(name, []) if isinstance(value, of)]

    @property
    def unoffered(self) -> dict[str, list[str]]:
        """What was given and is among the choices of no select: it is shown again as it came."""
        areas = [f"{area.level.code}:{area.code}" for area in self.chosen_areas]
        known = {
            "kind": Kind.values,
            "status": [value for value, _label in [*PHASES, *Status.choices]],
            "category": Category.objects.values_list("code", flat=True),
            "group": CategoryGroup.objects.values_list("code", flat=True),
            "area": [*areas, *(shape.key for shape in self.chosen_shapes)],
            "sort": [sort.name for sort in SORTS],
            "has_photo": ["true", "false"],
        }
        wrong = set(self.errors) & set(known)
        given = {name: [text for text in self._given.getlist(name) if text] for name in wrong}
        return {
            name: [text for text in dict.fromkeys(texts) if text not in known[name]]
            for name, texts in given.items()
        }

    @property
    def has_more(self) -> bool:
        """Whether something is said, or wrong, under "More filters" of the pages."""
        names = ("sort", "has_photo", "group", "responsible", "near", "within")
        return bool(self["bbox"].errors) or any(
            self[name].value() or self[name].errors for name in names
        )

    @property
    def statuses(self) -> frozenset[str]:
        return meaning.statuses_named(self.cleaned_data["status"])

    @property
    def is_open_only(self) -> bool:
        return self.statuses <= OPEN

    @property
    def order(self) -> Sort:
        return next((sort for sort in SORTS if sort.name == self.cleaned_data["sort"]), SORTS[0])

    @property
    def is_costly(self) -> bool:
        """Whether more than counts kept by kind, category and phase may have to be read."""
        return self._says_more_than(_CHEAP) or bool(self.cleaned_data["shapes"])

    def _says_more_than(self, names: Collection[str]) -> bool:
        others = (name for name in self.fields if name not in names)
        return any(self.cleaned_data[name] not in (None, "", []) for name in others)

    @property
    def walks_links(self) -> bool:
        """Areas, and nothing else of the ground that the links do not know."""
        return bool(self.chosen_areas) and not self.chosen_shapes

    @property
    def few_found(self) -> list[int] | None:
        """Ids of those with the words asked for, where they are few."""
        return meaning.few_found(self.cleaned_data)

    @cached_property
    def ground(self) -> Ground | None:
        """The one piece of ground that is meant, where cells of the grid can be asked for it."""
        return ground_of(self.cleaned_data)

    @cached_property
    def links(self) -> Links | None:
        """The links of areas to walk along, where they and the rows they lead to tell all."""
        return links_of(self)

    @cached_property
    def conditions(self) -> Conditions:
        """What a filter with a `ground` or `links` says beside them."""
        return conditions_of(self.cleaned_data)

    def apply(self, submissions: SubmissionQuerySet) -> SubmissionQuerySet:
        """Those of `submissions` that are meant.  Call it on a valid filter only."""
        return meaning.meant(submissions, self.cleaned_data)

    def apply_on_the_way(self, submissions: SubmissionQuerySet) -> SubmissionQuerySet:
        """The same, for a walk that meets pins in another order than that of the ground."""
        given = self.cleaned_data | {"place": "place"}
        return meaning.meant(submissions.with_bare_place(), given)

    def apply_but_areas(self, submissions: SubmissionQuerySet) -> SubmissionQuerySet:
        """The same, wherever they lie: for those who walk the links of the areas themselves."""
        return meaning.but_areas(submissions, self.cleaned_data)

    def linked(self, submissions: SubmissionQuerySet, area_id: int) -> SubmissionQuerySet:
        """What is meant of one area, joined to its links: each submission has one at most."""
        link: dict[str, Any] = {"area_links__area": area_id}
        if self.is_open_only:
            link["area_links__is_open"] = True
        return self.apply_but_areas(submissions).filter(**link)

    # ------------------------------------------------------------ writing
    def canonical(self, *, but: Collection[str] = ()) -> str:
        """The query string that filters share which mean the same submissions, however they are
        sorted; `but` leaves parameters out."""
        pairs = sorted(set(writing.pairs_of(self.cleaned_data)))
        return urlencode([(name, value) for name, value in pairs if name not in but])

    def as_query(self) -> str:
        """The canonical query string with the order of the list."""
        order = [] if self.order is SORTS[0] else [("sort", self.order.name)]
        return "&".join(filter(None, [self.canonical(), urlencode(order)]))


SubmissionFilter.base_fields = SharedFields(SubmissionFilter.base_fields)


def _as_text(field: forms.Field) -> forms.Field:
    """A field of its own: those of the form are shared."""
    own = deepcopy(field)
    own.widget.input_type = "text"
    return own


def _is_iso_day(text: str) -> bool:
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unknown_sentence(name: str) -> str:
    sentence = __("There is no parameter “%(name)s” here; docs/filters.md names them all.")
    return sentence % {"name": name[:60]}
