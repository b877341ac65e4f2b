"""What the map, its sheet and its frame read of an address, and what they then have to show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from geodata.models import Level
from geodata.problems import Refused
from reports.counting import Count, count_public
from reports.displays import PARAMETERS, BadDisplay, Display, read_display
from reports.doors import bounded
from reports.filters import SubmissionFilter
from reports.listing import public_page
from reports.paging import BadCursor, Page, cursor_of
from reports.viewing import Viewpoint, bounds_of
from reports.workflow import Status


@dataclass(slots=True)
class Look:
    """Filter, view and viewpoint of an address, with what they mean; or `problem`, in a sentence,
    and nothing found."""

    wanted: SubmissionFilter
    display: Display = field(default_factory=Display)
    at: Viewpoint | None = None
    page: Page = field(default_factory=lambda: Page([], ""))
    count: Count = field(default_factory=lambda: Count(0, False))
    problem: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        return self.wanted.as_query() if self.wanted.is_valid() else ""

    @property
    def sheet_query(self) -> str:
        """Filter and view, as the addresses of map, sheet and frame say them."""
        return "&".join(filter(None, [self.query, self.display.query]))

    @property
    def tile_query(self) -> str | None:
        """Of the pins; None where the filter is refused."""
        return self.wanted.canonical(but=("bbox",)) if self.wanted.is_valid() else None

    def context(self) -> dict[str, Any]:
        return {
            "filter": self.wanted,
            "display": self.display,
            "at": str(self.at or ""),
            "bounds": bounds_of(self.wanted),
            "query": self.query,
            "sheet_query": self.sheet_query,
            "tile_query": self.tile_query,
            "statuses": Status.choices,
            "page": self.page,
            "count": self.count,
            "problem": self.problem,
        }


def look(request: HttpRequest, *, extras: tuple[str, ...], listed: int) -> Look:
    """`extras` are the door's own parameters beside those of view and viewpoint; `listed` is how
    many of the submissions are wanted."""
    seen = Look(SubmissionFilter(request.GET, extras=(*extras, *PARAMETERS, "at")))
    try:
        seen.display = read_display(request.GET, _has_areas)
        seen.at = Viewpoint.read(request.GET.get("at", ""))
        if seen.wanted.is_valid():
            _find(request, seen, listed)
        else:
            seen.status = 400
    except (BadCursor, BadDisplay) as bad:
        seen.problem, seen.status = str(bad), 400
    except Refused as refused:
        seen.problem, seen.status, seen.headers = str(refused), refused.status, refused.headers
    return seen


def _has_areas(level: str) -> bool:
    return Level.objects.with_areas_today().filter(code=level).exists()


def _find(request: HttpRequest, seen: Look, listed: int) -> None:
    with bounded(request, seen.wanted):
        if listed:
            seen.page = public_page(seen.wanted, cursor=cursor_of(request.GET), limit=listed)
        seen.count = count_public(seen.wanted)
