"""Who may do what with one submission; the set twins are on `SubmissionQuerySet`.

| | sees it in triage | handles it |
|---|---|---|
| works for the collectivity that answers | yes | yes |
| works for a collectivity with an area around the pin | yes | only where nobody answers |
| works for a collectivity that handed it over | yes | no |
| superuser | yes | yes |
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from reports.models import Event, Submission
from reports.querysets import HANDED_OVER


def _collectivities(user: User | AnonymousUser) -> set[int]:
    if not user.is_authenticated:
        return set()
    return set(user.memberships.values_list("collectivity_id", flat=True))


def _is_in_areas_of(collectivities: set[int], submission: Submission) -> bool:
    return submission.area_links.filter(area__collectivity__in=collectivities).exists()


def can_see_in_triage(user: User | AnonymousUser, submission: Submission) -> bool:
    """Twin: `SubmissionQuerySet.triaged_by`."""
    if user.is_superuser:
        return True
    mine = _collectivities(user)
    return (
        submission.responsible_id in mine
        or _is_in_areas_of(mine, submission)
        or _handed_over(submission).filter(for_collectivity__in=mine).exists()
    )


def can_handle(user: User | AnonymousUser, submission: Submission) -> bool:
    """Change its status, reply, note, hide.  Twin: `SubmissionQuerySet.handled_by`."""
    if user.is_superuser:
        return True
    mine = _collectivities(user)
    if submission.responsible_id is not None:
        return submission.responsible_id in mine
    return _is_in_areas_of(mine, submission)


def can_read_contact(user: User | AnonymousUser, submission: Submission) -> bool:
    """The resident's address: for those who handle it, and after a transfer only if the resident
    agreed that it be passed on."""
    if not can_handle(user, submission):
        return False
    if submission.may_share_contact or submission.received_by_id is None:
        return True
    return user.is_superuser or submission.received_by_id in _collectivities(user)


def last_transfer(submission: Submission) -> Event | None:
    """The newest line of the history by which it changed hands."""
    return _handed_over(submission).order_by("-at", "-pk").first()


def _handed_over(submission: Submission) -> QuerySet[Event]:
    return submission.events.filter(kind__in=HANDED_OVER)
