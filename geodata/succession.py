"""What became of areas from one edition to the next: merged, split, renumbered, moved.

Pure: shapes in, shapes compared.  Grounds are compared as shares of each other, in degrees, which
needs no projection; shares say nothing of metres, `Moved` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.repair import ground_m2

MOVED_SHARE = 0.01
"""A border that moved less than this part of the ground is the same, drawn anew: an outline good
to two metres around a commune of 1,500 ha leaves a third of a percent in doubt."""
SHARED = 0.05
"""Neighbours drawn anew share slivers; below this part of either, two areas are not related."""
MOST = 0.5
NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class Link:
    """Ground that went from an area of before to one of after: which part of each it is (0–1)."""

    before: str
    after: str
    of_before: float
    of_after: float


@dataclass(frozen=True, slots=True)
class Moved:
    """An area that kept its code and changed its ground."""

    code: str
    gained_m2: float
    lost_m2: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed; what is in no list stayed as it was."""

    links: tuple[Link, ...] = ()
    merged: tuple[tuple[tuple[str, ...], str], ...] = ()
    """(codes of before, code of after)"""
    split: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(code of before, codes of after)"""
    renumbered: tuple[tuple[str, str], ...] = ()
    moved: tuple[Moved, ...] = field(default=())


def compare(
    before: Mapping[str, BaseGeometry],
    after: Mapping[str, BaseGeometry],
    *,
    old_codes: Mapping[str, str] | None = None,
) -> Comparison:
    """Areas by code, valid polygons in one CRS.  `old_codes` (old → new) knows better than
    outlines where those of one side are missing or coarse."""
    changed = [code for code in before if code in after and _differ(before[code], after[code])]
    gone = [code for code in before if code not in after]
    new = [code for code in after if code not in before]
    links = list(
        _links(
            {code: before[code] for code in (*gone, *changed)},
            {code: after[code] for code in (*new, *changed)},
        )
    )
    links += _links_by_code(gone, after, old_codes or {}, links)
    merged, split = _merged(links), _split(links)
    told = {code for codes, into in merged for code in (*codes, into)}
    told |= {code for from_, codes in split for code in (from_, *codes)}
    return Comparison(
        links=tuple(sorted(links, key=lambda link: (link.before, link.after))),
        merged=tuple(merged),
        split=tuple(split),
        renumbered=tuple(_renumbered(links, told)),
        moved=tuple(_moved(code, before, after) for code in sorted(set(changed) - told)),
    )


def _differ(one: BaseGeometry, other: BaseGeometry) -> bool:
    if shapely.equals_exact(one, other):
        return False
    apart: float = shapely.symmetric_difference(one, other).area
    return apart > MOVED_SHARE * max(one.area, other.area)


def _links(before: Mapping[str, BaseGeometry], after: Mapping[str, BaseGeometry]) -> Iterator[Link]:
    if not before or not after:
        return
    old, new = list(before), list(after)
    old_shapes, new_shapes = numpy.array(list(before.values())), numpy.array(list(after.values()))
    ones, others = shapely.STRtree(new_shapes).query(old_shapes)
    common = shapely.area(shapely.intersection(old_shapes[ones], new_shapes[others]))
    of_old, of_new = (
        common / shapely.area(old_shapes)[ones],
        common / shapely.area(new_shapes)[others],
    )
    for one, other, of_before, of_after in zip(ones, others, of_old, of_new, strict=True):
        if max(of_before, of_after) >= SHARED:
            yield Link(old[one], new[other], round(float(of_before), 4), round(float(of_after), 4))


def _links_by_code(
    gone: Iterable[str],
    after: Mapping[str, BaseGeometry],
    old_codes: Mapping[str, str],
    known: Iterable[Link],
) -> list[Link]:
    """Successors that the codes know and the outlines do not show: with no share of ground."""
    there = {(link.before, link.after) for link in known}
    pairs = ((code, old_codes[code]) for code in gone if code in old_codes)
    return [
        Link(old, new, 0.0, 0.0) for old, new in pairs if new in after and (old, new) not in there
    ]


def _merged(links: Iterable[Link]) -> list[tuple[tuple[str, ...], str]]:
    into: dict[str, list[str]] = defaultdict(list)
    for link in links:
        if link.of_before >= MOST or not link.of_before:
            into[link.after].append(link.before)
    return sorted((tuple(sorted(codes)), new) for new, codes in into.items() if len(codes) > 1)


def _split(links: Iterable[Link]) -> list[tuple[str, tuple[str, ...]]]:
    out_of: dict[str, list[str]] = defaultdict(list)
    for link in links:
        if link.of_after >= MOST:
            out_of[link.before].append(link.after)
    return sorted((old, tuple(sorted(codes))) for old, codes in out_of.items() if len(codes) > 1)


def _renumbered(links: Iterable[Link], told: set[str]) -> list[tuple[str, str]]:
    return sorted(
        (link.before, link.after)
        for link in links
        if link.before != link.after
        and not told & {link.before, link.after}
        and min(link.of_before, link.of_after) >= NEARLY_ALL
    )


def _moved(
    code: str, before: Mapping[str, BaseGeometry], after: Mapping[str, BaseGeometry]
) -> Moved:
    gained = shapely.difference(after[code], before[code])
    lost = shapely.difference(before[code], after[code])
    return Moved(code, round(ground_m2(gained)), round(ground_m2(lost)))
