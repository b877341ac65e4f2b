"""What using an overlay as a reference for rules would do.  Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from django.utils.translation import gettext as _

from geodata import references
from geodata.models import Purpose
from geodata.references import Candidate, ReferencePlan
from layers.mapping import value_of
from layers.models import Overlay, OverlayFeature


@dataclass(frozen=True, slots=True)
class Referral:
    """A dry run; `left_out` are shapes that are no lines, where the reference is of roads."""

    plan: ReferencePlan
    left_out: int
    obstacles: tuple[str, ...]


def plan(
    overlay: Overlay,
    purpose: str,
    class_field: str,
    ref_field: str,
    name_field: str,
    manager_field: str,
) -> Referral:
    """Reads the published shapes of `overlay` as features of a reference."""
    features = list(OverlayFeature.objects.filter(overlay_import=overlay.published))
    fit = [f for f in features if purpose != Purpose.ROADS or f.geom.dims == 1]
    planned = references.plan(
        (
            Candidate(
                _("line %(line)s") % {"line": feature.line},
                shapely.from_wkb(bytes(feature.geom.wkb)),
                road_class=value_of(feature, class_field),
                ref=value_of(feature, ref_field),
                name=value_of(feature, name_field),
                manager=value_of(feature, manager_field),
            )
            for feature in fit
        ),
        purpose=purpose,
    )
    obstacles = references.obstacles(planned)
    if overlay.published is None:
        obstacles = [_("Publish the overlay first: rules look at what everybody can see.")]
    return Referral(planned, len(features) - len(fit), tuple(obstacles))
