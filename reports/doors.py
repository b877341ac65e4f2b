"""What every door does that takes a filter: bounded time, and a bounded number of questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest

from geodata.rate_limits import admit
from geodata.time_limits import time_limit
from reports.filters import SubmissionFilter

PAGE_EXTRAS = ("cursor", "utm_*")
"""Parameters of pages for people: what newsletters append changes nothing."""


@contextmanager
def bounded(request: HttpRequest, wanted: SubmissionFilter, beyond: str = "") -> Iterator[None]:
    """Around the queries of a valid filter, and of what a door asks `beyond` it.  One that reads
    counts by kind, category and phase costs nothing more; others are counted for the client, and
    each query has its time.  Raises TooMany (429) and TooSlow (422)."""
    if not wanted.is_costly and not beyond:
        yield
        return
    admit(request, "filters", wanted.canonical() + beyond, most=settings.FILTERS_PER_MINUTE)
    with time_limit(settings.FILTER_TIMEOUT_S):
        yield
