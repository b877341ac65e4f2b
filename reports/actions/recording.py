"""What every verb of staff does: lock, append to the history, tell the resident."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from geodata.models import Collectivity
from reports import tasks
from reports.models import Event, EventKind, Submission
from reports.permissions import can_handle


class NotYours(PermissionError):
    """The submission is another collectivity's to handle."""


class NothingToSay(ValueError):
    """A reply, a note or a reason without words."""


def locked_for(submission: Submission, by: User) -> Submission:
    """The row, locked until the end of the transaction.  Raises NotYours."""
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    if not can_handle(by, locked):
        raise NotYours
    return locked


def words_of(text: str) -> str:
    """Raises NothingToSay."""
    if not text.strip():
        raise NothingToSay
    return text.strip()


def append(
    submission: Submission,
    kind: EventKind,
    by: User,
    text: str,
    *,
    at: datetime | None = None,
    is_public: bool = True,
    data: dict[str, Any] | None = None,
) -> Event:
    """One more line of the history, in the name of the collectivity that acts."""
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


def tell(submission: Submission, event: Event) -> None:
    """The mail is enqueued in the transaction of what it tells."""
    if submission.reporter_email:
        tasks.send_news.defer(event_id=event.pk)
