"""Categories, groups, questions and choices as an administrator writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from reports.models import Category, CategoryGroup, Choice, Question
from reports.workflow import Kind

Row = TypeVar("Row", Category, CategoryGroup, Question, Choice)
MOST_CHOICES = 30
NEW_CHOICES = 3
"""Empty lines for further choices: without a script, no more come; saving brings new ones."""


def _name(label: Any, most: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, help_text=help_text)


class _NamedForm(forms.Form):
    """Names in both languages, and a code that stays for ever once it is given."""

    code = forms.SlugField(
        label=_("Code"),
        help_text=_("For addresses, files and programs; it stays as it is. Left empty, it is made"
                    " of the French name."),
        max_length=50,
        required=False,
    )  # fmt: skip
    name_fr = _name(_("Name in French"), 120)
    name_en = _name(_("Name in English"), 120)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            for name in self.stays:
                self.fields[name].disabled = True

    stays: tuple[str, ...] = ("code",)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "code" not in self.errors:
            given["code"] = given.get("code") or code_of(given.get("name_fr", ""))
            if not given["code"] and given.get("name_fr"):
                self.add_error("code", _("Give a code of letters, digits and hyphens."))
        return given


class GroupForm(_NamedForm):
    """Valid, `apply_to(group)` writes it into a row that is not saved."""

    def apply_to(self, group: CategoryGroup) -> CategoryGroup:
        return _set(group, self.cleaned_data, ("code", "name_fr", "name_en"))


class CategoryForm(_NamedForm):
    """Valid, `apply_to(category)` writes it into a row that is not saved."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=forms.RadioSelect)
    group = forms.ModelChoiceField(
        CategoryGroup.objects.all(),
        label=_("Group"),
        to_field_name="code",
        required=False,
        empty_label=_("No group"),
        help_text=_("A rule about a group holds for every category of it."),
    )
    name_fr = _name(_("Name in French"), 80)
    name_en = _name(_("Name in English"), 80)
    duty_fr = _name(
        _("The duty in French"), 120, _("As the subject of the reason: “la voirie” est une…")
    )
    duty_en = _name(
        _("The duty in English"), 120, _("As the subject of the reason: “street lighting” is a…")
    )
    is_active = forms.BooleanField(label=_("Offered to residents"), required=False, initial=True)
    stays = ("code", "kind")

    def apply_to(self, category: Category) -> Category:
        names = ("code", "kind", "group", "name_fr", "name_en", "duty_fr", "duty_en", "is_active")
        return _set(category, self.cleaned_data, names)


class QuestionForm(_NamedForm):
    """Valid, `apply_to(question)` writes it into a row that is not saved."""

    name_fr = _name(_("Question in French"), 120)
    name_en = _name(_("Question in English"), 120)
    is_active = forms.BooleanField(label=_("Asked"), required=False, initial=True)

    def apply_to(self, question: Question) -> Question:
        return _set(question, self.cleaned_data, ("code", "name_fr", "name_en", "is_active"))


class ChoiceForm(forms.Form):
    """One line of a question's choices; an empty line is none."""

    code = forms.SlugField(label=_("Code"), max_length=50, required=False)
    name_fr = forms.CharField(label=_("In French"), max_length=120, required=False)
    name_en = forms.CharField(label=_("In English"), max_length=120, required=False)
    place = forms.IntegerField(label=_("Order"), min_value=1, max_value=999, required=False)
    is_active = forms.BooleanField(label=_("Offered"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.is_used:
            return given
        for name in ("name_fr", "name_en"):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, _("Name it in both languages."))
        given["code"] = given.get("code") or code_of(given.get("name_fr", ""))
        if not given["code"] and "code" not in self.errors and "name_fr" not in self.errors:
            self.add_error("code", _("Give a code of letters, digits and hyphens."))
        return given

    @property
    def is_used(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("code", "name_fr", "name_en"))


class _Choices(BaseFormSet):  # type: ignore[type-arg]
    """The lines of the choices that are there come first, in their order; their codes stay."""

    def __init__(self, data: Mapping[str, Any] | None, *, there: Sequence[Choice]) -> None:
        self.there = there
        super().__init__(data, initial=[_line_of(choice) for choice in there], prefix="choices")

    def add_fields(self, form: ChoiceForm, index: int | None) -> None:
        super().add_fields(form, index)
        if index is not None and index < len(self.there):
            form.fields["code"].disabled = True

    def clean(self) -> None:
        codes = [form.cleaned_data.get("code") for form in self.written]
        if any(code and codes.count(code) > 1 for code in codes):
            raise ValidationError(_("Two choices have the same code."))

    @property
    def written(self) -> list[ChoiceForm]:
        return [form for form in self.forms if hasattr(form, "cleaned_data") and form.is_used]

    def choices(self) -> list[Choice]:
        """The rows to be saved, in the order that is wanted; a line without a place goes last."""
        rows = []
        for number, form in enumerate(self.forms):
            if form in self.written:
                row = self.there[number] if number < len(self.there) else Choice()
                _set(row, form.cleaned_data, ("code", "name_fr", "name_en", "is_active"))
                rows.append((form.cleaned_data.get("place") or 1_000, number, row))
        return [row for _place, _number, row in sorted(rows, key=lambda one: one[:2])]


def choices_of(question: Question, data: Mapping[str, Any] | None = None) -> _Choices:
    """The lines of a question's choices, as they are or as they were posted."""
    there = list(question.choices.all()) if question.pk else []
    lines: Any = formset_factory(
        ChoiceForm, formset=_Choices, extra=NEW_CHOICES, max_num=MOST_CHOICES,
        absolute_max=MOST_CHOICES + NEW_CHOICES, validate_max=True,
    )  # fmt: skip
    made: _Choices = lines(data, there=there)
    return made


def initial_of(row: Category | CategoryGroup | Question) -> dict[str, Any]:
    """A form's fields for a row that is there."""
    names = ("code", "name_fr", "name_en", "kind", "duty_fr", "duty_en", "is_active")
    initial = {name: getattr(row, name) for name in names if hasattr(row, name)}
    if isinstance(row, Category):
        initial["group"] = row.group.code if row.group else None
    return {**initial, "seen_version": row.version}


def code_of(name: str) -> str:
    """“Nid-de-poule” → “nid-de-poule”."""
    return slugify(name)[:50].strip("-")


def _line_of(choice: Choice) -> dict[str, Any]:
    names = ("code", "name_fr", "name_en", "is_active")
    return {**{name: getattr(choice, name) for name in names}, "place": choice.position + 1}


def _set(row: Row, given: Mapping[str, Any], names: Sequence[str]) -> Row:
    for name in names:
        setattr(row, name, given[name])
    return row
