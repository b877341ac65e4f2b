"""What is known of a place: its areas, the roads and features beside it, the answers given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.gis.geos import Point

from geodata.locating import Location
from geodata.nearby import (
    Nearby,
    ReferenceUnreadable,
    RoadsNearby,
    distance_to,
    roads_near,
)

if TYPE_CHECKING:
    from reports.routing.rulebook import Rulebook

_NO_ROADS = RoadsNearby(known=False, roads=())
_NO_FEATURE = Nearby(known=False, distance_m=None, name="")


class Facts:
    """Asked for only as far as a rule wants to know; each question reaches the database once.

    A reference that is missing or broken makes an answer unknown, never an error: no submission
    is lost to a road file.
    """

    def __init__(
        self,
        pin: Point | None,
        location: Location,
        *,
        on: date,
        answers: Mapping[str, str] | None = None,
        rulebook: Rulebook | None = None,
        revision: str = "",
    ) -> None:
        """`pin` in EPSG:4326; None where nothing but areas is known.  `rulebook` is the one that
        was current when the areas were read, `revision` that of the ground and the rules."""
        self.pin = pin
        self.location = location
        self.on = on
        self.answers = answers or {}
        self.rulebook = rulebook
        self.revision = revision
        self._roads: dict[tuple[float, str], RoadsNearby] = {}
        self._features: dict[tuple[str, float], Nearby] = {}

    def roads(self, *, reach_m: float, reference: str = "") -> RoadsNearby:
        """Roads within `reach_m` metres, the deciding one first; of one reference, or of any."""
        if (reach_m, reference) not in self._roads:
            self._roads[reach_m, reference] = self._ask_roads(reach_m, reference)
        return self._roads[reach_m, reference]

    def nearby(self, *, reference: str, within_m: float) -> Nearby:
        """The nearest feature of a reference within a distance."""
        if (reference, within_m) not in self._features:
            self._features[reference, within_m] = self._ask_feature(reference, within_m)
        return self._features[reference, within_m]

    def know_roads(self, found: RoadsNearby, *, reach_m: float, reference: str = "") -> None:
        """What `roads` will answer: it was asked for many pins at once."""
        self._roads[reach_m, reference] = found

    def know_nearby(self, found: Nearby, *, reference: str, within_m: float) -> None:
        """What `nearby` will answer: it was asked for many pins at once."""
        self._features[reference, within_m] = found

    def _ask_roads(self, reach_m: float, reference: str) -> RoadsNearby:
        if self.pin is None:
            return _NO_ROADS
        try:
            return roads_near(self.pin, reach_m=reach_m, reference=reference)
        except ReferenceUnreadable:
            return _NO_ROADS

    def _ask_feature(self, reference: str, within_m: float) -> Nearby:
        if self.pin is None:
            return _NO_FEATURE
        try:
            return distance_to(self.pin, reference=reference, within_m=within_m)
        except ReferenceUnreadable:
            return _NO_FEATURE
