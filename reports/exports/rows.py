"""The rows of an export: which ones is asked once, what they say when they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings

from geodata.held_rows import held_ids
from geodata.writing import Row
from reports.filters import SubmissionFilter
from reports.models import Submission
from reports.paging import after
from reports.querysets import SubmissionQuerySet
from reports.records import PLACE, properties_of
from reports.sorting import NEAR

_BATCH = 500


def rows_under(wanted: SubmissionFilter) -> Iterator[Row]:
    """Every public submission that a valid filter means, in its order.  Asked before this returns:
    raises TooSlow.

    Which ones is settled then; each batch is read when the client comes to it, so one that is
    hidden meanwhile is left out, and one that has changed says so.
    """
    ordered = _ordered(wanted)
    return _rows(held_ids(ordered, limit_s=settings.EXPORT_TIMEOUT_S, size=_BATCH))


def _ordered(wanted: SubmissionFilter) -> SubmissionQuerySet:
    shown = wanted.apply(Submission.objects.public())
    if wanted.order is NEAR:
        shown = shown.with_distance_to(wanted.cleaned_data["near"].middle)
    return after(shown, wanted.order, None)


def _rows(batches: Iterable[list[int]]) -> Iterator[Row]:
    public = Submission.objects.public()
    for ids in batches:
        place = {pk: number for number, pk in enumerate(ids)}
        found = public.filter(pk__in=ids).for_records().order_by()
        for submission in sorted(found, key=lambda one: place[one.pk]):
            yield _row(submission)


def _row(submission: Submission) -> Row:
    properties = properties_of(submission)
    properties |= {field.name: field.read(submission) for field in PLACE}
    return Row(bytes(submission.pin.wkb), properties, submission.ref)
