"""What promoting an overlay to areas would do, and what stands in its way.  Writes nothing."""

from dataclasses import dataclass
from datetime import date

import shapely
from django.utils.translation import gettext as _

from geodata import planning
from geodata.models import Level
from geodata.planning import Candidate
from layers.mapping import value_of
from layers.models import Overlay, OverlayFeature


@dataclass(frozen=True, slots=True)
class Promotion:
    """A dry run: `plan` says what the edition would hold."""

    plan: planning.Plan
    left_out: int
    """Shapes that are no surfaces: points and lines make no ground."""
    obstacles: tuple[str, ...]
    """Sentences; promotion waits until there are none."""


def plan(
    overlay: Overlay, level: Level, code_field: str, name_field: str, valid_from: date
) -> Promotion:
    """Reads the published shapes of `overlay` as areas of `level`, in the overlay's own series."""
    features = list(OverlayFeature.objects.filter(overlay_import=overlay.published))
    surfaces = [feature for feature in features if feature.geom.dims == 2]
    planned = planning.plan(
        (_candidate(feature, code_field, name_field) for feature in surfaces),
        level=level,
        valid_from=valid_from,
        series=overlay.slug,
    )
    obstacles = (*_about_overlay(overlay, bool(surfaces)), *map(str, planned.refused))
    return Promotion(
        plan=planned,
        left_out=len(features) - len(surfaces),
        obstacles=obstacles or planned.obstacles,
    )


def field_names(overlay: Overlay) -> list[str]:
    """The ExtendedData fields of the published shapes, alphabetically."""
    return OverlayFeature.objects.filter(overlay_import=overlay.published).field_names()


def _candidate(feature: OverlayFeature, code_field: str, name_field: str) -> Candidate:
    return Candidate(
        where=_("line %(line)s") % {"line": feature.line},
        code=value_of(feature, code_field),
        name=value_of(feature, name_field) or value_of(feature, code_field),
        geometry=shapely.from_wkb(bytes(feature.geom.wkb)),
    )


def _about_overlay(overlay: Overlay, has_surfaces: bool) -> list[str]:
    if overlay.published is None:
        return [_("Publish the overlay first: areas are made of what everybody can see.")]
    if not has_surfaces:
        return [_("There is no surface in this overlay: points and lines cannot become areas.")]
    return []
