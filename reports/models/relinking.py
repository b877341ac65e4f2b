"""Work on submissions after the ground or the rules have changed, and how far it is."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from geodata.models import Edition, Level
from reports.models.competences import Competence


class Cause(models.TextChoices):
    EDITION = "edition", _("New areas")
    ROLLED_BACK = "rolled_back", _("Areas rolled back")
    COMPETENCE = "competence", _("A competence changed")


class RelinkingQuerySet(models.QuerySet["Relinking"]):
    def worth_telling(self) -> Self:
        """Those that run, and those that had something to look at; the newest first."""
        return self.filter(models.Q(ended_at=None) | models.Q(looked_at__gt=0)).select_related(
            "level", "edition"
        )


class Relinking(models.Model):
    """One pass over the submissions, in the order of their ids.

    `after_id` moves in the transaction of the batch it ends, so that a worker killed in the middle
    loses and doubles nothing.
    """

    cause = models.CharField(max_length=12, choices=Cause.choices)
    level = models.ForeignKey(Level, models.CASCADE, null=True, related_name="+")
    edition = models.ForeignKey(Edition, models.SET_NULL, null=True, related_name="+")
    competence = models.ForeignKey(Competence, models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    after_id = models.BigIntegerField(default=0)
    # The newest submission by the ground or the rules before; not known until the work begins.
    last_id = models.BigIntegerField(null=True)
    looked_at = models.PositiveBigIntegerField(default=0)
    moved = models.PositiveBigIntegerField(default=0, help_text=_("Got another collectivity."))
    began_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    objects = RelinkingQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.cause} {self.began_at:%Y-%m-%d}"

    @property
    def percent(self) -> int:
        """By ids, which is what can be known without counting."""
        if self.ended_at:
            return 100
        if not self.last_id:
            return 0
        return min(99, 100 * self.after_id // self.last_id)
