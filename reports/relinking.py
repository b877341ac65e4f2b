"""A pass over the submissions after the ground or the rules have changed, batch by batch.

Each batch is one transaction, with the mark of how far it is: a worker killed in the middle loses
and doubles nothing, and the next one goes on from there.
"""

from __future__ import annotations

from django.db import OperationalError, connection, transaction
from django.db.models import Max
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from reports import linking, rerouting
from reports.models import Cause, Relinking, Submission
from reports.routing import Rulebook
from reports.workflow import OPEN

LINKED_AT_ONCE = 2_000
DECIDED_AT_ONCE = 200
"""Smaller, since each is decided by itself: nobody's click waits for more than a moment."""
WAITS_MS = 500
"""For what is being sent.  Whoever comes to send meanwhile waits behind the pass, and goes before
its next try: a photo that is long in writing holds up nobody else for longer."""


@transaction.atomic
def advance(relinking_id: int) -> bool:
    """One batch more, or one more try to begin; False when there is none left.  Two workers at
    once take turns."""
    run = (
        Relinking.objects.select_for_update(of=("self",))
        .select_related("level", "edition", "competence")
        .get(pk=relinking_id)
    )
    if run.ended_at:
        return False
    if run.last_id is None:
        run.last_id = _newest_by_the_old_ground()
        run.save(update_fields=["last_id"])
        return True
    batch = _batch(run)
    if batch:
        run.moved += _work_on(run, batch)
        run.looked_at += len(batch)
        run.after_id = batch[-1]
    else:
        run.ended_at = timezone.now()
    run.save()
    return bool(batch)


def _newest_by_the_old_ground() -> int | None:
    """The id of the last submission that was decided before the change; None: not known yet.

    Those that are being sent at this moment are waited for (migration 0018); whoever is sent after
    them has asked which revision is current, and is on the new ground already.  In a transaction
    of its own: while it waits, and until it ends, nobody else can send.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {WAITS_MS}")
            cursor.execute("SELECT reports_wait_for_sending()")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return None
        raise
    return Submission.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _batch(run: Relinking) -> list[int]:
    """Ids of the next submissions, ascending."""
    assert run.last_id is not None
    if run.cause == Cause.EDITION:
        if run.edition is None:  # rolled back meanwhile: its links went with it
            return []
        return linking.on_ground_of(
            run.edition, after=run.after_id, last=run.last_id, limit=LINKED_AT_ONCE
        )
    coming = Submission.objects.filter(pk__gt=run.after_id, pk__lte=run.last_id).order_by("pk")
    if run.cause == Cause.COMPETENCE:
        coming = coming.filter(status__in=OPEN)
    limit = DECIDED_AT_ONCE if run.cause == Cause.COMPETENCE else LINKED_AT_ONCE
    return list(coming.values_list("pk", flat=True)[:limit])


def _work_on(run: Relinking, batch: list[int]) -> int:
    """How many of the batch got another collectivity."""
    if run.cause == Cause.COMPETENCE:
        return rerouting.reroute(batch, Rulebook.current(), cause=run.cause)
    if run.level is None:
        return 0
    linking.link(batch, run.level)
    left = linking.left_behind(batch, run.level)
    return rerouting.reroute(left, Rulebook.current(), cause=run.cause)
