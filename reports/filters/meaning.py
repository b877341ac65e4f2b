"""Which submissions a valid filter means: `cleaned_data` → conditions on the QuerySet."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from reports.models import Submission
from reports.querysets import SubmissionQuerySet
from reports.workflow import CLOSED, OPEN, Status

Given = dict[str, Any]


def statuses_named(names: list[str]) -> frozenset[str]:
    """The statuses meant by names of statuses and of phases; none named: all."""
    phases: dict[str, frozenset[str]] = {"open": OPEN, "closed": CLOSED}
    if not names:
        return frozenset(Status.values)
    return frozenset().union(*(phases.get(name, frozenset({name})) for name in names))


def names_of(statuses: frozenset[str]) -> list[str]:
    """The fewest names that mean these: [] for all of them."""
    if statuses == frozenset(Status.values):
        return []
    names = []
    for phase, members in (("open", OPEN), ("closed", CLOSED)):
        if members <= statuses:
            names.append(phase)
            statuses -= members
    return sorted([*names, *statuses])


def meant(submissions: SubmissionQuerySet, given: Given) -> SubmissionQuerySet:
    """Those of `submissions` that are meant, wherever they lie in."""
    return inside_areas(but_areas(submissions, given), given)


def inside_areas(submissions: SubmissionQuerySet, given: Given) -> SubmissionQuerySet:
    """In one of the areas or of the shapes, where some are named."""
    if not given["shapes"]:
        return submissions.inside_any(given["area"]) if given["area"] else submissions
    shapes = [shape.geometry for shape in given["shapes"]]
    return submissions.inside_any_or_within(given["area"], shapes, _place(given))


def but_areas(submissions: SubmissionQuerySet, given: Given) -> SubmissionQuerySet:
    """Under every condition but the areas."""
    for condition in (_what, _where, _who, _when):
        submissions = condition(submissions, given)
    return submissions


def _what(submissions: SubmissionQuerySet, given: Given) -> SubmissionQuerySet:
    if given["kind"]:
        submissions = submissions.filter(kind__in=given["kind"])
    if given["categories"] is not None:
        submissions = submissions.filter(category__in=given["categories"])
    if given["status"]:
        submissions = submissions.filter(status__in=statuses_named(given["status"]))
    if given["has_photo"] is not None:
        submissions = submissions.with_photo(given["has_photo"])
    if given["q"]:
        submissions = _with_words(submissions, given)
    return submissions


def _with_words(submissions: SubmissionQuerySet, given: Given) -> SubmissionQuerySet:
    found = few_found(given)
    return submissions.mentioning(given["q"]) if found is None else submissions.filter(pk__in=found)


def few_found(given: Given) -> list[int] | None:
    """Rare words are looked up first, once for page, count and whatever else a door asks."""
    if "found" not in given:
        given["found"] = Submission.objects.all().few_mentioning(given["q"])
    found: list[int] | None = given["found"]
    return found


def _where(submissions: SubmissionQuerySet, given: Given) -> SubmissionQuerySet:
    if given["bbox"]:
        submissions = submissions.within_any(given["bbox"].halves, _place(given))
    if given["within"]:
        submissions = submissions.within_any([given["within"]], _place(given))
    if given["near"]:
        circle = given["near"]
        submissions = submissions.near(circle.middle, circle.radius_m, _place(given))
    return submissions


def _place(given: Given) -> str:
    """What is asked for the ground: the pin, or `place` of `with_bare_place`."""
    return str(given.get("place", "pin"))


def _who(submissions: SubmissionQuerySet, given: Given) -> SubmissionQuerySet:
    if given["responsible"]:
        submissions = submissions.filter(responsible__in=given["responsible"])
    return submissions


def _when(submissions: SubmissionQuerySet, given: Given) -> SubmissionQuerySet:
    since, until = moments_of(given)
    if since:
        submissions = submissions.filter(created_at__gte=since)
    if until:
        submissions = submissions.filter(created_at__lt=until)
    return submissions


def moments_of(given: Given) -> tuple[datetime | None, datetime | None]:
    """From when, and until when not any more: whole days in the deployment's time zone, both ends
    included."""
    first, last = given["created_from"], given["created_to"]
    ends = bool(last) and last.year < 9999
    return (
        _midnight(first) if first else None,
        _midnight(last + timedelta(days=1)) if ends else None,
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
