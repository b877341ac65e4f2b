"""Delegations handed on: A gives a duty to B, which must not come back to A."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from geodata.locating import locate
from geodata.models import Area
from reports.models import AnswersBy
from reports.routing.rules import Body, Rule
from reports.routing.ties import overlap

_Edge = tuple[str, str]
"""who hands the duty over → who takes it, as `level:code`"""


def cycle_of(
    new: Rule, others: Iterable[Rule], *, group_of: Mapping[int, int | None]
) -> tuple[str, ...]:
    """The collectivities (`level:code`) around which the duty would run in a circle with `new`;
    empty where it ends somewhere."""
    if not new.is_delegation:
        return ()
    related = [
        rule
        for rule in others
        if rule.is_delegation and rule.id != new.id and _concern_the_same(rule, new, group_of)
    ]
    taken_by: dict[str, set[str]] = {}
    for giver, taker in _edges([new, *related]):
        taken_by.setdefault(giver, set()).add(taker)
    for giver, _taker in sorted(_edges([new])):
        path = _way_back(giver, taken_by)
        if path:
            return path
    return ()


def _concern_the_same(one: Rule, other: Rule, group_of: Mapping[int, int | None]) -> bool:
    """The ground differs along a chain of delegations: only category and dates must meet."""
    bare = replace(one, where_level="", where_codes=frozenset())
    return overlap(bare, other, group_of)


def _edges(rules: Iterable[Rule]) -> set[_Edge]:
    return {edge for rule in rules for edge in _edges_of(rule)}


def _edges_of(rule: Rule) -> Iterator[_Edge]:
    areas = Area.objects.current().at_level(rule.where_level).filter(code__in=rule.where_codes)
    for area in areas.for_pages():
        if area.collectivity is None:
            continue
        giver = f"{rule.where_level}:{area.collectivity.code}"
        taker = _taker(rule, area)
        if taker:
            yield giver, taker


def _taker(rule: Rule, area: Area) -> str:
    if rule.answers_by == AnswersBy.COLLECTIVITY:
        return rule.body.key if isinstance(rule.body, Body) else ""
    if rule.answers_by != AnswersBy.LEVEL:
        return ""
    above = locate(area.inner_point).owner(rule.level)
    return f"{rule.level}:{above.collectivity_code}" if above and above.collectivity_code else ""


def _way_back(start: str, taken_by: Mapping[str, set[str]]) -> tuple[str, ...]:
    """A way from `start` to itself, both ends included; empty where there is none."""
    ways: list[tuple[str, ...]] = [(start, other) for other in sorted(taken_by.get(start, ()))]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        if way[-1] == start:
            return way
        if way[-1] in seen:
            continue
        seen.add(way[-1])
        ways += [(*way, other) for other in sorted(taken_by.get(way[-1], ()))]
    return ()
