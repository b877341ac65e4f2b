"""From a pin to what is known of it: what sending, moving, asking and replaying share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.contrib.gis.geos import Point

from geodata.locating import NotHere, location_of, on_side, tolerance_for
from geodata.prepared import prepared_cursor
from reports.models import Submission
from reports.routing.facts import Facts
from reports.routing.rulebook import Rulebook

# The areas and the revision of ground and rules in one way to the database and back.
_HERE = """
    SELECT rulebook.revision::text, here.*
    FROM reports_rulebook AS rulebook
    LEFT JOIN geodata_areas_at(%s, %s, %s, %s) WITH ORDINALITY AS here ON TRUE
    ORDER BY here.ordinality
"""


def facts_of(submission: Submission, *, on: date) -> Facts:
    """What is known of a submission's pin on a day, with the side and the answers it was sent
    with; a side that is no more is forgotten."""

    def at(side: str) -> Facts:
        return facts_at(
            submission.pin,
            on=on,
            accuracy_m=submission.accuracy_m,
            side=side,
            answers=submission.answers,
        )

    try:
        return at(submission.side)
    except NotHere:
        return at("")


def facts_at(
    pin: Point,
    *,
    on: date,
    accuracy_m: float | None = None,
    side: str = "",
    answers: Mapping[str, str] | None = None,
) -> Facts:
    """What is known of `pin` (EPSG:4326) on a day; `side` is `level:code` of an area there.

    Raises `geodata.locating.NotHere` for a side that is elsewhere.
    """
    with prepared_cursor() as cursor:
        cursor.execute(_HERE, [pin.x, pin.y, on, float(tolerance_for(accuracy_m))])
        rows = cursor.fetchall()
    revision = rows[0][0]
    location = location_of(row[1:-1] for row in rows if row[1] is not None)
    if side:
        level, _colon, code = side.partition(":")
        location = on_side(location, pin, level=level, code=code)
    rulebook = Rulebook.at(revision)
    return Facts(pin, location, on=on, answers=answers, rulebook=rulebook, revision=revision)
