"""What staff do with a submission: move it on, reply, note, hide it, show it again.

Every verb locks the submission, appends Events and, where the resident is told, enqueues the mail
in the same transaction.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from geodata.models import Collectivity
from reports import tasks
from reports.models import Event, EventKind, Submission, SubmissionArea
from reports.permissions import can_handle
from reports.workflow import OPEN, needs_reply, status_label, transitions_from


class NotYours(PermissionError):
    """The submission is another collectivity's to handle."""


class TransitionNotAllowed(ValueError):
    """`str()` is a sentence for the agent."""


class ChangedMeanwhile(ValueError):
    """Somebody else moved it on since the page was opened."""


class NothingToSay(ValueError):
    """A reply or a note without words."""


@transaction.atomic
def transition(
    *,
    submission: Submission,
    to: str,
    by: User,
    seen_status: str,
    reply: str = "",
    at: datetime | None = None,
) -> Event:
    """Move on to status `to`, with an optional public `reply` (owed where it is not retained).

    `seen_status` is the status on the agent's page: another one now means that a colleague was
    faster.  Raises NotYours, ChangedMeanwhile, TransitionNotAllowed.
    """
    locked = _locked(submission, by)
    if locked.status != seen_status:
        raise ChangedMeanwhile
    if to not in transitions_from(locked.kind, locked.status):
        raise TransitionNotAllowed(
            _("From “%(from)s” it cannot become “%(to)s”.")
            % {
                "from": locked.status_label,
                "to": status_label(locked.kind, to) if to else "?",
            }
        )
    if needs_reply(to) and not reply.strip():
        raise TransitionNotAllowed(_("Say publicly why it is not retained."))
    event = _append(
        locked, EventKind.TRANSITION, by, reply, at=at, data={"from": locked.status, "to": to}
    )
    _set_status(locked, to, event)
    _tell(locked, event)
    return event


@transaction.atomic
def reply(*, submission: Submission, by: User, text: str) -> Event:
    """Answer publicly.  Raises NotYours, NothingToSay."""
    locked = _locked(submission, by)
    event = _append(locked, EventKind.REPLY, by, _words(text))
    _tell(locked, event)
    return event


@transaction.atomic
def note(*, submission: Submission, by: User, text: str, at: datetime | None = None) -> Event:
    """Write for colleagues only.  Raises NotYours, NothingToSay."""
    locked = _locked(submission, by)
    return _append(locked, EventKind.NOTE, by, _words(text), at=at, is_public=False)


@transaction.atomic
def set_hidden(*, submission: Submission, by: User, hidden: bool, reason: str) -> Event | None:
    """Take it out of every public door, or bring it back.  Raises NotYours, NothingToSay."""
    locked = _locked(submission, by)
    if locked.is_hidden == hidden:
        return None
    kind = EventKind.HIDDEN if hidden else EventKind.SHOWN
    event = _append(locked, kind, by, _words(reason), is_public=False)
    locked.is_hidden = hidden
    locked.save(update_fields=["is_hidden", "updated_at"])
    return event


def _locked(submission: Submission, by: User) -> Submission:
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    if not can_handle(by, locked):
        raise NotYours
    return locked


def _words(text: str) -> str:
    if not text.strip():
        raise NothingToSay
    return text.strip()


def _append(
    submission: Submission,
    kind: EventKind,
    by: User,
    text: str,
    *,
    at: datetime | None = None,
    is_public: bool = True,
    data: dict[str, Any] | None = None,
) -> Event:
    return Event.objects.create(
        submission=submission,
        kind=kind,
        at=at or timezone.now(),
        by=by,
        for_collectivity=_acting_for(by, submission),
        is_public=is_public,
        text=text.strip(),
        data=data or {},
    )


def _acting_for(by: User, submission: Submission) -> Collectivity | None:
    """The collectivity the public reads: the one that answers, if the agent works for it."""
    if submission.responsible and (
        by.is_superuser or by.memberships.filter(collectivity=submission.responsible).exists()
    ):
        return submission.responsible
    membership = by.memberships.select_related("collectivity").first()
    return membership.collectivity if membership else None


def _set_status(submission: Submission, to: str, event: Event) -> None:
    submission.status = to
    submission.closed_at = None if to in OPEN else event.at
    submission.save(update_fields=["status", "closed_at", "updated_at"])
    SubmissionArea.objects.filter(submission=submission).update(is_open=to in OPEN)


def _tell(submission: Submission, event: Event) -> None:
    if submission.reporter_email:
        tasks.send_news.defer(event_id=event.pk)
