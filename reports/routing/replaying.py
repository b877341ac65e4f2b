"""What a changed set of rules would have decided for submissions that are there."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from reports.models import Category, Submission
from reports.querysets import SubmissionQuerySet
from reports.routing.deciding import Route, decide
from reports.routing.placing_many import Asked, facts_of_each
from reports.routing.rulebook import Rulebook

AT_ONCE = 500
BUDGET_S = 5.0
"""No page keeps a web worker longer; it says how far it came, and where to go on."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A submission that the changed rules would give to somebody else."""

    submission: Submission
    before: Route
    after: Route


@dataclass(slots=True)
class Replayed:
    """How many were asked for and looked at, and what would move, the newest first."""

    asked: int
    looked_at: int = 0
    moved: list[Moved] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return self.looked_at == self.asked

    @property
    def by_hands(self) -> list[tuple[str, str, int]]:
        """From whom, to whom, how many: the most first."""
        pairs = Counter((_name(one.before), _name(one.after)) for one in self.moved)
        return [(was, would_be, number) for (was, would_be), number in pairs.most_common()]


def replay_last(
    submissions: SubmissionQuerySet,
    *,
    number: int,
    skip: int = 0,
    before: Rulebook,
    after: Rulebook,
    budget_s: float = BUDGET_S,
) -> Replayed:
    """The newest `number` of `submissions` after the first `skip`, batch by batch until the time
    is over; at least one batch."""
    newest = submissions.order_by("-created_at", "-pk").values_list("pk", flat=True)
    ids = list(newest[skip : skip + number])
    touched = _touched_categories(before, after)
    result = Replayed(asked=len(ids))
    begun = time.monotonic()
    while not result.is_complete:
        batch = ids[result.looked_at : result.looked_at + AT_ONCE]
        rows = Submission.objects.filter(pk__in=batch, category__in=touched).last_sent(AT_ONCE)
        found = list(rows.defer("route", "description"))
        result.moved += replay(found, before=before, after=after)
        result.looked_at += len(batch)
        if time.monotonic() - begun > budget_s:
            break
    return result


def replay(
    submissions: Sequence[Submission], *, before: Rulebook, after: Rulebook
) -> Iterator[Moved]:
    """Those of `submissions` for which the two rulebooks disagree on who answers."""
    asked = [one for one in (_asked(each, before, after) for each in submissions) if one]
    for (submission, _on, _rules), facts in zip(asked, facts_of_each(asked), strict=True):
        was = decide(facts, submission.category, rulebook=before)
        would_be = decide(facts, submission.category, rulebook=after)
        if _id(was) != _id(would_be):
            yield Moved(submission, was, would_be)


def _touched_categories(before: Rulebook, after: Rulebook) -> list[int]:
    """Those about which some rule differs: the others need not even be read."""
    both = set(before.rules) ^ set(after.rules)
    return [
        category.pk
        for category in Category.objects.all()
        if any(rule.is_about(category) for rule in both)
    ]


def _asked(submission: Submission, before: Rulebook, after: Rulebook) -> Asked | None:
    """What must be looked up to decide it twice; None where both have the same rules about its
    category on its day, so that nothing can move."""
    on = timezone.localdate(submission.created_at)
    was, would_be = before.about(submission.category, on), after.about(submission.category, on)
    return None if was == would_be else (submission, on, (*was, *would_be))


def _id(route: Route) -> int | None:
    return route.responsible.id if route.responsible else None


def _name(route: Route) -> str:
    return route.responsible.name if route.responsible else ""
