"""A valid filter as links of areas to walk along, and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reports.filters.ground import Conditions
from reports.pyramid.slices import KNOWN, said_in
from reports.pyramid.tallies import Share, Slice, months_between
from reports.workflow import CLOSED, OPEN

if TYPE_CHECKING:
    from reports.filters.form import SubmissionFilter

_TOLD: Final = KNOWN | {"area", "created_from", "created_to", "q"}
"""What a link, or the row of its submission, tells."""


@dataclass
class Links:
    """Public submissions in any of `areas` (ids).

    `phase` is 'open', 'closed', or '' for both, and links tell it, as they tell the days of
    sending; `is_narrow`: what `conditions` say of kind, category and status has to be read from
    rows.  `few`: among these ids, which have been found by words.
    """

    areas: list[int]
    phase: str
    conditions: Conditions
    is_narrow: bool
    few: list[int] | None
    tallied: Slice
    whole_months: tuple[int, int]
    """Those of `tallied` that are meant from their first day to their last."""
    shares: dict[int, Share] | None = None
    """By area; kept by `reports.walking`, which asks for it."""

    @property
    def params(self) -> dict[str, Any]:
        few = {} if self.few is None else {"few": self.few or "{}"}
        return {"areas": self.areas, **self.conditions.params, **few}


def links_of(wanted: SubmissionFilter) -> Links | None:
    """None where links and rows do not tell which ones are meant, or words have found many."""
    given = wanted.cleaned_data
    few = wanted.few_found if given["q"] else None
    if (
        not wanted.walks_links
        or not _TOLD.issuperset(said_in(given))
        or (given["q"] and few is None)
    ):
        return None
    statuses, categories = wanted.statuses, given["categories"]
    is_narrow = bool(given["kind"]) or categories is not None
    months, whole = months_between(given["created_from"], given["created_to"])
    return Links(
        areas=[area.pk for area in wanted.chosen_areas],
        phase=_phase(statuses),
        conditions=wanted.conditions,
        is_narrow=is_narrow or statuses not in (OPEN, CLOSED, OPEN | CLOSED),
        few=few,
        tallied=Slice(
            tuple(given["kind"]), None if categories is None else tuple(categories), *months
        ),
        whole_months=whole,
    )


def _phase(statuses: frozenset[str]) -> str:
    """The one that all of them belong to."""
    if statuses <= OPEN:
        return "open"
    return "" if statuses & OPEN else "closed"
