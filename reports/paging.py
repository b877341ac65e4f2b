"""Pages of submissions, newest first, by key and never by offset."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.models import Submission
from reports.querysets import SubmissionQuerySet


class BadCursor(ValueError):
    """The cursor is none that we have given; `str()` is a sentence for the caller."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some submissions, and the cursor of those after them ('' on the last page)."""

    rows: Sequence[Submission]
    next_cursor: str


def page_of(submissions: SubmissionQuerySet, *, cursor: str = "", limit: int = 50) -> Page:
    """`limit` submissions after `cursor`, by (created_at, id) descending.  Raises BadCursor."""
    newest_first = submissions.order_by("-created_at", "-pk")
    if cursor:
        at, pk = _read(cursor)
        newest_first = newest_first.filter(created_at__lte=at).exclude(
            Q(created_at=at) & Q(pk__gte=pk)
        )
    rows = list(newest_first[: limit + 1])
    more = len(rows) > limit
    return Page(rows[:limit], _write(rows[limit - 1]) if more else "")


def _write(last: Submission) -> str:
    text = f"{last.created_at.isoformat()} {last.pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        moment, _space, pk = text.rpartition(" ")
        at, number = datetime.fromisoformat(moment), int(pk)
    except (ValueError, binascii.Error):
        raise BadCursor(
            _("This page marker is not one of ours: start at the first page.")
        ) from None
    if timezone.is_naive(at) or not 0 < number < 2**63:
        raise BadCursor(_("This page marker is not one of ours: start at the first page."))
    return at, number
