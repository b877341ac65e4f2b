"""What the page asks back before a submission is sent: which side of a border, and who answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geodata.locating import LocatedArea, NotHere
from reports.forms import ANSWER, SubmissionForm
from reports.routing import Facts, Route, decide, facts_at

UNKNOWN_SIDE = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """Who would answer, and the sides among which the resident may say where they are."""

    route: Route
    sides: tuple[LocatedArea, ...]

    @property
    def border_question(self) -> str:
        names = " / ".join(area.name for area in self.sides)
        return gettext("You are at the border of {areas}: on which side is it?").format(areas=names)


class SubmissionPageForm(SubmissionForm):
    """The form of the page: on a border, it asks which side is meant before it is valid."""

    answer: Answer | None = None

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("pin") and given.get("category"):
            self._look(given)
        if given.get("side") == UNKNOWN_SIDE:
            given["side"] = ""
        return given

    @property
    def chosen_answers(self) -> set[str]:
        """What was ticked, to be ticked again."""
        return {str(value) for name, value in self.data.items() if name.startswith(ANSWER)}

    def only_asking(self) -> Self:
        """Without the complaints about what is not written yet: the resident only asked."""
        for name in ("description", "side"):
            self.errors.pop(name, None)
        return self

    def _look(self, given: dict[str, Any]) -> None:
        """Sets `answer`; asks for the side, or refuses one that is elsewhere."""
        told = given.get("side", "")
        side = "" if told == UNKNOWN_SIDE else told
        try:
            facts = self._facts(given, side)
        except NotHere:
            self.add_error("side", _("That is not one of the areas at the pin: choose again."))
            facts = self._facts(given, "")
        sides = facts.location.sides
        if facts.location.areas:
            self.answer = Answer(decide(facts, given["category"]), sides)
        if sides and not told:
            self.add_error("side", _("You are at a border: say on which side it is."))

    def _facts(self, given: dict[str, Any], side: str) -> Facts:
        return facts_at(
            given["pin"],
            on=timezone.localdate(),
            accuracy_m=given.get("accuracy_m"),
            side=side,
            answers=given.get("answers"),
        )
