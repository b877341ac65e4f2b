"""All rules at once, kept in memory as long as nobody changes one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from django.db import connection

from geodata.models import Collectivity
from reports.models import Category, Competence
from reports.routing.rules import Rule, as_rule

_MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules in the order in which they are asked; `natures` are those of intercommunalities."""

    rules: tuple[Rule, ...]
    natures: Mapping[int, str] = field(default_factory=dict)
    _asked: dict[tuple[int | None, date], tuple[Rule, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def current(cls) -> Rulebook:
        """Today's rows.  Read anew when their revision says that something has changed: one tiny
        query instead of a large one, and never stale, whichever process made the change."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT revision::text FROM reports_rulebook")
            (revision,) = cursor.fetchone()
        return cls.at(revision)

    @classmethod
    def at(cls, revision: str) -> Rulebook:
        """The rows of a revision that was read just now."""
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

    def about(self, category: Category | None, day: date) -> tuple[Rule, ...]:
        """Rules about a category that are valid on a day, in order."""
        asked = (category.pk if category else None, day)
        if asked not in self._asked:
            if len(self._asked) >= _MOST_KEPT:  # anybody may ask about any day
                self._asked.clear()
            self._asked[asked] = tuple(
                rule for rule in self.rules if rule.is_about(category) and rule.is_valid_on(day)
            )
        return self._asked[asked]

    def with_rule(self, rule: Rule) -> Self:
        """As if `rule` were saved: in the place of the one with its id, or beside the others."""
        return self.changed(saved=[rule])

    def without(self, rule_id: int) -> Self:
        return self.changed(deleted=[rule_id])

    def changed(self, *, saved: Iterable[Rule] = (), deleted: Iterable[int] = ()) -> Self:
        """As if a whole set were saved: each in the place of the one with its id, or beside the
        others."""
        saved = list(saved)
        gone = {rule.id for rule in saved if rule.id is not None} | set(deleted)
        rules = [*(rule for rule in self.rules if rule.id not in gone), *saved]
        return type(self)(tuple(sorted(rules, key=lambda one: one.order)), self.natures)


_kept: dict[str, object] = {}
