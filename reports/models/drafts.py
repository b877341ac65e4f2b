"""Changes of rules that are gathered before they are saved, all or none (ADR 10)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reports.models.categories import Versioned

MOST_CHANGES = 50


class RuleDraft(Versioned):
    """The changes one administrator is preparing; colleagues may read and replay them.

    `version` counts what is put in and taken out: whoever saves has seen the whole of it.
    """

    author = models.OneToOneField(User, models.CASCADE, related_name="rule_draft")
    began_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return str(_("Draft of %(who)s")) % {
            "who": self.author.get_full_name() or self.author.get_username()
        }


class DraftedChange(models.Model):
    """One rule to be added, changed or deleted.

    What was written is kept as its form was sent, and checked again whenever it is read: a level,
    an area or a category may be gone by then.
    """

    draft = models.ForeignKey(RuleDraft, models.CASCADE, related_name="changes")
    # No foreign key: a colleague may delete the rule, and the draft is to say so.
    rule = models.PositiveBigIntegerField(null=True, blank=True)
    rule_was = models.CharField(max_length=300, blank=True, help_text=_("Its name then."))
    seen_version = models.PositiveIntegerField(default=0)
    deletes = models.BooleanField(default=False)
    fields = models.JSONField(default=dict, help_text=_("Of a rule's form, name → list of values."))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "rule"], name="one_change_of_a_rule_a_draft"),
            models.CheckConstraint(
                condition=Q(deletes=False) | Q(rule__isnull=False),
                name="only_a_rule_that_is_there_is_deleted",
            ),
        ]

    def __str__(self) -> str:
        return self.rule_was or f"+{self.pk}"
