"""The rows of reports, a room a story; everybody else imports them from here."""

from reports.models.categories import Category, CategoryGroup, Choice, Question
from reports.models.competences import ROAD_REACH_M, AnswersBy, Competence, Condition
from reports.models.drafts import MOST_CHANGES, DraftedChange, RuleDraft
from reports.models.history import Event, EventKind
from reports.models.relinking import Cause, Relinking
from reports.models.submissions import Photo, Submission, SubmissionArea

__all__ = [
    "MOST_CHANGES",
    "ROAD_REACH_M",
    "AnswersBy",
    "Category",
    "CategoryGroup",
    "Cause",
    "Choice",
    "Competence",
    "Condition",
    "DraftedChange",
    "Event",
    "EventKind",
    "Photo",
    "Question",
    "Relinking",
    "RuleDraft",
    "Submission",
    "SubmissionArea",
]
