"""Kinds, statuses and the allowed transitions: one table, nothing else.

Reports and proposals share the same five statuses, so that map, queue, filters and colours are
shared; each kind has its own words for them and its own edges.
"""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    REPORT = "report", _("Report")
    PROPOSAL = "proposal", _("Proposal")


class Status(TextChoices):
    NEW = "new", _("Received")
    IN_PROGRESS = "in_progress", _("In progress")
    SCHEDULED = "scheduled", _("Scheduled")
    RESOLVED = "resolved", _("Resolved")
    REJECTED = "rejected", _("Not retained")


OPEN: frozenset[str] = frozenset({Status.NEW, Status.IN_PROGRESS, Status.SCHEDULED})
CLOSED: frozenset[str] = frozenset(Status.values) - OPEN

_PROPOSAL_WORDS: dict[str, Promise] = {
    Status.IN_PROGRESS: _("Under study"),
    Status.SCHEDULED: _("Adopted"),
    Status.RESOLVED: _("Carried out"),
}

_EDGES: dict[str, dict[str, tuple[str, ...]]] = {
    Kind.REPORT: {
        Status.NEW: (Status.IN_PROGRESS, Status.SCHEDULED, Status.RESOLVED, Status.REJECTED),
        Status.IN_PROGRESS: (Status.SCHEDULED, Status.RESOLVED, Status.REJECTED),
        Status.SCHEDULED: (Status.IN_PROGRESS, Status.RESOLVED, Status.REJECTED),
        Status.RESOLVED: (Status.IN_PROGRESS,),
        Status.REJECTED: (Status.IN_PROGRESS,),
    },
    Kind.PROPOSAL: {
        Status.NEW: (Status.IN_PROGRESS, Status.REJECTED),
        Status.IN_PROGRESS: (Status.SCHEDULED, Status.REJECTED),
        Status.SCHEDULED: (Status.RESOLVED, Status.REJECTED),
        Status.RESOLVED: (),
        Status.REJECTED: (Status.IN_PROGRESS,),
    },
}


def transitions_from(kind: str, status: str) -> tuple[str, ...]:
    """Statuses a submission of `kind` may move to from `status`, in the order to offer them."""
    return _EDGES[kind][status]


def needs_reply(status: str) -> bool:
    """A refusal owes the resident a public reason."""
    return status == Status.REJECTED


def status_label(kind: str, status: str) -> str:
    """The status in the words of its kind: a resolved proposal is "carried out"."""
    if kind == Kind.PROPOSAL and status in _PROPOSAL_WORDS:
        return str(_PROPOSAL_WORDS[status])
    return str(Status(status).label)
