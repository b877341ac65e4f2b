"""Administrators change categories, their groups, and what is asked about them.

Nothing that a submission or a rule uses is deleted: it is switched off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from reports.actions.rulebook_lock import ChangedMeanwhile, lock_rulebook
from reports.models import Category, CategoryGroup, Choice, Competence, Question, Submission
from reports.routing.delegations import cycle_of
from reports.routing.rulebook import Rulebook
from reports.routing.ties import tie_of

Edited = Category | CategoryGroup | Question


class CategoryRefused(ValueError):
    """`str()` is a sentence for the administrator."""


@transaction.atomic
def save_category(*, category: Category, seen_version: int) -> None:
    """Keep a new or changed category.  Another group brings it under other rules: a tie or a
    circle among them is refused.  Raises CategoryRefused, ChangedMeanwhile."""
    lock_rulebook()
    _refuse_double_code(category, Category.objects.filter(code=category.code))
    if category.pk:
        _refuse_clashing_rules(category)
    of_kind = Category.objects.filter(kind=category.kind)
    _keep(category, seen_version, beside=list(of_kind))


@transaction.atomic
def save_group(*, group: CategoryGroup, seen_version: int) -> None:
    """Raises CategoryRefused, ChangedMeanwhile."""
    lock_rulebook()
    _refuse_double_code(group, CategoryGroup.objects.filter(code=group.code))
    _keep(group, seen_version, beside=list(CategoryGroup.objects.all()))


@transaction.atomic
def save_question(*, question: Question, choices: Sequence[Choice], seen_version: int) -> None:
    """Keep a question with its choices, whose codes differ, in their order.  Raises
    CategoryRefused, ChangedMeanwhile."""
    lock_rulebook()
    siblings = Question.objects.filter(category=question.category)
    _refuse_double_code(question, siblings.filter(code=question.code))
    _keep(question, seen_version, beside=list(siblings))
    for position, choice in enumerate(choices):
        choice.question, choice.position = question, position
        choice.save()


@transaction.atomic
def delete_unused(*, row: Edited, seen_version: int) -> None:
    """Remove what no submission and no rule uses.  Raises CategoryRefused, ChangedMeanwhile."""
    lock_rulebook()
    _refuse_if_changed(row, seen_version)
    rules = rules_about(row)
    if rules:
        named = ", ".join(str(rule) for rule in rules[:5])
        raise CategoryRefused(_("Rules use it: change them first: %(rules)s.") % {"rules": named})
    if _is_used(row):
        raise CategoryRefused(_("Submissions use it: switch it off instead."))
    row.delete()


@transaction.atomic
def move(*, row: Edited, up: bool) -> None:
    """One place up or down among its siblings; at the end nothing happens."""
    lock_rulebook()
    ordered: list[Edited] = list(_siblings(row))
    here = next(place for place, one in enumerate(ordered) if one.pk == row.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(ordered):
        ordered[here], ordered[there] = ordered[there], ordered[here]
        _number(ordered)


def rules_about(row: Edited) -> list[Competence]:
    """The rules that name it, first asked first."""
    named = Competence.objects.for_pages()
    if isinstance(row, CategoryGroup):
        return list(named.filter(group=row))
    if isinstance(row, Question):
        return list(named.filter(question=row))
    return list(named.filter(Q(category=row) | Q(question__category=row)))


def _is_used(row: Edited) -> bool:
    """Whether a submission may name it; answers are only told by their category, whose
    submissions are found by an index."""
    if isinstance(row, CategoryGroup):
        return False
    category = row if isinstance(row, Category) else row.category
    return Submission.objects.filter(category=category).exists()


def _siblings(row: Edited) -> Iterable[Edited]:
    if isinstance(row, Category):
        return Category.objects.filter(kind=row.kind)
    if isinstance(row, Question):
        return Question.objects.filter(category=row.category)
    return CategoryGroup.objects.all()


def _number(ordered: Sequence[Edited]) -> None:
    for position, row in enumerate(ordered):
        type(row)._default_manager.filter(pk=row.pk).update(position=position)


def _keep(row: Edited, seen_version: int, *, beside: Sequence[Edited]) -> None:
    """A new one goes behind the others."""
    if row.pk:
        _refuse_if_changed(row, seen_version)
    else:
        row.position = max((one.position for one in beside), default=-1) + 1
    row.version = seen_version + 1
    row.save()


def _refuse_if_changed(row: Edited, seen_version: int) -> None:
    now = type(row)._default_manager.filter(pk=row.pk).values_list("version", flat=True).first()
    if now != seen_version:
        raise ChangedMeanwhile


def _refuse_double_code(row: Edited, same: Iterable[Edited]) -> None:
    if any(other.pk != row.pk for other in same):
        raise CategoryRefused(_("The code “%(code)s” is taken.") % {"code": row.code})


def _refuse_clashing_rules(category: Category) -> None:
    """Two rules that never met may meet where a category changes its group."""
    rules = Rulebook.load().rules
    group_of: dict[int, int | None] = dict(Category.objects.values_list("pk", "group"))
    if group_of.get(category.pk) == category.group_id:
        return
    group_of[category.pk] = category.group_id
    for rule in rules:
        if rule.category != category.pk:
            continue
        tie = tie_of(rule, rules, group_of=group_of)
        if tie is not None or cycle_of(rule, rules, group_of=group_of):
            other = Competence.objects.for_pages().filter(pk=(tie or rule).id or 0).first()
            raise CategoryRefused(
                _(
                    "In that group its rules would clash at priority %(priority)d: %(rule)s."
                    " Change them first."
                )
                % {"priority": rule.priority, "rule": other}
            )
