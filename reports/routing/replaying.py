"""What a changed set of rules would have decided for submissions that are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from reports.models import Submission
from reports.routing.deciding import Route, decide
from reports.routing.placing import facts_of
from reports.routing.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Moved:
    """A submission that the changed rules would give to somebody else."""

    submission: Submission
    before: Route
    after: Route


def replay(
    submissions: Iterable[Submission], *, before: Rulebook, after: Rulebook
) -> Iterator[Moved]:
    """Those of `submissions` for which the two rulebooks disagree on who answers."""
    for submission in submissions:
        facts = facts_of(submission, on=timezone.localdate(submission.created_at))
        was = decide(facts, submission.category, rulebook=before)
        would_be = decide(facts, submission.category, rulebook=after)
        if _id(was) != _id(would_be):
            yield Moved(submission, was, would_be)


def _id(route: Route) -> int | None:
    return route.responsible.id if route.responsible else None
