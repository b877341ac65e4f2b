"""Who may do what with one submission; the set twins are on `SubmissionQuerySet`.

| | sees it in triage | handles it |
|---|---|---|
| works for the collectivity that answers | yes | yes |
| works for a collectivity with an area around the pin | yes | only where nobody answers |
| superuser | yes | yes |
"""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from reports.models import Submission


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
    return submission.responsible_id in mine or _is_in_areas_of(mine, submission)


def can_handle(user: User | AnonymousUser, submission: Submission) -> bool:
    """Change its status, reply, note, hide.  Twin: `SubmissionQuerySet.handled_by`."""
    if user.is_superuser:
        return True
    mine = _collectivities(user)
    if submission.responsible_id is not None:
        return submission.responsible_id in mine
    return _is_in_areas_of(mine, submission)
