"""A draft of changed rules as it stands against what is in force today."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.datastructures import MultiValueDict

from reports.actions.drafts import Wanted, changed_sentence
from reports.competence_form import CompetenceForm
from reports.models import Competence, DraftedChange, RuleDraft
from reports.routing.rules import as_rule

_FIRST_NEW_ID = 2**62
"""New rules have no id yet; these are no ids of rows, and come after their equals."""


@dataclass(slots=True)
class Drafted:
    """One change: the rule in force (None for a new one), the rule as it would be (None where it
    is deleted or cannot be made), and what stands against saving it."""

    change: DraftedChange
    in_force: Competence | None
    would_be: Competence | None
    problems: list[str] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.change.rule is None

    @property
    def wanted(self) -> Wanted | None:
        """Ready to be saved or replayed; None where it cannot be read."""
        row = self.in_force if self.change.deletes else self.would_be
        if row is None:
            return None
        rule = as_rule(row)
        if rule.id is None:
            rule = replace(rule, id=_FIRST_NEW_ID + self.change.pk)
        return Wanted(self.change, row, rule)


def read(draft: RuleDraft) -> list[Drafted]:
    """The changes of a draft in the order in which they were put in."""
    changes = list(draft.changes.all())
    ids = [change.rule for change in changes if change.rule]
    rows = Competence.objects.for_pages().in_bulk(ids)
    return [_read(change, rows.get(change.rule or 0)) for change in changes]


def form_of(change: DraftedChange) -> CompetenceForm:
    """The rule's form as it was sent."""
    return CompetenceForm(MultiValueDict(change.fields))


def fields_of(form: CompetenceForm, data: Any) -> dict[str, list[str]]:
    """What a form was sent, to be kept; nothing else of the request."""
    return {name: data.getlist(name) for name in form.fields if name in data}


def _read(change: DraftedChange, in_force: Competence | None) -> Drafted:
    drafted = Drafted(change, in_force, None)
    version = in_force.version if in_force else None
    if change.rule and version != change.seen_version:
        drafted.problems.append(changed_sentence(change, version))
    if change.deletes:
        return drafted
    form = form_of(change)
    if form.is_valid():
        drafted.would_be = form.apply_to(copy(in_force) if in_force else Competence())
    else:
        drafted.problems += [str(text) for texts in form.errors.values() for text in texts]
    return drafted
