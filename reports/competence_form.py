"""A competence as an administrator writes it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geodata.models import Area, Level, Nature, Purpose, Reference
from geodata.road_classes import RoadClass
from reports.collectivity_field import CollectivityField
from reports.models import (
    AnswersBy,
    Category,
    CategoryGroup,
    Choice,
    Competence,
    Condition,
    Question,
)

MOST_CODES = 2_000
MOST_METRES = 10_000


def _day(label: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=picker)


def _checkboxes(label: Any, choices: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        help_text=help_text,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class CompetenceForm(forms.Form):
    """Valid, `apply_to(competence)` writes it into a row that is not saved."""

    about = forms.ChoiceField(label=_("About"), required=False)
    answers_by = forms.ChoiceField(
        label=_("Who answers"),
        choices=AnswersBy.choices,
        initial=AnswersBy.LEVEL,
        widget=forms.RadioSelect,
    )
    level = forms.ModelChoiceField(
        Level.objects.all(), label=_("Level"), to_field_name="code", required=False
    )
    natures = _checkboxes(
        _("Only where the collectivity is a"), Nature.choices, _("None ticked: whatever it is.")
    )
    collectivity = CollectivityField(label=_("Collectivity"), required=False)
    where_level = forms.ModelChoiceField(
        Level.objects.all(),
        label=_("Only in areas of the level"),
        to_field_name="code",
        required=False,
    )
    where_codes = forms.CharField(
        label=_("Codes of these areas"),
        help_text=_("One a line, or separated by commas or spaces."),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_delegation = forms.BooleanField(
        label=_("It is a delegation: the collectivities of these areas have handed the duty over"),
        required=False,
    )
    condition = forms.ChoiceField(
        label=_("Condition"), choices=Condition.choices, required=False, widget=forms.RadioSelect
    )
    road_classes = _checkboxes(
        _("Classes of the nearest road"), RoadClass.choices, _("None ticked: any road.")
    )
    reference = forms.ChoiceField(label=_("Reference"), required=False)
    distance_m = forms.FloatField(
        label=_("Distance in metres"),
        help_text=_("Exactly so far counts as within. For roads, 15 unless you say otherwise."),
        required=False,
        min_value=0,
        max_value=MOST_METRES,
    )
    answered = forms.MultipleChoiceField(
        label=_("Answers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    valid_from = _day(_("Valid from"))
    valid_to = _day(_("First day no longer valid"))
    priority = forms.IntegerField(
        label=_("Priority"),
        help_text=_("Smaller goes first; the first rule that holds decides."),
        min_value=0,
        max_value=32_000,
        initial=100,
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("about", _about_choices())
        self._offer("reference", _reference_choices())
        self._offer("answered", _answer_choices())

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_where_codes(self) -> list[str]:
        codes = list(dict.fromkeys(re.findall(r"[^\s,;]+", self.cleaned_data["where_codes"])))
        if len(codes) > MOST_CODES:
            raise ValidationError(_("At most %(most)d codes."), params={"most": MOST_CODES})
        return codes

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        self._check_target(given)
        self._check_areas(given)
        self._check_condition(given)
        first, last = given.get("valid_from"), given.get("valid_to")
        if first and last and last <= first:
            self.add_error("valid_to", _("The end lies before the beginning."))
        return given

    def _check_target(self, given: dict[str, Any]) -> None:
        by = given.get("answers_by")
        if by == AnswersBy.LEVEL and not given.get("level") and "level" not in self.errors:
            self.add_error("level", _("Choose the level that answers."))
        named = given.get("collectivity") or "collectivity" in self.errors
        if by == AnswersBy.COLLECTIVITY and not named:
            self.add_error("collectivity", _("Name the collectivity that answers."))
        if by == AnswersBy.ROAD_MANAGER and given.get("condition") != Condition.ROAD:
            self.add_error("condition", _("Only a rule about roads can leave it to the manager."))

    def _check_areas(self, given: dict[str, Any]) -> None:
        level, codes = given.get("where_level"), given.get("where_codes") or []
        if bool(level) != bool(codes) and "where_codes" not in self.errors:
            self.add_error("where_codes", _("Give both the level and the codes, or neither."))
        if given.get("is_delegation") and not codes:
            self.add_error("where_codes", _("Say whose duty is handed over: name their areas."))
        if level and codes:
            known = Area.objects.filter(level=level, code__in=codes).values_list("code", flat=True)
            unknown = sorted(set(codes) - set(known))
            if unknown:
                self.add_error(
                    "where_codes",
                    ValidationError(
                        _("No area of this level has the code %(codes)s."),
                        params={"codes": ", ".join(unknown[:8])},
                    ),
                )

    def _check_condition(self, given: dict[str, Any]) -> None:
        condition = given.get("condition")
        if condition in (Condition.WITHIN, Condition.BEYOND):
            if not given.get("reference"):
                self.add_error("reference", _("Choose the reference that is asked."))
            if given.get("distance_m") is None and "distance_m" not in self.errors:
                self.add_error("distance_m", _("Say how many metres."))
        if condition == Condition.ANSWER and len({_question(a) for a in given["answered"]}) != 1:
            self.add_error("answered", _("Tick answers of one question."))

    def is_enough_to_delete(self) -> bool:
        """Whether it says which version was seen.  What else it says need not make a rule: one
        whose collectivity is gone can be saved no more, and must be deleted all the same."""
        self.is_valid()
        if "seen_version" in self.errors:
            return False
        self.errors.clear()
        return True

    def apply_to(self, competence: Competence) -> Competence:
        """What does not belong to the chosen target and condition is left out."""
        given = self.cleaned_data
        kind, _colon, code = given["about"].partition(":")
        competence.category = Category.objects.get(code=code) if kind == "category" else None
        competence.group = CategoryGroup.objects.get(code=code) if kind == "group" else None
        by = competence.answers_by = given["answers_by"]
        competence.level = given["level"] if by == AnswersBy.LEVEL else None
        competence.natures = given["natures"] if by == AnswersBy.LEVEL else []
        competence.collectivity = given["collectivity"] if by == AnswersBy.COLLECTIVITY else None
        for name in (
            "where_level", "where_codes", "is_delegation", "condition",
            "valid_from", "valid_to", "priority", "legal_basis",
        ):  # fmt: skip
            setattr(competence, name, given[name])
        self._apply_condition(competence)
        return competence

    def _apply_condition(self, competence: Competence) -> None:
        given, condition = self.cleaned_data, self.cleaned_data["condition"]
        on_features = condition in (Condition.ROAD, Condition.WITHIN, Condition.BEYOND)
        competence.road_classes = given["road_classes"] if condition == Condition.ROAD else []
        competence.reference = given["reference"] if on_features else ""
        competence.distance_m = given["distance_m"] if on_features else None
        asked = given["answered"] if condition == Condition.ANSWER else []
        competence.question = Question.objects.get(pk=_question(asked[0])) if asked else None
        competence.answers = [answer.partition(":")[2] for answer in asked]


def initial_of(competence: Competence) -> dict[str, Any]:
    """The form's fields for a row that is there."""
    about = ""
    if competence.category:
        about = f"category:{competence.category.code}"
    elif competence.group:
        about = f"group:{competence.group.code}"
    plain = (
        "answers_by", "natures", "collectivity", "is_delegation", "condition", "road_classes",
        "reference", "distance_m", "valid_from", "valid_to", "priority", "legal_basis",
    )  # fmt: skip
    return {
        **{name: getattr(competence, name) for name in plain},
        "about": about,
        "level": competence.level.code if competence.level else None,
        "where_level": competence.where_level.code if competence.where_level else None,
        "where_codes": "\n".join(competence.where_codes),
        "answered": [f"{competence.question_id}:{code}" for code in competence.answers],
        "seen_version": competence.version,
    }


