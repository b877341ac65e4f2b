"""What the pyramid knows of a filter: kinds, categories and phase.  Anything else it does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from reports.workflow import OPEN, Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EVERYTHING = ("", 0)

_IS_MEANT: Final = """
    (%(phase)s = '' OR {is_open} = (%(phase)s = 'open')) AND EXISTS (
        SELECT FROM unnest(%(kinds)s::text[], %(categories)s::bigint[]) AS slice (kind, category)
        WHERE slice.kind IN ('', {kind}) AND slice.category IN (0, {category})
    )
"""
ROW_IS_MEANT: Final = _IS_MEANT.format(
    is_open="reports_is_open(one.status)", kind="one.kind", category="one.category_id"
)
"""Of a submission `one`, with the parameters that `Slices.params` gives."""
DELTA_IS_MEANT: Final = _IS_MEANT.format(
    is_open="delta.is_open", kind="delta.kind", category="delta.category"
)
"""The same of a change `delta` that is not folded in yet."""


@dataclass(frozen=True, slots=True)
class Slices:
    """Rows of the pyramid that together hold what a filter means: (kind, category) pairs, '' and 0
    for all of them; `phase` is 'open', 'closed', or '' for both."""

    pairs: tuple[tuple[str, int], ...] = (EVERYTHING,)
    phase: str = ""

    @property
    def is_everything(self) -> bool:
        return self == EVERY_SUBMISSION

    @property
    def is_undivided(self) -> bool:
        """Whether any kind and category will do."""
        return self.pairs == (EVERYTHING,)

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _category in self.pairs]

    @property
    def categories(self) -> list[int]:
        return [category for _kind, category in self.pairs]

    @property
    def params(self) -> dict[str, Any]:
        return {"kinds": self.kinds, "categories": self.categories, "phase": self.phase}


EVERY_SUBMISSION = Slices()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A filter that the pyramid has no counts for; `by` names the parameters."""

    by: tuple[str, ...] = field(default=())


KNOWN = frozenset({"kind", "category", "categories", "group", "status", "sort", "on"})
"""Parameters that slices answer.  `sort` orders lists, and a tile has no order; `on` says of which
day areas are meant."""


def said_in(given: Mapping[str, Any]) -> list[str]:
    """The parameters that a filter's values say anything in."""
    return [name for name, value in given.items() if value is False or value]


def slices_of(given: Mapping[str, Any], statuses: frozenset[str]) -> Slices | Unknown:
    """What the pyramid holds of a valid filter's values (`SubmissionFilter.cleaned_data`) and of
    the statuses it means."""
    strange = tuple(sorted(name for name in said_in(given) if name not in KNOWN))
    phase = _phase(statuses)
    if phase is None:
        strange += ("status",)
    if strange or phase is None:
        return Unknown(strange)
    return Slices(_pairs(given.get("kind") or [], given.get("categories")), phase)


def _pairs(kinds: Iterable[str], categories: list[int] | None) -> tuple[tuple[str, int], ...]:
    if not kinds and categories is None:
        return (EVERYTHING,)
    ids = [0] if categories is None else categories
    return tuple((kind, pk) for kind in (kinds or Kind.values) for pk in ids)


def _phase(statuses: frozenset[str]) -> str | None:
    """'' for all; None where the statuses are no whole phase."""
    if not statuses or statuses >= set(Status.values):
        return ""
    if statuses == OPEN:
        return "open"
    return "closed" if statuses == frozenset(Status.values) - OPEN else None
