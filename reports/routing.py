"""Who answers for a category at a place: the first competence whose collectivity is there.

There is no code per place and no expression language: the rules are Competence rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from geodata.locating import LocatedArea, Location
from reports.models import Category, Competence

Reason = dict[str, str]


@dataclass(frozen=True, slots=True)
class Body:
    """A collectivity as a route names it."""

    id: int
    code: str
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Route:
    """The answer for one pin and category.

    `rule` is the id of the deciding Competence, None when nobody was found; `reason` says why, by
    language.
    """

    responsible: Body | None
    rule: int | None
    legal_basis: str
    reason: Reason
    also_concerned: tuple[Body, ...]
    areas: tuple[LocatedArea, ...]

    @property
    def sentence(self) -> str:
        """The reason in the reader's language."""
        return self.reason.get(get_language() or "fr", self.reason["fr"])

    def as_json(self) -> dict[str, Any]:
        """What `Submission.route` keeps, so that the decision can be read years later."""
        return {
            "responsible": _as_json(self.responsible) if self.responsible else None,
            "rule": self.rule,
            "legal_basis": self.legal_basis,
            "reason": self.reason,
            "also_concerned": [_as_json(body) for body in self.also_concerned],
            "areas": [f"{area.level}:{area.code} ({area.edition})" for area in self.areas],
        }


def decide(location: Location, category: Category | None, *, on: date | None = None) -> Route:
    """The route at `location`.  Without a category, the rules for every category decide."""
    day = on or timezone.localdate()
    rules = (
        Competence.objects.valid_on(day)
        .about(category)
        .select_related("level", "collectivity__level")
        .order_by("priority", "pk")
    )
    for rule in rules:
        body = _body_of(rule, location)
        if body is not None:
            return _route(rule, body, location, category)
    return Route(
        responsible=None,
        rule=None,
        legal_basis="",
        reason=_nobody(location),
        also_concerned=tuple(_bodies(location.areas)),
        areas=location.areas,
    )


def _route(rule: Competence, body: Body, location: Location, category: Category | None) -> Route:
    others = (other for other in _bodies(location.areas) if other.id != body.id)
    return Route(
        responsible=body,
        rule=rule.pk,
        legal_basis=rule.legal_basis,
        reason=_because(rule, body, location, category),
        also_concerned=tuple(others),
        areas=location.areas,
    )


def _body_of(rule: Competence, location: Location) -> Body | None:
    """The collectivity a rule leads to here: its own, or the one that owns the level's area."""
    if rule.collectivity is not None:
        level = rule.collectivity.level.code if rule.collectivity.level else ""
        return Body(rule.collectivity.pk, rule.collectivity.code, rule.collectivity.name, level)
    area = location.owner(rule.level.code) if rule.level else None
    return _body(area) if area else None


def _body(area: LocatedArea) -> Body | None:
    if area.collectivity_id is None:
        return None
    return Body(
        area.collectivity_id, area.collectivity_code or "", area.collectivity_name or "", area.level
    )


def _bodies(areas: Iterable[LocatedArea]) -> Iterable[Body]:
    bodies = (_body(area) for area in areas)
    return dict.fromkeys(body for body in bodies if body is not None)


def _as_json(body: Body) -> dict[str, Any]:
    return {"id": body.id, "level": body.level, "code": body.code, "name": body.name}


# To whom a level's duty falls, in the words of the reason; other levels go by their name.
_FALLS_TO_FR = {
    "region": "revient à la région",
    "departement": "revient au département",
    "epci": "revient à l’intercommunalité",
    "commune": "revient à la commune",
}
_FALLS_TO_EN = {
    "region": "is a duty of the region",
    "departement": "is a duty of the department",
    "epci": "is a duty of the intercommunality",
    "commune": "is a duty of the municipality",
}


def _because(rule: Competence, body: Body, location: Location, category: Category | None) -> Reason:
    """“X, because D is a duty of L and the pin is in C (code)”, in both languages."""
    place = _place(location)
    fr, en = _ground_of(rule, category)
    return {
        "fr": f"{body.name}, car {fr} et le point est à {place}",
        "en": f"{body.name}, because {en} and the pin is in {place}",
    }


def _ground_of(rule: Competence, category: Category | None) -> tuple[str, str]:
    """Why the rule leads there, as French and English clauses."""
    if category is None or rule.category_id is None:
        return "aucune règle plus précise ne s’applique", "no more precise rule applies"
    if rule.level is None:
        fr, en = "lui est confiée", "is entrusted to it"
    else:
        code = rule.level.code
        fr = _FALLS_TO_FR.get(code, f"revient au niveau «\u00a0{rule.level.name_fr}\u00a0»")
        en = _FALLS_TO_EN.get(code, f"is a duty of the level “{rule.level.name_en}”")
    return f"la compétence «\u00a0{category.duty_fr}\u00a0» {fr}", f"“{category.duty_en}” {en}"


def _place(location: Location) -> str:
    """The commune with its code; without communes, the smallest area there is."""
    area = location.owner("commune") or next(
        (area for area in reversed(location.areas) if area.is_owner), None
    )
    return f"{area.name} ({area.code})" if area else "?"


def _nobody(location: Location) -> Reason:
    if not location.areas:
        return {
            "fr": "Aucune collectivité : le point est en dehors de tout territoire connu",
            "en": "No collectivity: the pin is outside every known area",
        }
    return {
        "fr": "Aucune collectivité connue ici pour cette catégorie : à vérifier",
        "en": "No known collectivity here for this category: to be verified",
    }
