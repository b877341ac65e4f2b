"""Routes and verdicts in words.

Reasons are stored with the submission and read by people of both languages, so that they are made
in both at once; verdicts are for the one who looks, and go through gettext.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from geodata.days import day_in_words
from geodata.locating import Location
from geodata.models import Nature
from geodata.nearby import NearRoad
from geodata.numbers import in_words
from geodata.road_classes import RoadClass
from reports.models import AnswersBy, Category, Condition
from reports.routing.rules import Body, Rule

if TYPE_CHECKING:
    from reports.routing.weighing import Verdict

Reason = dict[str, str]

# Whose duty it is, as an adjective of « compétence » and after "a duty of".
_OF_LEVEL = {
    "region": ("régionale", "the region"),
    "departement": ("départementale", "the department"),
    "epci": ("intercommunale", "the intercommunality"),
    "commune": ("communale", "the municipality"),
}
_OF_NATURE = {Nature.METROPOLE: ("métropolitaine", "the métropole")}


def because(won: Verdict, location: Location, category: Category | None) -> Reason:
    """“X, because D is a duty of L and the pin is in C (code)”, in both languages."""
    assert won.body is not None
    fr, en = _ground(won, category)
    beside_fr, beside_en = _beside(won)
    place_fr, place_en = _place(location)
    return {
        "fr": f"{won.body.name}, car {fr}{beside_fr} et le point est {place_fr}",
        "en": f"{won.body.name}, because {en}{beside_en} and the pin is in {place_en}",
    }


def chosen_by_resident(body: Body, found: Reason) -> Reason:
    """The resident's own choice, with what the rules say."""
    return {
        "fr": f"{body.name}, selon votre choix. D’après les règles : {found['fr']}",
        "en": f"{body.name}, by your choice. By the rules: {found['en']}",
    }


def nobody(location: Location) -> Reason:
    if not location.areas:
        return {
            "fr": "Aucune collectivité : le point est en dehors de tout territoire connu",
            "en": "No collectivity: the pin is outside every known area",
        }
    return {
        "fr": "Aucune collectivité connue ici pour cette catégorie : à vérifier",
        "en": "No known collectivity here for this category: to be verified",
    }


def _ground(won: Verdict, category: Category | None) -> tuple[str, str]:
    """Why the rule leads there, as French and English clauses."""
    rule, body = won.rule, won.body
    assert body is not None
    if category is None or (rule.category is None and rule.group is None):
        return "aucune règle plus précise ne s’applique", "no more precise rule applies"
    fr, en = category.duty_fr, category.duty_en
    if rule.is_delegation:
        since_fr, since_en = _since(rule)
        return f"une délégation lui confie {fr}{since_fr}", f"{en} is delegated to it{since_en}"
    if rule.answers_by == AnswersBy.ROAD_MANAGER:
        return f"{fr} revient au gestionnaire de la route", f"{en} is up to the road’s manager"
    if rule.answers_by == AnswersBy.COLLECTIVITY:
        return f"{fr} lui revient", f"{en} falls to it"
    adjective, holder = _holder(rule, body)
    return f"{fr} est une compétence {adjective}", f"{en} is a duty of {holder}"


def _holder(rule: Rule, body: Body) -> tuple[str, str]:
    """The level in words: an adjective where French has one, else its name."""
    if body.nature in _OF_NATURE:
        return _OF_NATURE[Nature(body.nature)]
    if rule.level in _OF_LEVEL:
        return _OF_LEVEL[rule.level]
    fr, en = rule.level_names
    return f"du niveau «\u00a0{fr}\u00a0»", f"the level “{en}”"


def _since(rule: Rule) -> tuple[str, str]:
    if rule.valid_from is None:
        return "", ""
    with override("fr"):
        fr = f" depuis le {day_in_words(rule.valid_from)}"
    with override("en"):
        return fr, f" since {day_in_words(rule.valid_from)}"


