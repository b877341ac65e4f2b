"""The route of a pin and category, with every rule that was considered on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import get_language

from geodata.locating import LocatedArea, Location
from reports.models import Category
from reports.routing import words
from reports.routing.facts import Facts
from reports.routing.rulebook import Rulebook
from reports.routing.rules import Body
from reports.routing.weighing import UNDECIDED, Verdict, body_of, weigh


class NotConcerned(ValueError):
    """The collectivity that the resident wants has nothing to do with the place."""


@dataclass(frozen=True, slots=True)
class Route:
    """The answer for one pin and category.

    `rule` is the id of the deciding Competence, None when nobody was found; `reason` says why, by
    language.  `is_to_verify`: a rule that goes first could not be decided, or nobody answers.
    """

    responsible: Body | None
    rule: int | None
    legal_basis: str
    reason: words.Reason
    also_concerned: tuple[Body, ...]
    areas: tuple[LocatedArea, ...]
    runner_up: Body | None = None
    is_to_verify: bool = False
    details: dict[str, Any] = field(default_factory=dict)
    """what decided besides areas: the road and its distance, the feature, the answer"""
    is_chosen_by_resident: bool = False
    instead_of: Body | None = None
    """whom the rules had found, where the resident chose another"""

    @property
    def sentence(self) -> str:
        """The reason in the reader's language."""
        return self.reason.get(get_language() or "fr", self.reason["fr"])

    def addressed_to(self, wanted: str) -> Route:
        """The same, with the concerned collectivity `level:code` that the resident wants to
        answer; what the rules had found is kept.  Raises NotConcerned."""
        if self.responsible and wanted == self.responsible.key:
            return self
        body = next((body for body in self.also_concerned if body.key == wanted), None)
        if body is None:
            raise NotConcerned
        others = (other for other in self.also_concerned if other.id != body.id)
        found = [self.responsible] if self.responsible else []
        return replace(
            self,
            responsible=body,
            reason=words.chosen_by_resident(body, self.reason),
            also_concerned=(*found, *others),
            instead_of=self.responsible,
            is_chosen_by_resident=True,
        )

    def as_json(self) -> dict[str, Any]:
        """What `Submission.route` keeps, so that the decision can be read years later."""
        return {
            "responsible": self.responsible.as_json() if self.responsible else None,
            "rule": self.rule,
            "legal_basis": self.legal_basis,
            "reason": self.reason,
            "also_concerned": [body.as_json() for body in self.also_concerned],
            "runner_up": self.runner_up.as_json() if self.runner_up else None,
            "to_verify": self.is_to_verify,
            "chosen_by_resident": self.is_chosen_by_resident,
            "instead_of": self.instead_of.as_json() if self.instead_of else None,
            "areas": [f"{area.level}:{area.code} ({area.edition})" for area in self.areas],
            "distances": {
                f"{area.level}:{area.code}": round(area.distance_m, 2)
                for area in self.areas
                if area.distance_m
            },
            "details": words.details_as_json(self.details),
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """A route and the verdict on every rule about the category, in the order they were asked."""

    route: Route
    verdicts: tuple[Verdict, ...]


def decide(facts: Facts, category: Category | None, *, rulebook: Rulebook | None = None) -> Route:
    """The route at a place on the day of `facts`.  Without a category, the general rules decide.

    Raises nothing of its own: where no rule leads to anybody, the route says so.
    """
    return explain(facts, category, rulebook=rulebook).route


def explain(
    facts: Facts, category: Category | None, *, rulebook: Rulebook | None = None
) -> Explanation:
    book = rulebook or facts.rulebook or Rulebook.current()
    verdicts = tuple(weigh(rule, facts, book) for rule in book.about(category, facts.on))
    return Explanation(_route(verdicts, facts, category, book), verdicts)


def _route(
    verdicts: Iterable[Verdict], facts: Facts, category: Category | None, book: Rulebook
) -> Route:
    matches = [verdict for verdict in verdicts if verdict.is_match]
    concerned = tuple(bodies_at(facts.location, book))
    if not matches:
        reason = words.nobody(facts.location)
        return Route(None, None, "", reason, concerned, facts.location.areas, is_to_verify=True)
    won = matches[0]
    assert won.body is not None
    others = (verdict.body for verdict in matches[1:] if verdict.body)
    return Route(
        responsible=won.body,
        rule=won.rule.id,
        legal_basis=won.rule.legal_basis,
        reason=words.because(won, facts.location, category),
        also_concerned=tuple(body for body in concerned if body.id != won.body.id),
        areas=facts.location.areas,
        runner_up=next((body for body in others if body.id != won.body.id), None),
        is_to_verify=_has_undecided_before_a_match(verdicts),
        details=won.details,
    )


def _has_undecided_before_a_match(verdicts: Iterable[Verdict]) -> bool:
    for verdict in verdicts:
        if verdict.is_match:
            return False
        if verdict.outcome in UNDECIDED:
            return True
    return False


def bodies_at(location: Location, rulebook: Rulebook) -> Iterator[Body]:
    """The collectivities with an area at a place, upper levels first, each once."""
    seen = set()
    for area in location.areas:
        body = body_of(area, rulebook)
        if body is not None and body.id not in seen:
            seen.add(body.id)
            yield body
