"""How long it took until the first public answer and until the end, and how many people sent.

Exact, over the newest submissions that a filter means, MOST_SAMPLED at most: beyond, the page says
that it speaks of those.  So the cost has a bound, however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import connection

from reports.filters import SubmissionFilter
from reports.listing import newest_ids
from reports.models import Submission
from reports.pyramid import tallies

MOST_SAMPLED: Final = 5_000
LEAST_PEOPLE: Final = 5
"""Fewer people are not counted, and more only by fives: two filters that differ by one submission
must not tell whether its sender has sent others."""
_DAY_S: Final = 86_400

# The index reports_event_answers ends in the moment: the first answer is one step along it.
_MEASURE = """
    SELECT GROUPING(category, month), category, month,
        COUNT(answered_s), {answered}, COUNT(ended_s), {ended}, COUNT(DISTINCT email)
    FROM (
        SELECT one.category_id AS category, reports_month(one.created_at) AS month,
            GREATEST(0, extract(epoch FROM answer.at - one.created_at)) AS answered_s,
            CASE WHEN NOT reports_is_open(one.status)
                THEN GREATEST(0, extract(epoch FROM one.closed_at - one.created_at)) END AS ended_s,
            NULLIF(lower(one.reporter_email), '') AS email
        FROM reports_submission AS one
        LEFT JOIN LATERAL (
            SELECT at FROM reports_event WHERE submission_id = one.id
                AND is_public AND text <> '' AND kind IN ('reply', 'transition')
            ORDER BY at LIMIT 1
        ) AS answer ON TRUE
        WHERE one.id = ANY(%s) AND NOT one.is_hidden
    ) AS measured
    GROUP BY GROUPING SETS ((), (category), (month))
"""
_SHARES = "percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY {0})"
_STATEMENT = _MEASURE.format(answered=_SHARES.format("answered_s"), ended=_SHARES.format("ended_s"))
_ALL, _BY_CATEGORY, _BY_MONTH = 3, 1, 2


@dataclass(frozen=True, slots=True)
class Delay:
    """Of `number` submissions; days of 24 hours, between the two in the middle where need be
    (`percentile_cont`); None where there are none."""

    number: int = 0
    median_days: float | None = None
    p90_days: float | None = None


@dataclass(frozen=True, slots=True)
class Sampled:
    """`people`: distinct addresses, rounded down to fives; None where they are fewer, or where the
    filter is too narrow to say."""

    first_reply: Delay = Delay()
    closing: Delay = Delay()
    people: int | None = None


@dataclass(slots=True)
class Sample:
    """`is_cut`: there are more than the `size` newest ones that were looked at."""

    size: int
    is_cut: bool
    all: Sampled = Sampled()
    by_category: dict[int, Sampled] = field(default_factory=dict)
    by_month: dict[date, Sampled] = field(default_factory=dict)


def measure(wanted: SubmissionFilter, *, says_people: bool) -> Sample:
    """Of a valid filter."""
    ids = newest_ids(wanted, Submission.objects.public(), limit=MOST_SAMPLED + 1)
    sample = Sample(min(len(ids), MOST_SAMPLED), len(ids) > MOST_SAMPLED)
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [ids[:MOST_SAMPLED]])
        for group, category, month, *numbers in cursor.fetchall():
            sampled = _sampled(numbers, says_people)
            if group == _ALL:
                sample.all = sampled
            elif group == _BY_CATEGORY:
                sample.by_category[category] = sampled
            else:
                sample.by_month[tallies.month_of(month)] = sampled
    return sample


def _sampled(numbers: list[Any], says_people: bool) -> Sampled:
    answered, answered_s, ended, ended_s, people = numbers
    fives = people - people % LEAST_PEOPLE
    return Sampled(
        _delay(answered, answered_s),
        _delay(ended, ended_s),
        (fives or None) if says_people else None,
    )


def _delay(number: int, seconds: list[float] | None) -> Delay:
    if not number or seconds is None:
        return Delay()
    median, most = (round(float(value) / _DAY_S, 2) for value in seconds)
    return Delay(number, median, most)
