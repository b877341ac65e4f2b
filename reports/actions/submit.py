"""A resident sends a submission."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language

from reports import tasks
from reports.actions.new_ground import again_on_new_ground
from reports.keeping import keep_once
from reports.models import Category, Event, EventKind, Photo, Submission
from reports.outside import refuse_outside
from reports.routing import Facts, Route, decide, facts_at


@dataclass(frozen=True, slots=True)
class Sent:
    """`created` is False when the client had sent it before."""

    submission: Submission
    created: bool


@again_on_new_ground
def submit(
    *,
    pin: Point,
    category: Category,
    description: str,
    client_uuid: uuid.UUID | None = None,
    address: str = "",
    reporter_email: str = "",
    photos: Sequence[ContentFile[bytes]] = (),
    accuracy_m: float | None = None,
    side: str = "",
    answers: Mapping[str, str] | None = None,
    addressed_to: str = "",
    may_share_contact: bool = False,
    at: datetime | None = None,
) -> Sent:
    """Keep a submission at `pin` (EPSG:4326) with its route, links, history and photos.

    A `client_uuid` seen before finds the first submission and writes nothing: two arrivals at
    once make one.  `photos` have gone through `clean_photo`.  `side` (`level:code`) is where the
    resident says they are on a border; `addressed_to` (`level:code`) the concerned collectivity
    they want to answer, against the rules.  Raises OutsideEveryArea, NotHere, NotConcerned.
    """
    day = at or timezone.now()
    facts = facts_at(
        pin, on=timezone.localdate(day), accuracy_m=accuracy_m, side=side, answers=answers
    )
    refuse_outside(facts.location)
    submission = Submission(
        client_uuid=client_uuid or uuid.uuid4(),
        kind=category.kind,
        category=category,
        description=description,
        pin=pin,
        accuracy_m=accuracy_m,
        side=side,
        answers=answers or {},
        address=address,
        reporter_email=reporter_email,
        may_share_contact=may_share_contact,
        language=get_language() or settings.LANGUAGE_CODE,
        created_at=day,
    )
    _hand_to(_route(facts, category, addressed_to), submission)
    return _keep(submission, facts, photos)


def _route(facts: Facts, category: Category, addressed_to: str) -> Route:
    """The rules' answer, or the resident's own choice."""
    route = decide(facts, category)
    return route.addressed_to(addressed_to) if addressed_to else route


def _hand_to(route: Route, submission: Submission) -> None:
    """The collectivity that receives it and answers, and why."""
    responsible = route.responsible.id if route.responsible else None
    submission.received_by_id = submission.responsible_id = responsible
    submission.route = route.as_json()
    submission.is_to_verify = route.is_to_verify


def _keep(submission: Submission, facts: Facts, photos: Sequence[ContentFile[bytes]]) -> Sent:
    """Everything or nothing, and once.

    The one statement is whole by itself: a transaction around it would be two more ways to the
    database, and only what comes after needs one.
    """
    needs_more = bool(photos or submission.reporter_email)
    with transaction.atomic() if needs_more else nullcontext():
        event = _first_event(submission)
        if not keep_once(submission, facts.location, event, revision=facts.revision):
            return Sent(Submission.objects.get(client_uuid=submission.client_uuid), created=False)
        _complete(submission, photos)
    return Sent(submission, created=True)


def _first_event(submission: Submission) -> Event:
    return Event(
        kind=EventKind.SUBMITTED,
        at=submission.created_at,
        for_collectivity_id=submission.responsible_id,
        data={"reason": submission.route["reason"]},
    )


def _complete(submission: Submission, photos: Sequence[ContentFile[bytes]]) -> None:
    if photos:
        connection.check_constraints()  # before files are written, which nothing takes back
    for position, photo in enumerate(photos):
        Photo.objects.create(submission=submission, file=photo, position=position)
    if submission.reporter_email:
        tasks.send_confirmation.defer(submission_id=submission.pk)
