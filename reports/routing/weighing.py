"""One rule against the facts: whether it holds, to whom it leads, and if not, why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from geodata.locating import LocatedArea
from geodata.models import Collectivity
from reports.models import AnswersBy, Condition
from reports.routing.facts import Facts
from reports.routing.rulebook import Rulebook
from reports.routing.rules import Body, Rule


class Outcome(StrEnum):
    """Why a rule leads to somebody or does not; `reports.routing.words` has the sentences."""

    MATCHED = "matched"
    COLLECTIVITY_GONE = "collectivity-gone"
    ELSEWHERE = "elsewhere"
    ROADS_UNKNOWN = "roads-unknown"
    NO_ROAD = "no-road"
    OTHER_ROAD = "other-road"
    REFERENCE_UNKNOWN = "reference-unknown"
    TOO_FAR = "too-far"
    TOO_NEAR = "too-near"
    NOT_ANSWERED = "not-answered"
    OTHER_ANSWER = "other-answer"
    NO_AREA = "no-area"
    OTHER_NATURE = "other-nature"
    NO_MANAGER = "no-manager"


UNDECIDED = frozenset(
    {
        Outcome.COLLECTIVITY_GONE,
        Outcome.ROADS_UNKNOWN,
        Outcome.REFERENCE_UNKNOWN,
        Outcome.NO_MANAGER,
    }
)
"""Nobody can tell whether the rule holds: a route that comes after one of these is to verify."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`details` are what the sentence names: road, distance_m, area, name …"""

    rule: Rule
    outcome: Outcome
    body: Body | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def is_match(self) -> bool:
        return self.outcome is Outcome.MATCHED


def weigh(rule: Rule, facts: Facts, rulebook: Rulebook) -> Verdict:
    """The cheap questions first: roads are only looked for where the areas fit."""
    if rule.answers_by == AnswersBy.COLLECTIVITY and rule.body is None:
        return Verdict(rule, Outcome.COLLECTIVITY_GONE)
    if rule.where_level and not _is_in_its_areas(rule, facts):
        return Verdict(rule, Outcome.ELSEWHERE)
    target = _target(rule, facts, rulebook)
    if target is not None and not target.is_match:
        return target
    held = _CONDITIONS[Condition(rule.condition)](rule, facts)
    if not held.is_match or target is None:
        return held
    return replace(target, details={**target.details, **held.details})


def _is_in_its_areas(rule: Rule, facts: Facts) -> bool:
    area = facts.location.owner(rule.where_level)
    return area is not None and area.code in rule.where_codes


def _target(rule: Rule, facts: Facts, rulebook: Rulebook) -> Verdict | None:
    """To whom the rule leads if it holds; None where only the road can say."""
    if rule.answers_by == AnswersBy.ROAD_MANAGER:
        return None
    if rule.answers_by == AnswersBy.COLLECTIVITY:
        return Verdict(rule, Outcome.MATCHED, rule.body)
    area = facts.location.owner(rule.level)
    body = body_of(area, rulebook) if area else None
    if body is None:
        return Verdict(rule, Outcome.NO_AREA)
    if rule.natures and body.nature not in rule.natures:
        return Verdict(rule, Outcome.OTHER_NATURE, details={"name": body.name})
    return Verdict(rule, Outcome.MATCHED, body)


def body_of(area: LocatedArea, rulebook: Rulebook) -> Body | None:
    """The collectivity of an area, if it has one."""
    if area.collectivity_id is None:
        return None
    return Body(
        area.collectivity_id,
        area.collectivity_code or "",
        area.collectivity_name or "",
        area.level,
        rulebook.natures.get(area.collectivity_id, ""),
    )


# ---------------------------------------------------------------- conditions


def _always(rule: Rule, facts: Facts) -> Verdict:
    return Verdict(rule, Outcome.MATCHED)


def _on_a_road(rule: Rule, facts: Facts) -> Verdict:
    """The nearest road decides, and no other: beside a D road, a lane is not the D road."""
    nearby = facts.roads(reach_m=rule.distance_m, reference=rule.reference)
    if not nearby.roads:
        unknown = Outcome.NO_ROAD if nearby.known else Outcome.ROADS_UNKNOWN
        return Verdict(rule, unknown, details={"within_m": rule.distance_m})
    nearest = nearby.roads[0]
    details = {"road": nearest, "distance_m": nearest.distance_m}
    if rule.road_classes and nearest.road_class not in rule.road_classes:
        return Verdict(rule, Outcome.OTHER_ROAD, details=details)
    if rule.answers_by != AnswersBy.ROAD_MANAGER:
        return Verdict(rule, Outcome.MATCHED, details=details)
    manager = _manager(nearest.manager_collectivity_id)
    outcome = Outcome.MATCHED if manager else Outcome.NO_MANAGER
    return Verdict(rule, outcome, manager, details)


def _manager(collectivity_id: int | None) -> Body | None:
    if collectivity_id is None:
        return None
    named = Collectivity.objects.select_related("level").filter(pk=collectivity_id).first()
    return Body.of(named) if named else None


def _within(rule: Rule, facts: Facts) -> Verdict:
    """Exactly at the distance is within."""
    return _by_distance(rule, facts, wants_near=True)


def _beyond(rule: Rule, facts: Facts) -> Verdict:
    return _by_distance(rule, facts, wants_near=False)


def _by_distance(rule: Rule, facts: Facts, *, wants_near: bool) -> Verdict:
    found = facts.nearby(reference=rule.reference, within_m=rule.distance_m)
    details = {"within_m": rule.distance_m, "name": found.name, "distance_m": found.distance_m}
    if not found.known:
        return Verdict(rule, Outcome.REFERENCE_UNKNOWN, details=details)
    is_near = found.distance_m is not None
    if is_near == wants_near:
        return Verdict(rule, Outcome.MATCHED, details=details)
    return Verdict(rule, Outcome.TOO_NEAR if is_near else Outcome.TOO_FAR, details=details)


def _answered(rule: Rule, facts: Facts) -> Verdict:
    given = facts.answers.get(rule.question)
    if given is None:
        return Verdict(rule, Outcome.NOT_ANSWERED)
    outcome = Outcome.MATCHED if given in rule.answers else Outcome.OTHER_ANSWER
    return Verdict(rule, outcome, details={"answer": given})


_CONDITIONS: dict[Condition, Callable[[Rule, Facts], Verdict]] = {
    Condition.NONE: _always,
    Condition.ROAD: _on_a_road,
    Condition.WITHIN: _within,
    Condition.BEYOND: _beyond,
    Condition.ANSWER: _answered,
}
