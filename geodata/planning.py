"""What loading an edition would do and what is wrong with it, before a row is written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geodata import editions, findings
from geodata.editions import EditionConflict, IncomingArea
from geodata.models import Area, Edition, Level
from geodata.repair import CannotRepair, as_multipolygon, repair
from geodata.succession import Comparison, compare

CODE_MAX, NAME_MAX = 80, 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feature that wants to be an area; `where` is its place in words ("a.geojson, no. 3")."""

    where: str
    code: str
    name: str
    geometry: BaseGeometry | None
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """Something repaired or refused."""

    where: str
    code: str
    name: str
    finding: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        label = f"{self.name} ({self.code})" if self.code else self.name
        said = findings.sentence(self.finding, self.values)
        return " · ".join(part for part in (label, said, self.where) if part)


@dataclass(frozen=True, slots=True)
class Plan:
    """A dry run.  `added`, `gone` and `renamed` compare with the edition it would follow."""

    level: Level
    series: str
    valid_from: date
    rows: tuple[IncomingArea, ...]
    repaired: tuple[Remark, ...]
    refused: tuple[Remark, ...]
    follows: Edition | None
    added: tuple[str, ...]
    gone: tuple[str, ...]
    renamed: tuple[tuple[str, str, str], ...]
    """code, name before, name after"""
    succession: Comparison
    """merged, split, renumbered and moved areas"""
    obstacles: tuple[str, ...]
    """Sentences; while there is one, the plan cannot be carried out at all."""
    names_before: Mapping[str, str] = field(default_factory=dict)
    """code → name in the edition it would follow"""

    @property
    def names(self) -> dict[str, str]:
        """code → name of what would be loaded"""
        return {row.code: row.name for row in self.rows}


def plan(
    candidates: Iterable[Candidate],
    *,
    level: Level,
    valid_from: date,
    series: str = "main",
    old_codes: Mapping[str, str] | None = None,
) -> Plan:
    """Repair and check every candidate, and compare them with what is loaded; `old_codes` (old →
    new) tells successors that outlines do not show."""
    rows, repaired, refused = _sort_out(candidates)
    follows = _edition_before(level, series, valid_from)
    names_before = dict(follows.areas.values_list("code", "name")) if follows else {}
    names = {row.code: row.name for row in rows}
    return Plan(
        level=level,
        series=series,
        valid_from=valid_from,
        rows=tuple(rows),
        repaired=tuple(repaired),
        refused=tuple(refused),
        follows=follows,
        added=tuple(code for code in names if code not in names_before),
        gone=tuple(code for code in names_before if code not in names),
        renamed=tuple(
            (code, before, names[code])
            for code, before in names_before.items()
            if code in names and names[code] != before
        ),
        succession=_succession(follows, rows, old_codes),
        obstacles=tuple(_obstacles(rows, level, series, valid_from)),
        names_before=names_before,
    )


def _succession(
    follows: Edition | None, rows: list[IncomingArea], old_codes: Mapping[str, str] | None
) -> Comparison:
    if follows is None:
        return Comparison()
    outlines = follows.areas.values_list("code", "geom").iterator(chunk_size=500)
    before = {code: shapely.from_wkb(bytes(geom.wkb)) for code, geom in outlines}
    after = {row.code: row.geometry for row in rows}
    return compare(before, after, old_codes=old_codes)


def _edition_before(level: Level, series: str, valid_from: date) -> Edition | None:
    before = Edition.objects.filter(level=level, series=series, valid_from__lt=valid_from)
    return before.order_by("-valid_from").first()


def _sort_out(
    candidates: Iterable[Candidate],
) -> tuple[list[IncomingArea], list[Remark], list[Remark]]:
    rows: list[IncomingArea] = []
    repaired: list[Remark] = []
    refused: list[Remark] = []
    first_with: dict[str, str] = {}
    for candidate in candidates:
        unfit = _unfit(candidate, first_with)
        first_with.setdefault(candidate.code, candidate.where)
        if unfit:
            refused.append(unfit)
            continue
        try:
            rows.append(_as_row(candidate, repaired))
        except CannotRepair as refusal:
            refused.append(_remark(candidate, refusal.code, refusal.values))
    return rows, repaired, refused


def _unfit(candidate: Candidate, first_with: dict[str, str]) -> Remark | None:
    """What is wrong with a candidate besides the lines of its shape."""
    code, name = candidate.code, candidate.name
    if not code:
        return _remark(candidate, "no-code")
    if len(code) > CODE_MAX or "/" in code or not code.isprintable():
        return _remark(candidate, "bad-code")
    if code in first_with:
        return _remark(candidate, "duplicate-code", {"first": first_with[code]})
    if not name:
        return _remark(candidate, "no-name")
    if len(name) > NAME_MAX or not name.isprintable():
        return _remark(candidate, "bad-name")
    if candidate.geometry is None:
        return _remark(candidate, "broken-shape" if candidate.is_broken else "empty")
    return None


def _as_row(candidate: Candidate, repaired: list[Remark]) -> IncomingArea:
    assert candidate.geometry is not None
    sound = repair(candidate.geometry)
    row = IncomingArea(candidate.code, candidate.name, as_multipolygon(sound.geometry))
    repaired += (_remark(candidate, change.code, change.values) for change in sound.changes)
    return row


def _remark(candidate: Candidate, finding: str, values: dict[str, Any] | None = None) -> Remark:
    code, name = _shown(candidate.code), _shown(candidate.name)
    return Remark(candidate.where, code, name, finding, values or {})


def _shown(text: str) -> str:
    """Short and printable: it goes to a terminal or a page."""
    return "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[:60]
    )


def _obstacles(
    rows: list[IncomingArea], level: Level, series: str, valid_from: date
) -> Iterator[str]:
    if not rows:
        yield _("No area could be read: there is nothing to load.")
    try:
        editions.refuse_conflict(level=level, series=series, valid_from=valid_from)
    except EditionConflict as conflict:
        yield str(conflict)
    clashes = _codes_of_other_series(level, series, valid_from)
    for row in rows:
        if row.code in clashes:
            yield _(
                "The code %(code)s of “%(name)s” belongs to an area of the series “%(series)s”"
                " that is valid then: make the codes differ."
            ) % {"code": row.code, "name": row.name, "series": clashes[row.code]}


def _codes_of_other_series(level: Level, series: str, valid_from: date) -> dict[str, str]:
    """Codes at a level that are taken on `valid_from` or later → their series.

    A code must name one area of a level: addresses and filters say `level:code`.
    """
    others = Area.objects.filter(level=level).exclude(edition__series=series)
    return dict(others.ending_after(valid_from).values_list("code", "edition__series"))
