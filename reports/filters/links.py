"""A valid filter as links of areas to walk along, and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geodata.models import Area, Collectivity
from reports.filters.ground import Conditions
from reports.models import Submission
from reports.pyramid.slices import KNOWN, said_in
from reports.pyramid.tallies import Share, Slice, slice_in
from reports.workflow import CLOSED, OPEN

if TYPE_CHECKING:
    from reports.filters.form import SubmissionFilter

_TOLD: Final = KNOWN | {"area", "created_from", "created_to", "q", "responsible", "has_photo"}
"""What a link, or the row of its submission, tells."""


@dataclass
class Links:
    """Public submissions in any of `areas` (ids).

    `phase` is 'open', 'closed', or '' for both, and links tell it, as they tell the days of
    sending, and of which category each is.  `is_of_categories`: not any will do;
    `is_of_statuses`: `conditions` name some that are no whole phase, which only rows tell, as they
    alone tell what is `responsible` (ids of collectivities) and `has_photo`.  `few`: among these
    ids, which have been found by words, or by a photo.
    """

    areas: list[int]
    phase: str
    conditions: Conditions
    is_of_categories: bool
    is_of_statuses: bool
    responsible: list[int]
    is_of_small_bodies: bool
    """Whether these are likely to answer for no more than the areas hold."""
    has_photo: bool | None
    few: list[int] | None
    tallied: Slice
    whole_months: tuple[int, int]
    """Those of `tallied` that are meant from their first day to their last."""
    shares: dict[int, Share] | None = None
    """By area; kept by `reports.walking`, which asks for it."""

    @property
    def is_narrow(self) -> bool:
        return self.is_of_categories or self.is_of_statuses or self.is_beyond_tallies

    @property
    def reads_rows_of_a_category(self) -> bool:
        """Whether something is asked that no link tells; photos are found by id."""
        return self.is_of_statuses or bool(self.responsible)

    @property
    def is_beyond_tallies(self) -> bool:
        """Whether something is asked that no tally knows."""
        return bool(self.responsible) or self.has_photo is not None

    @property
    def params(self) -> dict[str, Any]:
        few = {} if self.few is None else {"few": self.few or "{}"}
        return {
            "areas": self.areas,
            "responsible": self.responsible or None,
            "has_photo": None if self.has_photo is None else str(self.has_photo),
            **self.conditions.params,
            **few,
        }


def links_of(wanted: SubmissionFilter) -> Links | None:
    """None where links and rows do not tell which ones are meant, or words have found many."""
    given = wanted.cleaned_data
    if not wanted.walks_links or not _TOLD.issuperset(said_in(given)):
        return None
    few = _few(wanted)
    if given["q"] and few is None:
        return None
    statuses = wanted.statuses
    tallied, whole = slice_in(given)
    return Links(
        areas=[area.pk for area in wanted.chosen_areas],
        phase=_phase(statuses),
        conditions=wanted.conditions,
        is_of_categories=bool(given["kind"]) or given["categories"] is not None,
        is_of_statuses=statuses not in (OPEN, CLOSED, OPEN | CLOSED),
        responsible=[body.pk for body in given["responsible"]],
        is_of_small_bodies=_are_no_larger(given["responsible"], wanted.chosen_areas),
        has_photo=given["has_photo"],
        few=few,
        tallied=tallied,
        whole_months=whole,
    )


def _few(wanted: SubmissionFilter) -> list[int] | None:
    if wanted.cleaned_data["q"]:
        return wanted.few_found
    return Submission.objects.few_with_photo() if wanted.cleaned_data["has_photo"] else None


def _are_no_larger(bodies: list[Collectivity], areas: list[Area]) -> bool:
    """A commune is no larger than a commune or a région, and neither is who answers for little."""
    if not bodies:
        return False
    lowest = max(area.level.rank for area in areas)
    return all(
        body.level and lowest <= body.level.rank for body in bodies
    ) or Submission.objects.are_few(responsible__in=bodies)


def _phase(statuses: frozenset[str]) -> str:
    """The one that all of them belong to."""
    if statuses <= OPEN:
        return "open"
    return "" if statuses & OPEN else "closed"
