"""What staff do with a submission: move it on, reply, note, hide it, show it again.

Every verb locks the submission, appends Events and, where the resident is told, enqueues the mail
in the same transaction.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from reports.actions.new_ground import again_on_new_ground
from reports.actions.recording import append, locked_for, tell, words_of
from reports.models import Event, EventKind, Submission
from reports.workflow import OPEN, needs_reply, status_label, transitions_from


class TransitionNotAllowed(ValueError):
    """`str()` is a sentence for the agent."""


class ChangedMeanwhile(ValueError):
    """Somebody else moved it on since the page was opened."""


@again_on_new_ground
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
    locked = locked_for(submission, by)
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
    event = append(
        locked, EventKind.TRANSITION, by, reply, at=at, data={"from": locked.status, "to": to}
    )
    _set_status(locked, to, event)
    tell(locked, event)
    return event


@again_on_new_ground
@transaction.atomic
def reply(*, submission: Submission, by: User, text: str) -> Event:
    """Answer publicly.  Raises NotYours, NothingToSay."""
    locked = locked_for(submission, by)
    event = append(locked, EventKind.REPLY, by, words_of(text))
    tell(locked, event)
    return event


@again_on_new_ground
@transaction.atomic
def note(*, submission: Submission, by: User, text: str, at: datetime | None = None) -> Event:
    """Write for colleagues only.  Raises NotYours, NothingToSay."""
    locked = locked_for(submission, by)
    return append(locked, EventKind.NOTE, by, words_of(text), at=at, is_public=False)


@again_on_new_ground
@transaction.atomic
def set_hidden(*, submission: Submission, by: User, hidden: bool, reason: str) -> Event | None:
    """Take it out of every public door, or bring it back.  Raises NotYours, NothingToSay."""
    locked = locked_for(submission, by)
    if locked.is_hidden == hidden:
        return None
    kind = EventKind.HIDDEN if hidden else EventKind.SHOWN
    event = append(locked, kind, by, words_of(reason), is_public=False)
    locked.is_hidden = hidden
    locked.save(update_fields=["is_hidden", "updated_at"])
    return event


def _set_status(submission: Submission, to: str, event: Event) -> None:
    submission.status = to
    submission.closed_at = None if to in OPEN else event.at
    submission.save(update_fields=["status", "closed_at", "updated_at"])
