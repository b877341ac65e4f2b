"""What is known of many submissions' pins at once: a query for all in place of one for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date

from geodata.locating import NotHere, locate_each, on_side, tolerance_for
from geodata.nearby import ReferenceUnreadable, distance_to_each, roads_near_each
from reports.models import Condition, Submission
from reports.routing.facts import Facts
from reports.routing.rules import Rule

Asked = tuple[Submission, date, Iterable[Rule]]
"""a submission, the day that counts, and the rules that will be weighed"""


def facts_of_each(asked: Sequence[Asked]) -> list[Facts]:
    """What `placing.facts_of` says of each, with the roads and features that its rules look for."""
    located = locate_each(
        [(one.pin, on, tolerance_for(one.accuracy_m)) for one, on, _rules in asked]
    )
    facts = []
    for (submission, on, _rules), location in zip(asked, located, strict=True):
        if submission.side:
            level, _colon, code = submission.side.partition(":")
            with suppress(NotHere):  # a side that is no more is forgotten
                location = on_side(location, submission.pin, level=level, code=code)
        facts.append(Facts(submission.pin, location, on=on, answers=submission.answers))
    _look_around(facts, [rules for _submission, _on, rules in asked])
    return facts


def _look_around(facts: Sequence[Facts], rules: Sequence[Iterable[Rule]]) -> None:
    """Roads and features beside all pins whose rules ask for them, a query for each question."""
    wanted: dict[tuple[bool, str, float], list[Facts]] = defaultdict(list)
    for one, its_rules in zip(facts, rules, strict=True):
        for question in dict.fromkeys(_question(rule) for rule in its_rules if _asks(rule)):
            wanted[question].append(one)
    for (is_road, reference, metres), those in wanted.items():
        look: Callable[[Sequence[Facts], str, float], None] = _roads if is_road else _features
        try:
            look(those, reference, metres)
        except ReferenceUnreadable:
            continue  # each asks for itself, and learns that nobody can tell


def _asks(rule: Rule) -> bool:
    return rule.condition in (Condition.ROAD, Condition.WITHIN, Condition.BEYOND)


def _question(rule: Rule) -> tuple[bool, str, float]:
    return rule.condition == Condition.ROAD, rule.reference, rule.distance_m


def _roads(those: Sequence[Facts], reference: str, metres: float) -> None:
    pins = [facts.pin for facts in those if facts.pin]
    found = roads_near_each(pins, reach_m=metres, reference=reference)
    for facts, roads in zip(those, found, strict=True):
        facts.know_roads(roads, reach_m=metres, reference=reference)


def _features(those: Sequence[Facts], reference: str, metres: float) -> None:
    pins = [facts.pin for facts in those if facts.pin]
    found = distance_to_each(pins, reference=reference, within_m=metres)
    for facts, nearby in zip(those, found, strict=True):
        facts.know_nearby(nearby, reference=reference, within_m=metres)
