"""The rows of an export: which ones is asked once, what they say when they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from struct import Struct

from django.conf import settings

from geodata.held_rows import held_ids
from geodata.writing import Row
from reports.filters import SubmissionFilter
from reports.models import Submission
from reports.paging import after
from reports.querysets import SubmissionQuerySet
from reports.records import PLACE, Record, properties_of, records_of
from reports.sorting import NEAR

_BATCH = 500
_POINT = Struct("<BIdd")
_POINT_HEAD = (1, 1)
"""Little-endian, a point: WKB as OGC 06-103r4 (8.2) has it."""


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
    for ids in batches:
        for record in records_of(ids):
            yield _row(record)


def _row(record: Record) -> Row:
    properties = properties_of(record)
    properties |= {field.name: field.read(record) for field in PLACE}
    return Row(_POINT.pack(*_POINT_HEAD, record.lon, record.lat), properties, record.ref)
