"""What only the whole file shows: axes exchanged throughout, all of it far away, the same fault
again and again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from geodata.kml import Feature, Finding, Severity
from geodata.mending import Mended

MAX_OF_A_KIND = 100
"""Placemarks named for each of the findings that a whole file may be full of."""

REPEATING = {"outside-territory", "ring-turned", "points-twice", "spikes-cut", "axes-swapped"}
_LOADS = re.compile(
    r"<\s*(?:img|picture|svg|video|audio|iframe|frame|object|embed|input|link|style)\b",
    re.IGNORECASE,
)
"""What would load something in a description; none of it is shown."""

_MOST = 0.9
"""Of the shapes that have to look exchanged before exchanging is offered."""


@dataclass(slots=True)
class Survey:
    """Sees every mended shape and hears every finding; has the last words."""

    shapes: int = 0
    at_home: int = 0
    swapped: int = 0
    with_pictures: int = 0
    _heard: Counter[tuple[Severity, str]] = field(default_factory=Counter)

    def see(self, mended: Mended) -> None:
        self.shapes += len(mended.shapes)
        self.at_home += mended.is_at_home
        self.swapped += mended.looks_swapped

    def look_at(self, feature: Feature) -> None:
        self.with_pictures += _LOADS.search(feature.description) is not None

    def lets_through(self, finding: Finding) -> bool:
        """False for what has been said of enough placemarks; it is counted."""
        self.swapped += finding.code == "looks-swapped"  # not even on the globe as written
        if finding.code not in REPEATING:
            return True
        self._heard[finding.severity, finding.code] += 1
        return self._heard[finding.severity, finding.code] <= MAX_OF_A_KIND

    def closing_words(self) -> Iterator[Finding]:
        for (severity, code), count in self._heard.items():
            if count > MAX_OF_A_KIND:
                yield Finding(severity, f"{code}-more", values={"count": count - MAX_OF_A_KIND})
        if self.with_pictures:
            values = {"count": self.with_pictures}
            yield Finding(Severity.NOTE, "pictures-left-out", values=values)
        if self.swapped and not self.at_home and self.swapped >= _MOST * self.shapes:
            yield Finding(Severity.WARNING, "swap-axes-offered", values={"count": self.swapped})
        elif self.shapes and not self.at_home:
            yield Finding(Severity.WARNING, "far-away")
