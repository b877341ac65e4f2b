"""Who answers for what: the rules, as rows."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geodata.models import Collectivity, Level
from reports.models.categories import Category
from reports.querysets import CompetenceQuerySet


class Competence(models.Model):
    """A rule: which collectivity, or which level's, answers for a category.

    The first rule by priority whose collectivity can be found at the pin decides.
    """

    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, help_text=_("Empty: every category.")
    )
    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True)
    collectivity = models.ForeignKey(Collectivity, models.CASCADE, null=True, blank=True)
    priority = models.PositiveSmallIntegerField(default=100, help_text=_("Smaller goes first."))
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True, help_text=_("First day no longer valid."))
    legal_basis = models.TextField(blank=True)

    objects = CompetenceQuerySet.as_manager()

    class Meta:
        ordering = ["priority", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__isnull=True) ^ Q(collectivity__isnull=True),
                name="competence_names_a_level_or_a_collectivity",
            ),
            models.UniqueConstraint(
                fields=["category", "priority", "valid_from"],
                name="no_tie_between_competences",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category or '*'} → {self.collectivity or self.level}"