def _about_choices() -> list[Any]:
    groups = [(f"group:{group.code}", group.name) for group in CategoryGroup.objects.all()]
    categories = [(f"category:{one.code}", one.name) for one in Category.objects.all()]
    return [
        ("", _("Every category")),
        (_("Groups of categories"), groups),
        (_("Categories"), categories),
    ]


def _reference_choices() -> list[Any]:
    rows = Reference.objects.filter(is_active=True)
    roads = [(one.slug, one.name) for one in rows if one.purpose == Purpose.ROADS]
    others = [(one.slug, one.name) for one in rows if one.purpose != Purpose.ROADS]
    return [("", _("Any roads")), *roads, *others, *_lost_references({one.slug for one in rows})]


def _lost_references(active: set[str]) -> list[Any]:
    """Those that rules still name.  Not offered, the browser would send the first choice in their
    place: a rule about one overlay's roads, saved again, would be about any road."""
    named = Competence.objects.exclude(reference="").exclude(reference__in=active)
    slugs = sorted(set(named.values_list("reference", flat=True)))
    return [(slug, gettext("%(slug)s (missing or withdrawn)") % {"slug": slug}) for slug in slugs]


def _answer_choices() -> list[Any]:
    choices = Choice.objects.select_related("question__category").order_by("question", "position")
    return [
        (f"{one.question_id}:{one.code}", f"{one.question.category}, {one.question}: {one}")
        for one in choices
    ]


def _question(answer: str) -> str:
    return answer.partition(":")[0]
