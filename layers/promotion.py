"""What promoting an overlay to areas would do, and what stands in its way.  Writes nothing."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import shapely
from django.utils.translation import gettext as _
from shapely import MultiPolygon, Polygon

from geodata.editions import IncomingArea
from geodata.models import Collectivity, Edition, Level
from layers.models import Overlay, OverlayFeature

PLACEMARK_NAME = ":name"
PLACEMARK_FOLDER = ":folder"
"""Stand for the placemark's own name and folder; ExtendedData may have a field called `name`."""

MAX_CODE = 80
MAX_AREA_NAME = 200
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """`obstacles` are sentences; promotion waits until there are none."""

    areas: list[IncomingArea]
    left_out: int
    """Shapes that are no surfaces: points and lines make no ground."""
    without_code: int
    doubles: list[str]
    obstacles: list[str]


def plan(
    overlay: Overlay, level: Level, code_field: str, name_field: str, valid_from: date
) -> Plan:
    """Reads the published shapes of `overlay` as areas of `level`."""
    features = list(OverlayFeature.objects.filter(overlay_import=overlay.published))
    surfaces = [feature for feature in features if feature.geom.dims == 2]
    collectivities = {c.code: c for c in Collectivity.objects.filter(level=level)}
    areas = [_area(feature, code_field, name_field, collectivities) for feature in surfaces]
    counts = Counter(area.code for area in areas if area.code)
    doubles = sorted(code for code, count in counts.items() if count > 1)
    without_code = sum(not area.code for area in areas)
    return Plan(
        areas=areas,
        left_out=len(features) - len(surfaces),
        without_code=without_code,
        doubles=doubles,
        obstacles=[
            *_about_overlay(overlay, areas),
            *_about_codes(areas, without_code, doubles),
            *_about_day(overlay, level, valid_from),
        ],
    )


def field_names(overlay: Overlay) -> list[str]:
    """The ExtendedData fields of the published shapes, alphabetically."""
    rows = OverlayFeature.objects.filter(overlay_import=overlay.published)
    return rows.field_names()


def _area(
    feature: OverlayFeature,
    code_field: str,
    name_field: str,
    collectivities: dict[str, Collectivity],
) -> IncomingArea:
    code = _value(feature, code_field)
    shape = shapely.from_wkb(bytes(feature.geom.wkb))
    assert isinstance(shape, Polygon | MultiPolygon)
    return IncomingArea(
        code=code,
        name=_value(feature, name_field)[:MAX_AREA_NAME] or code,
        geometry=shape,
        collectivity=collectivities.get(code),
    )


def _value(feature: OverlayFeature, source: str) -> str:
    if source == PLACEMARK_NAME:
        return feature.name.strip()
    if source == PLACEMARK_FOLDER:
        return feature.folder.strip()
    return str(feature.fields.get(source, "")).strip()


def _about_overlay(overlay: Overlay, areas: list[IncomingArea]) -> list[str]:
    if overlay.published is None:
        return [_("Publish the overlay first: areas are made of what everybody can see.")]
    if not areas:
        return [_("There is no surface in this overlay: points and lines cannot become areas.")]
    return []


def _about_codes(areas: list[IncomingArea], without_code: int, doubles: list[str]) -> list[str]:
    said = []
    if without_code:
        said.append(_("%(count)d shapes have no code in this field.") % {"count": without_code})
    if doubles:
        shown = ", ".join(doubles[:_SHOWN])
        said.append(_("Each code must occur once; these occur more often: %s.") % shown)
    long = [area.code for area in areas if len(area.code) > MAX_CODE]
    if long:
        said.append(
            _("Codes have %(limit)d characters at most: “%(code)s…” is too long.")
            % {"limit": MAX_CODE, "code": long[0][:30]}
        )
    return said


def _about_day(overlay: Overlay, level: Level, valid_from: date) -> list[str]:
    """An edition of this series that begins on that day or later is in the way."""
    later = Edition.objects.filter(level=level, series=overlay.slug, valid_from__gte=valid_from)
    newest = later.order_by("-valid_from").first()
    if newest is None:
        return []
    return [
        _("This overlay was already promoted with effect from %s: choose a later day.")
        % newest.valid_from.isoformat()
    ]
