"""Changes of rules gathered in a draft, and saved all in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from reports.actions.competences import circle_sentence, tie_sentence
from reports.actions.rulebook_lock import ChangedMeanwhile, lock_rulebook
from reports.models import MOST_CHANGES, Category, Competence, DraftedChange, RuleDraft
from reports.routing.delegations import cycle_of
from reports.routing.rulebook import Rulebook
from reports.routing.rules import Rule
from reports.routing.ties import tie_of


class DraftFull(ValueError):
    """`str()` is a sentence for the administrator."""


class SetRefused(ValueError):
    """`problems` maps ids of drafted changes to sentences; nothing was saved."""

    def __init__(self, problems: Mapping[int, str]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Wanted:
    """A drafted change ready to be saved: `competence` is the row as it would be (for a new rule
    without an id; for a deletion as it is), `rule` the same for routing, with an id of its own."""

    change: DraftedChange
    competence: Competence
    rule: Rule


@transaction.atomic
def put(
    *,
    author: User,
    competence: Competence | None,
    seen_version: int,
    fields: Mapping[str, list[str]],
    deletes: bool = False,
    instead_of: DraftedChange | None = None,
) -> RuleDraft:
    """Put a new (`competence` None), changed or deleted rule into the author's draft, in the place
    of what the draft says of it already.  Raises DraftFull."""
    draft, _made = RuleDraft.objects.get_or_create(author=author)
    draft = _touched(draft)
    values: dict[str, Any] = {
        "seen_version": seen_version, "fields": dict(fields), "deletes": deletes,
        "rule_was": str(competence)[:300] if competence else "",
    }  # fmt: skip
    if instead_of is not None:
        draft.changes.filter(pk=instead_of.pk).update(**values)
    elif competence is not None:
        draft.changes.update_or_create(rule=competence.pk, defaults=values)
    else:
        draft.changes.create(**values)
    if draft.changes.count() > MOST_CHANGES:
        raise DraftFull(_("A draft holds %(most)d changes at most.") % {"most": MOST_CHANGES})
    return draft


@transaction.atomic
def take_out(*, change: DraftedChange) -> None:
    _touched(change.draft)
    change.delete()


def discard(*, draft: RuleDraft) -> None:
    draft.delete()


@transaction.atomic
def save_set(*, draft: RuleDraft, wanted: Sequence[Wanted], by: User) -> None:
    """Save every change and remove the draft.  `wanted` was read from this version of the draft.

    Ties and circles are looked for in the rules as they would be.  Raises ChangedMeanwhile where
    the draft has changed, SetRefused where a rule has, or where the rules would clash."""
    lock_rulebook()
    now = RuleDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if now is None or now.version != draft.version:
        raise ChangedMeanwhile
    problems = _stale(wanted) or _clashes(wanted)
    if problems:
        raise SetRefused(problems)
    with connection.cursor() as cursor:
        # Two rules that change places are equal for a moment.
        cursor.execute("SET CONSTRAINTS no_tie_between_equal_competences DEFERRED")
    for one in wanted:
        _save(one, by)
    draft.delete()


def rulebook_with(wanted: Sequence[Wanted], book: Rulebook) -> Rulebook:
    """The rules as they would be."""
    deleted = [one.rule.id for one in wanted if one.change.deletes and one.rule.id is not None]
    return book.changed(
        saved=[one.rule for one in wanted if not one.change.deletes], deleted=deleted
    )


def _touched(draft: RuleDraft) -> RuleDraft:
    """The draft, locked, with its next version."""
    draft = RuleDraft.objects.select_for_update().get(pk=draft.pk)
    draft.version += 1
    draft.save()
    return draft


def _stale(wanted: Sequence[Wanted]) -> dict[int, str]:
    ids = [one.change.rule for one in wanted if one.change.rule]
    versions = dict(Competence.objects.filter(pk__in=ids).values_list("pk", "version"))
    return {
        one.change.pk: changed_sentence(one.change, versions.get(one.change.rule))
        for one in wanted
        if one.change.rule and versions.get(one.change.rule) != one.change.seen_version
    }


def changed_sentence(change: DraftedChange, version: int | None) -> str:
    """What a colleague has done to the rule since it was put into the draft; `version` is None
    where it is gone."""
    if version is None:
        return _("A colleague has deleted this rule meanwhile: take it out of the draft.")
    return _(
        "A colleague has changed this rule meanwhile: open the rule, and put it into the draft"
        " again."
    )


def _clashes(wanted: Sequence[Wanted]) -> dict[int, str]:
    """Ties and circles in the whole set."""
    rules = rulebook_with(wanted, Rulebook.load()).rules
    names = {one.rule.id: str(one.competence) for one in wanted}
    group_of = dict(Category.objects.values_list("pk", "group"))
    problems = {}
    for one in wanted:
        if one.change.deletes:
            continue
        tie = tie_of(one.rule, rules, group_of=group_of)
        circle = cycle_of(one.rule, rules, group_of=group_of)
        if tie is not None:
            problems[one.change.pk] = tie_sentence(tie, names.get(tie.id))
        elif circle:
            problems[one.change.pk] = circle_sentence(circle)
    return problems


def _save(one: Wanted, by: User) -> None:
    if one.change.deletes:
        one.competence.delete()
        return
    one.competence.version = one.change.seen_version + 1
    one.competence.changed_by = by
    one.competence.save()