def _beside(won: Verdict) -> tuple[str, str]:
    """What was looked at besides the areas."""
    road = won.details.get("road")
    if isinstance(road, NearRoad):
        with override("fr"):
            fr = f", la route la plus proche est {_road(road)} à {_metres(road.distance_m)}"
        with override("en"):
            return fr, f", the nearest road is {_road(road)} at {_metres(road.distance_m)}"
    if won.rule.condition in (Condition.WITHIN, Condition.BEYOND):
        return _feature(won)
    if won.rule.condition == Condition.ANSWER:
        return ", vous l’avez précisé", ", your answer says so"
    return "", ""


def _feature(won: Verdict) -> tuple[str, str]:
    within_m, reference = won.details["within_m"], won.rule.reference
    name = won.details.get("name") or reference
    with override("fr"):
        within_fr = _metres(within_m, decimals=2)
    with override("en"):
        within_en = _metres(within_m, decimals=2)
    if won.rule.condition == Condition.WITHIN:
        return (
            f", le point est à moins de {within_fr} de {name}",
            f", it is within {within_en} of {name}",
        )
    return (
        f", le point est à plus de {within_fr} de tout objet de «\u00a0{reference}\u00a0»",
        f", it is more than {within_en} from anything of “{reference}”",
    )


def _road(road: NearRoad) -> str:
    label = str(RoadClass(road.road_class).label).lower() if road.road_class else ""
    name = road.ref or road.name
    return f"{name} ({label})" if name and label else name or label or "?"


def _metres(distance_m: float, *, decimals: int = 0) -> str:
    """In the language that is active: what is measured in whole metres, a rule's as written."""
    return f"{in_words(distance_m, decimals=decimals)}\u00a0m"


def _place(location: Location) -> tuple[str, str]:
    """The commune with its code, in French with its preposition; without communes, the smallest
    area there is."""
    area = location.owner("commune") or next(
        (area for area in reversed(location.areas) if area.is_owner), None
    )
    if area is None:
        return "?", "?"
    return f"{_at(area.name)} ({area.code})", f"{area.name} ({area.code})"


def _at(name: str) -> str:
    """« à Nantes », « au Mans », « aux Sables-d’Olonne »."""
    for article, contracted in (("Le ", "au "), ("Les ", "aux ")):
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    return f"à {name}"


def details_as_json(details: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers, words and the road, as they were when it was decided."""
    kept = {key: value for key, value in details.items() if not isinstance(value, NearRoad)}
    road = details.get("road")
    if isinstance(road, NearRoad):
        kept["road"] = {"class": road.road_class, "ref": road.ref, "name": road.name}
    return kept


def outcome_words(verdict: Verdict) -> str:
    """Why a rule matched or not, for staff, in the reader's language."""
    details = dict(verdict.details)
    road = details.get("road")
    if isinstance(road, NearRoad):
        details |= {"road": _road(road)}
    for key in ("distance_m", "within_m"):
        if details.get(key) is not None:
            details[key] = in_words(details[key], decimals=1)
    details["name"] = details.get("name") or verdict.rule.reference  # a feature may have none
    return _sentences()[verdict.outcome.value] % {"distance_m": "", **details}


def _sentences() -> dict[str, str]:
    return {
        "matched": _("It holds."),
        "collectivity-gone": _(
            "The collectivity it names no longer exists: mend or end this rule."
        ),
        "elsewhere": _("The pin is in none of the areas it names."),
        "roads-unknown": _("No roads are known here: whether it holds cannot be told."),
        "no-road": _("No road lies within %(within_m)s m."),
        "other-road": _("The nearest road is another: %(road)s, at %(distance_m)s m."),
        "reference-unknown": _("The reference it asks is missing or does not reach here."),
        "too-far": _("Nothing of the reference lies within %(within_m)s m."),
        "too-near": _("%(name)s lies at %(distance_m)s m: too near."),
        "not-answered": _("The question was not answered."),
        "other-answer": _("The question was answered otherwise."),
        "no-area": _("No collectivity of this level has an area here."),
        "other-nature": _("%(name)s is not of the nature it wants."),
        "no-manager": _("The nearest road, %(road)s, names no manager that is known."),
    }
