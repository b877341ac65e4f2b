"""Administrators change who answers for what: one at a time, and never into a tie or a circle."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from reports.actions.rulebook_lock import ChangedMeanwhile, lock_rulebook
from reports.models import Category, Competence
from reports.routing.delegations import cycle_of
from reports.routing.rulebook import Rulebook
from reports.routing.rules import Rule, as_rule
from reports.routing.ties import tie_of


class RuleRefused(ValueError):
    """`str()` is a sentence for the administrator."""


@transaction.atomic
def save_competence(*, competence: Competence, by: User, seen_version: int) -> Competence:
    """Keep a new or changed rule.  `seen_version` is that of the row when the form was opened, 0
    for a new one.  Raises RuleRefused, ChangedMeanwhile."""
    lock_rulebook()
    _refuse_if_changed(competence, seen_version)
    others = Rulebook.load().rules
    rule = as_rule(competence)
    group_of = dict(Category.objects.values_list("pk", "group"))
    tie = tie_of(rule, others, group_of=group_of)
    if tie is not None:
        raise RuleRefused(tie_sentence(tie))
    circle = cycle_of(rule, others, group_of=group_of)
    if circle:
        raise RuleRefused(circle_sentence(circle))
    competence.version = seen_version + 1
    competence.changed_by = by
    competence.save()
    return competence


@transaction.atomic
def delete_competence(*, competence: Competence, by: User, seen_version: int) -> None:
    """Remove a rule; what it decided stays as it was decided.  Raises ChangedMeanwhile."""
    lock_rulebook()
    _refuse_if_changed(competence, seen_version)
    competence.delete()


def _refuse_if_changed(competence: Competence, seen_version: int) -> None:
    if competence.pk is None:
        return
    now = Competence.objects.filter(pk=competence.pk).values_list("version", flat=True).first()
    if now != seen_version:
        raise ChangedMeanwhile


def tie_sentence(tie: Rule, name: str | None = None) -> str:
    """`name` is that of a rule which is not saved yet."""
    row = name or Competence.objects.filter(pk=tie.id or 0).first()
    return _(
        "At priority %(priority)d another rule could hold at the same time, and nobody could say"
        " which one decides: %(rule)s. Choose another priority, areas, dates or condition."
    ) % {"priority": tie.priority, "rule": row}


def circle_sentence(circle: Sequence[str]) -> str:
    way = " → ".join(circle)
    return _("This delegation would run in a circle: %(way)s.") % {"way": way}
