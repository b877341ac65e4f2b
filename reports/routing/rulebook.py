"""All rules at once, kept in memory as long as nobody changes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from django.db import connection

from geodata.models import Collectivity
from reports.models import Category, Competence
from reports.routing.rules import Rule, as_rule


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules in the order in which they are asked; `natures` are those of intercommunalities."""

    rules: tuple[Rule, ...]
    natures: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def current(cls) -> Rulebook:
        """Today's rows.  Read anew when their revision says that something has changed: one tiny
        query instead of a large one, and never stale, whichever process made the change."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT revision::text FROM reports_rulebook")
            (revision,) = cursor.fetchone()
        if _kept.get("revision") != revision:
            _kept.update(revision=revision, rulebook=cls.load())
        kept = _kept["rulebook"]
        assert isinstance(kept, Rulebook)
        return kept

    @classmethod
    def load(cls) -> Rulebook:
        rows = Competence.objects.select_related(
            "level", "where_level", "collectivity__level", "question"
        )
        natures = Collectivity.objects.exclude(nature="").values_list("pk", "nature")
        return cls(tuple(sorted(map(as_rule, rows), key=lambda rule: rule.order)), dict(natures))

    def about(self, category: Category | None, day: date) -> Iterator[Rule]:
        return (rule for rule in self.rules if rule.is_about(category) and rule.is_valid_on(day))

    def with_rule(self, rule: Rule) -> Self:
        """As if `rule` were saved: in the place of the one with its id, or beside the others."""
        others = [other for other in self.rules if rule.id is None or other.id != rule.id]
        return replace(self, rules=tuple(sorted([*others, rule], key=lambda one: one.order)))

    def without(self, rule_id: int) -> Self:
        return replace(self, rules=tuple(rule for rule in self.rules if rule.id != rule_id))


_kept: dict[str, object] = {}
