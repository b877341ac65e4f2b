"""The ground or the rules have changed: a job goes over the submissions."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from geodata.models import Edition, Level
from reports import tasks
from reports.actions.rulebook_lock import new_revision
from reports.models import Cause, Competence, Relinking


def after_edition(*, edition: Edition) -> Relinking | None:
    """Link submissions to a new edition's areas; one whose first day is to come waits for it."""
    if edition.valid_from > timezone.localdate():
        return None
    return _start(cause=Cause.EDITION, edition=edition, level=edition.level)


def after_roll_back(*, level: Level) -> Relinking:
    """Link what was sent meanwhile to the areas that came back."""
    return _start(cause=Cause.ROLLED_BACK, level=level)


def apply_competence(*, competence: Competence | None = None, by: User) -> Relinking:
    """Decide open submissions anew by the rules as they are now; one rule has changed, or a set."""
    return _start(cause=Cause.COMPETENCE, competence=competence, by=by)


def start_begun_editions() -> None:
    """Editions that were loaded ahead and whose first day has come."""
    waiting = Edition.objects.valid_on(timezone.localdate()).loaded_ahead()
    done = Relinking.objects.filter(cause=Cause.EDITION).values("edition")
    for edition in waiting.exclude(pk__in=done).select_related("level"):
        after_edition(edition=edition)


@transaction.atomic
def _start(
    *,
    cause: Cause,
    level: Level | None = None,
    edition: Edition | None = None,
    competence: Competence | None = None,
    by: User | None = None,
) -> Relinking:
    new_revision()
    run = Relinking.objects.create(
        cause=cause, level=level, edition=edition, competence=competence, by=by
    )
    tasks.relink.defer(relinking_id=run.pk)
    return run
