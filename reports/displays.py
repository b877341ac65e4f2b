"""How the map shows what a filter means: `display` and `level` of its address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

POINTS: Final = "points"
DISPLAYS: Final = (POINTS, "areas", "density", "rate")
PARAMETERS: Final = ("display", "level")


class BadDisplay(ValueError):
    """`str()` is a sentence for the reader."""


@dataclass(frozen=True, slots=True)
class Display:
    """`level`: code of the level of areas that is shown; '' lets the zoom choose."""

    kind: str = POINTS
    level: str = ""

    @property
    def query(self) -> str:
        """As the address says it; '' for points."""
        if self.kind == POINTS:
            return ""
        return urlencode({"display": self.kind} | ({"level": self.level} if self.level else {}))


def read_display(given: QueryDict, is_level: Callable[[str], bool]) -> Display:
    """`is_level` says whether there are areas of a level.  Raises BadDisplay."""
    for name in PARAMETERS:
        if len(set(given.getlist(name))) > 1:
            raise BadDisplay(
                _("“%(name)s” is given twice, with different values.") % {"name": name}
            )
    found = Display(given.get("display") or POINTS, given.get("level", ""))
    if found.kind not in DISPLAYS:
        sentence = _("“display” is one of %(names)s.")
        raise BadDisplay(sentence % {"names": ", ".join(DISPLAYS)})
    if found.level and found.kind == POINTS:
        raise BadDisplay(_("“level” goes with display=areas, display=density or display=rate."))
    if found.level and ("\0" in found.level or not is_level(found.level)):
        raise BadDisplay(_("“level”: there are no areas of such a level."))
    return found
