"""Handing a submission to another collectivity, handing it back, and moving its pin."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from geodata.locating import locate
from geodata.models import Collectivity
from reports import linking
from reports.actions.new_ground import again_on_new_ground
from reports.actions.recording import append, locked_for, tell, words_of
from reports.keeping import refuse_moved_ground
from reports.models import Event, EventKind, Submission
from reports.outside import refuse_outside
from reports.permissions import last_transfer
from reports.rerouting import keep_route, names
from reports.routing import Body, Route, decide, facts_at

_FOUND = ("responsible", "rule", "legal_basis", "reason")
"""What of a route the rules had found, and somebody has decided otherwise."""


class CannotTransfer(ValueError):
    """`str()` is a sentence for the agent."""


@again_on_new_ground
@transaction.atomic
def transfer(*, submission: Submission, to: Collectivity, by: User, reason: str) -> Event:
    """Give it to `to`, which answers from now on; its reference, history and status stay.

    The resident is told, and their address is shown to `to` only if they agreed.  Raises NotYours,
    NothingToSay, CannotTransfer.
    """
    locked = locked_for(submission, by)
    _refuse_closed(locked)
    if to.pk == locked.responsible_id:
        raise CannotTransfer(_("%(name)s answers for it already.") % {"name": to.name})
    return _hand_to(locked, to, by, words_of(reason), EventKind.TRANSFERRED)


@again_on_new_ground
@transaction.atomic
def hand_back(*, submission: Submission, by: User, reason: str) -> Event:
    """Return it to the collectivity that handed it over.  Raises NotYours, NothingToSay,
    CannotTransfer."""
    locked = locked_for(submission, by)
    _refuse_closed(locked)
    sender = came_from(locked)
    if sender is None:
        raise CannotTransfer(_("Nobody handed it over who could take it back."))
    return _hand_to(locked, sender, by, words_of(reason), EventKind.RETURNED)


def came_from(submission: Submission) -> Collectivity | None:
    """Who handed it to the collectivity that answers now, if somebody did."""
    last = last_transfer(submission)
    if last is None or last.data.get("to_id") != submission.responsible_id:
        return None
    return Collectivity.objects.filter(pk=last.data.get("from_id")).first()


@again_on_new_ground
@transaction.atomic
def move_pin(*, submission: Submission, pin: Point, by: User, reason: str) -> Event:
    """Put the pin where the matter really is (EPSG:4326); its areas and its route follow.

    Where another collectivity answers there, that is a transfer.  Raises NotYours, NothingToSay,
    CannotTransfer, OutsideEveryArea.
    """
    locked = locked_for(submission, by)
    _refuse_closed(locked)
    words = words_of(reason)
    facts = facts_at(pin, on=timezone.localdate(), answers=locked.answers)
    refuse_moved_ground(facts.revision)
    refuse_outside(facts.location)
    before = locked.pin.coords
    locked.pin, locked.accuracy_m, locked.side = pin, None, ""
    locked.save(update_fields=["pin", "accuracy_m", "side", "updated_at"])
    locked.area_links.all().delete()
    sent_on = timezone.localdate(locked.created_at)
    linking.link_at(locked, locate(pin, on=sent_on), facts.location)
    event = append(
        locked, EventKind.MOVED, by, words, data={"from": list(before), "to": list(pin.coords)}
    )
    _follow_route(locked, decide(facts, locked.category), by)
    tell(locked, event)
    return event


def _follow_route(submission: Submission, route: Route, by: User) -> None:
    """The route of the new place; another collectivity there takes over."""
    new_owner = route.responsible.id if route.responsible else None
    if new_owner != submission.responsible_id:
        append(
            submission,
            EventKind.TRANSFERRED,
            by,
            "",
            data={
                **names(submission, route),
                "from_id": submission.responsible_id,
                "to_id": new_owner,
            },
        )
    keep_route(submission, route)


def _hand_to(
    submission: Submission, to: Collectivity, by: User, reason: str, kind: EventKind
) -> Event:
    sender = submission.responsible
    data: dict[str, Any] = {
        "from": sender.name if sender else "",
        "from_id": sender.pk if sender else None,
        "to": to.name,
        "to_id": to.pk,
    }
    event = append(submission, kind, by, reason, data=data)
    submission.route = {**submission.route, **_as_handed(submission, to, sender)}
    submission.responsible = to
    submission.is_to_verify = False
    submission.save(update_fields=["responsible", "route", "is_to_verify", "updated_at"])
    tell(submission, event)
    return event


def _as_handed(
    submission: Submission, to: Collectivity, sender: Collectivity | None
) -> dict[str, Any]:
    """What the route says after somebody decided otherwise; what the rules had found is kept."""
    by_fr = f"{sender.name} l’a transmis" if sender else "il lui a été transmis"
    by_en = f"{sender.name} handed it over" if sender else "it was handed over"
    return {
        "by_staff": True,
        "responsible": Body.of(to).as_json(),
        "rule": None,
        "legal_basis": "",
        "reason": {"fr": f"{to.name}, car {by_fr}", "en": f"{to.name}, because {by_en}"},
        "found_by_rules": submission.route.get("found_by_rules")
        or {key: submission.route.get(key) for key in _FOUND},
    }


def _refuse_closed(submission: Submission) -> None:
    if not submission.is_open:
        raise CannotTransfer(_("It is closed: open it again first."))
