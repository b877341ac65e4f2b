"""Two rules that could both hold at the same priority: nobody could say which one decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from reports.models import Condition
from reports.routing.rules import Rule


def tie_of(new: Rule, others: Iterable[Rule], *, group_of: Mapping[int, int | None]) -> Rule | None:
    """The first of `others` that ties with `new`; `group_of` maps categories to their groups."""
    return next((rule for rule in others if rule.id != new.id and _tie(new, rule, group_of)), None)


def overlap(one: Rule, other: Rule, group_of: Mapping[int, int | None]) -> bool:
    """Whether both may be about the same submission, whatever their priorities."""
    return (
        _share_a_category(one, other, group_of)
        and _share_a_day(one, other)
        and _share_ground(one, other)
    )


def _tie(one: Rule, other: Rule, group_of: Mapping[int, int | None]) -> bool:
    return (
        one.priority == other.priority
        and overlap(one, other, group_of)
        and not _exclude_each_other(one, other)
        and not _lead_to_other_natures(one, other)
    )


def _share_a_category(one: Rule, other: Rule, group_of: Mapping[int, int | None]) -> bool:
    mine, theirs = _categories(one, group_of), _categories(other, group_of)
    if mine is None or theirs is None:
        return True
    if mine & theirs:
        return True
    # A group without categories may get one any day.
    return one.group is not None and one.group == other.group


def _categories(rule: Rule, group_of: Mapping[int, int | None]) -> set[int] | None:
    """None for every category."""
    if rule.category is not None:
        return {rule.category}
    if rule.group is None:
        return None
    return {category for category, group in group_of.items() if group == rule.group}


def _share_a_day(one: Rule, other: Rule) -> bool:
    first, last = date.min, date.max
    return max(one.valid_from or first, other.valid_from or first) < min(
        one.valid_to or last, other.valid_to or last
    )


def _share_ground(one: Rule, other: Rule) -> bool:
    """Codes of one level are ground apart; what different levels share cannot be told by codes."""
    if not one.where_level or one.where_level != other.where_level:
        return True
    return bool(one.where_codes & other.where_codes)


def _exclude_each_other(one: Rule, other: Rule) -> bool:
    if one.condition == other.condition == Condition.ROAD:
        same = one.reference == other.reference and one.distance_m == other.distance_m
        return same and _are_apart(one.road_classes, other.road_classes)
    if one.condition == other.condition == Condition.ANSWER:
        return one.question == other.question and _are_apart(one.answers, other.answers)
    near, far = sorted((one, other), key=lambda rule: rule.condition != Condition.WITHIN)
    if (near.condition, far.condition) == (Condition.WITHIN, Condition.BEYOND):
        return near.reference == far.reference and near.distance_m <= far.distance_m
    return False


def _lead_to_other_natures(one: Rule, other: Rule) -> bool:
    return one.level == other.level != "" and _are_apart(one.natures, other.natures)


def _are_apart(one: frozenset[str], other: frozenset[str]) -> bool:
    """Nothing in common; an empty set stands for anything."""
    return bool(one and other) and not one & other
