"""What the list beside the map shows under a filter, and what it ought to."""

from django.http import QueryDict
from django.test import Client

from reports.filters import SubmissionFilter
from reports.models import Submission


def meant_by(query: str) -> list[str]:
    """References of public ones, by asking each row, newest first."""
    wanted = SubmissionFilter(QueryDict(query))
    assert wanted.is_valid(), wanted.errors
    public = Submission.objects.public().order_by("-created_at", "-pk")
    return [one.ref for one in wanted.apply(public)]


def on_the_page(query: str) -> tuple[list[str], int]:
    """References on all pages, one after the other, and the count."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        context = Client().get(f"/map/?{query}&cursor={cursor}").context
        found += [one.ref for one in context["page"].rows]
        cursor = context["page"].next_cursor or None
    return found, context["count"].number
