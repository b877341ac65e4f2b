"""Adding evidence to a submission: what a source says now of the place, kept as it was."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from geodata import evidence
from reports.actions.new_ground import again_on_new_ground
from reports.actions.recording import append, locked_for
from reports.models import Event, EventKind, Submission


class NoSuchEvidence(LookupError):
    """The source is gone, or no longer public."""


@again_on_new_ground
@transaction.atomic
def add_evidence(
    *,
    submission: Submission,
    by: User,
    source: str,
    radius_m: int,
    first_year: int,
    last_year: int,
    text: str = "",
) -> Event:
    """Appends a snapshot around the pin to the public history, where nothing is ever edited.

    Raises NotYours, NoSuchEvidence.
    """
    locked = locked_for(submission, by)
    asked = {"radius_m": radius_m, "first_year": first_year, "last_year": last_year}
    try:
        cited = evidence.find(source, locked.pin, **asked)
    except KeyError as error:
        raise NoSuchEvidence(source) from error
    snapshot = evidence.frozen(cited, **asked)
    return append(locked, EventKind.EVIDENCE, by, text, data={"evidence": snapshot})
