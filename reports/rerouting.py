"""Open submissions decided anew, where the ground or the rules have changed under them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from reports.models import Cause, Event, EventKind, Submission
from reports.routing import Route, Rulebook, decide, facts_of

NEWS_TASK = "reports.send_news"
"""By name: the tasks stand above what they do."""


def reroute(ids: Sequence[int], rulebook: Rulebook, *, cause: str) -> int:
    """Give each the collectivity that answers today; how many got another.

    What a resident or a colleague has chosen against the rules stays as they chose it.
    """
    locked = Submission.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    moved = 0
    for submission in locked.select_related("category", "responsible"):
        if not _is_overridden(submission):
            moved += _decide_anew(submission, rulebook, cause)
    return moved


def _is_overridden(submission: Submission) -> bool:
    return bool(submission.route.get("chosen_by_resident") or submission.route.get("by_staff"))


def _decide_anew(submission: Submission, rulebook: Rulebook, cause: str) -> bool:
    facts = facts_of(submission, on=timezone.localdate())
    route = decide(facts, submission.category, rulebook=rulebook)
    responsible = route.responsible.id if route.responsible else None
    if responsible is None:
        # Who answered goes on answering, and somebody should look at it.
        Submission.objects.filter(pk=submission.pk).update(is_to_verify=True)
    if responsible is None or responsible == submission.responsible_id:
        return False
    event = Event.objects.create(
        submission=submission,
        kind=EventKind.REROUTED,
        for_collectivity_id=responsible,
        data={**names(submission, route), "cause": cause},
    )
    if cause != Cause.COMPETENCE and submission.received_by_id == submission.responsible_id:
        # Its ground has a new holder: the address was given to the one before, whose heir it is.
        Submission.objects.filter(pk=submission.pk).update(received_by=responsible)
    keep_route(submission, route)
    if submission.reporter_email:
        app.configure_task(NEWS_TASK).defer(event_id=event.pk)
    return True


def names(submission: Submission, route: Route) -> dict[str, Any]:
    """For the history: from whom to whom, and why."""
    return {
        "from": submission.responsible.name if submission.responsible else "",
        "to": route.responsible.name if route.responsible else "",
        "reason": route.reason,
    }


def keep_route(submission: Submission, route: Route, **more: Any) -> None:
    """Write a route that was decided anew; `more` is kept with it."""
    submission.responsible_id = route.responsible.id if route.responsible else None
    submission.route = {**route.as_json(), **more}
    submission.is_to_verify = route.is_to_verify
    submission.save(update_fields=["responsible", "route", "is_to_verify", "updated_at"])
