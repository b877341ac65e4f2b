"""The rows of reports, a room a story; everybody else imports them from here."""

from reports.models.categories import Category
from reports.models.competences import Competence
from reports.models.history import Event, EventKind
from reports.models.submissions import Photo, Submission, SubmissionArea

__all__ = [
    "Category",
    "Competence",
    "Event",
    "EventKind",
    "Photo",
    "Submission",
    "SubmissionArea",
]
