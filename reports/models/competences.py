"""Who answers for what: the rules, as rows."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from geodata.models import Collectivity, Level, Nature, Reference
from geodata.numbers import in_words
from geodata.road_classes import RoadClass
from reports.models.categories import Category, CategoryGroup, Question
from reports.querysets import CompetenceQuerySet

ROAD_REACH_M = 15
"""How far from a road a pin still counts as on it, where the rule gives no other distance."""


class AnswersBy(models.TextChoices):
    """How a rule finds the collectivity it leads to."""

    LEVEL = "level", _("The collectivity of a level, wherever the pin is")
    COLLECTIVITY = "collectivity", _("One collectivity by name")
    ROAD_MANAGER = "road_manager", _("The manager that the nearest road names")


class Condition(models.TextChoices):
    """What else must hold at the pin."""

    NONE = "", _("No condition")
    ROAD = "road", _("The nearest road is of one of these classes")
    WITHIN = "within", _("A feature of a reference lies within a distance")
    BEYOND = "beyond", _("No feature of a reference lies within a distance")
    ANSWER = "answer", _("The resident answered a question so")


class Competence(models.Model):
    """A rule: which collectivity, or which level's, answers for a category, where and when.

    The first rule by priority that holds at the pin and finds its collectivity decides.
    """

    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True)
    group = models.ForeignKey(CategoryGroup, models.PROTECT, null=True, blank=True)
    priority = models.PositiveSmallIntegerField(default=100, help_text=_("Smaller goes first."))

    answers_by = models.CharField(max_length=12, choices=AnswersBy.choices, default=AnswersBy.LEVEL)
    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True)
    # Only collectivities of these natures (`Collectivity.nature`); empty: any.
    natures = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    # A collectivity that is deleted leaves its rules behind: they are reported, and passed over.
    collectivity = models.ForeignKey(Collectivity, models.SET_NULL, null=True, blank=True)
    collectivity_was = models.CharField(max_length=200, blank=True, editable=False)

    # The rule holds in the areas of these codes only; codes outlive editions.  Empty: everywhere.
    where_level = models.ForeignKey(
        Level, models.PROTECT, null=True, blank=True, related_name="competences_here"
    )
    where_codes = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    is_delegation = models.BooleanField(
        default=False, help_text=_("The areas' own collectivities have handed the duty over.")
    )

    condition = models.CharField(max_length=8, choices=Condition.choices, blank=True)
    road_classes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    reference = models.SlugField(max_length=80, blank=True, help_text=_("Empty: any roads."))
    distance_m = models.FloatField(null=True, blank=True)
    question = models.ForeignKey(Question, models.RESTRICT, null=True, blank=True)
    answers = ArrayField(models.SlugField(), default=list, blank=True)

    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True, help_text=_("First day no longer valid."))
    legal_basis = models.TextField(blank=True)

    # Counts its changes: an administrator's form carries the one it was opened with.
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = CompetenceQuerySet.as_manager()

    class Meta:
        ordering = ["priority", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(category__isnull=True) | Q(group__isnull=True),
                name="competence_is_about_a_category_or_a_group",
            ),
            models.CheckConstraint(
                condition=Q(answers_by="level", level__isnull=False, collectivity__isnull=True)
                | Q(answers_by="collectivity", level__isnull=True)
                | Q(answers_by="road_manager", level__isnull=True, collectivity__isnull=True),
                name="competence_leads_to_one_kind_of_answer",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gt=models.F("valid_from")),
                name="competence_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(where_level__isnull=True, where_codes=[])
                | (Q(where_level__isnull=False) & ~Q(where_codes=[])),
                name="competence_names_codes_with_their_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about} → {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the name of the collectivity, for the day it is deleted."""
        if self.collectivity:
            self.collectivity_was = self.collectivity.name
        super().save(*args, **kwargs)

    @property
    def about(self) -> str:
        return str(self.category or self.group or _("Every category"))

    @property
    def nature_names(self) -> list[str]:
        return [str(Nature(nature).label) for nature in self.natures]

    @property
    def condition_words(self) -> str:
        """The condition with its numbers, in the reader's language."""
        if self.condition == Condition.ANSWER:
            return f"{self.question} : {', '.join(self.answers)}"
        reach = in_words(ROAD_REACH_M if self.distance_m is None else self.distance_m, decimals=2)
        if self.condition == Condition.ROAD:
            labels = [str(RoadClass(one).label).lower() for one in self.road_classes]
            what = ", ".join(labels) or str(_("any road"))
            if self.reference:
                what = str(_("%(what)s of “%(reference)s”")) % {
                    "what": what,
                    "reference": self.reference,
                }
            return str(_("nearest road within %(m)s m: %(what)s")) % {"m": reach, "what": what}
        words = {
            Condition.WITHIN: _("within %(m)s m of “%(what)s”"),
            Condition.BEYOND: _("more than %(m)s m from “%(what)s”"),
        }
        return str(words[Condition(self.condition)]) % {"m": reach, "what": self.reference}

    @property
    def has_lost_its_reference(self) -> bool:
        """Then nobody can tell whether it holds.  Lists have read the slug of one that is there
        (`for_pages`); a form may have written another one since."""
        if self.reference in ("", getattr(self, "reference_there", None)):
            return False
        return not Reference.objects.filter(slug=self.reference, is_active=True).exists()

    @property
    def target(self) -> str:
        """Who answers, in words."""
        if self.answers_by == AnswersBy.ROAD_MANAGER:
            return str(_("the road's manager"))
        if self.answers_by == AnswersBy.LEVEL:
            return str(self.level)
        return str(self.collectivity or self.collectivity_was)

    @property
    def has_lost_its_collectivity(self) -> bool:
        return self.answers_by == AnswersBy.COLLECTIVITY and self.collectivity_id is None
