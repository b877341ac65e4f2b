"""A rule as routing reads it: a Competence row without the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geodata.models import Collectivity
from reports.models import ROAD_REACH_M, AnswersBy, Category, Competence, Condition


@dataclass(frozen=True, slots=True)
class Body:
    """A collectivity as a route names it; `level` is '' for one without a level."""

    id: int
    code: str
    name: str
    level: str
    nature: str = ""

    @classmethod
    def of(cls, row: Collectivity) -> Body:
        level = row.level.code if row.level else ""
        return cls(row.pk, row.code, row.name, level, row.nature)

    @property
    def key(self) -> str:
        """`level:code`, as addresses and forms name it."""
        return f"{self.level}:{self.code}"

    def as_json(self) -> dict[str, str | int]:
        return {"id": self.id, "level": self.level, "code": self.code, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a Competence says.  `body` is None where the collectivity named is gone."""

    id: int | None
    priority: int
    category: int | None = None
    group: int | None = None
    answers_by: str = AnswersBy.LEVEL
    level: str = ""
    level_names: tuple[str, str] = ("", "")
    """of `level`, in French and English"""
    body: Body | None = None
    natures: frozenset[str] = frozenset()
    where_level: str = ""
    where_codes: frozenset[str] = frozenset()
    is_delegation: bool = False
    condition: str = Condition.NONE
    road_classes: frozenset[str] = frozenset()
    reference: str = ""
    distance_m: float = ROAD_REACH_M
    question: str = ""
    answers: frozenset[str] = frozenset()
    valid_from: date | None = None
    valid_to: date | None = None
    legal_basis: str = ""

    def is_about(self, category: Category | None) -> bool:
        """Whether `category` is meant: itself, by its group, or because every one is."""
        if category is None:
            return self.category is None and self.group is None
        if self.category is not None:
            return self.category == category.pk
        return self.group is None or self.group == category.group_id

    def is_valid_on(self, day: date) -> bool:
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day < self.valid_to)

    @property
    def order(self) -> tuple[int, int]:
        """Rules that are not saved yet come after their equals, of which there are none."""
        return self.priority, self.id or 2**62


def as_rule(row: Competence) -> Rule:
    """The rule of a row, saved or about to be; reads `level`, `where_level`, `collectivity` with
    its level, and `question`."""
    return Rule(
        id=row.pk,
        priority=row.priority,
        category=row.category_id,
        group=row.group_id,
        answers_by=row.answers_by,
        level=row.level.code if row.level else "",
        level_names=(row.level.name_fr, row.level.name_en) if row.level else ("", ""),
        body=Body.of(row.collectivity) if row.collectivity else None,
        natures=frozenset(row.natures),
        where_level=row.where_level.code if row.where_level else "",
        where_codes=frozenset(row.where_codes),
        is_delegation=row.is_delegation,
        condition=row.condition,
        road_classes=frozenset(row.road_classes),
        reference=row.reference,
        distance_m=ROAD_REACH_M if row.distance_m is None else row.distance_m,
        question=row.question.code if row.question else "",
        answers=frozenset(row.answers),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        legal_basis=row.legal_basis,
    )
