"""Submissions for tests, sent through the product's own action."""

from typing import Any

from django.contrib.gis.geos import Point

from reports.actions.submit import submit
from reports.models import Category, Submission


def pinned(lon: float, lat: float, *, category: str = "voirie", **fields: Any) -> Submission:
    """A submission at (`lon`, `lat`); `fields` are then set as they are given."""
    found = Category.objects.get(code=category)
    submission = submit(
        pin=Point(lon, lat, srid=4326),
        category=found,
        description=fields.pop("description", "Un trou dans la chaussée"),
    ).submission
    if fields:
        Submission.objects.filter(pk=submission.pk).update(**fields)
        submission.refresh_from_db()
    return submission
