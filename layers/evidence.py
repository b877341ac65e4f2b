"""Published overlays of points with a year and a severity, as evidence (`geodata.evidence`)."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point

from geodata.evidence import Cited, Fact, Source
from layers.models import Overlay, OverlayFeature

YEAR_FIELD, SEVERITY_FIELD = "annee", "gravite"


class PublishedOverlays:
    """Asks what is on the public map now; a snapshot of it stays what it was."""

    def sources(self) -> list[Source]:
        found = (_source(overlay) for overlay in _evidence_overlays())
        return [source for source in found if source is not None]

    def find(self, key: str, place: Point, radius_m: int, first_year: int, last_year: int) -> Cited:
        overlay = next((one for one in _evidence_overlays() if one.slug == key), None)
        source = _source(overlay) if overlay else None
        if overlay is None or source is None or overlay.published is None:
            raise KeyError(key)
        near = (
            OverlayFeature.objects.filter(overlay_import=overlay.published)
            .in_years(YEAR_FIELD, first_year, last_year)
            .near(place, radius_m)
        )
        return Cited(
            source,
            attribution=overlay.attribution,
            licence=overlay.licence,
            version=overlay.published.sha256,
            version_date=overlay.published.uploaded_at.date().isoformat(),
            facts=tuple(_fact(feature) for feature in near),
        )


def _evidence_overlays() -> list[Overlay]:
    """Those that everybody may see and whose shapes have both fields."""
    visible = Overlay.objects.visible_to(AnonymousUser()).select_related("published")
    return [overlay for overlay in visible if _has_both_fields(overlay)]


def _has_both_fields(overlay: Overlay) -> bool:
    if overlay.published is None:
        return False
    names = {str(field["name"]) for field in overlay.published.fields}
    return {YEAR_FIELD, SEVERITY_FIELD} <= names


def _source(overlay: Overlay) -> Source | None:
    years = OverlayFeature.objects.filter(overlay_import=overlay.published).years(YEAR_FIELD)
    return Source(overlay.slug, overlay.name, *years) if years else None


def _fact(feature: OverlayFeature) -> Fact:
    centre = feature.geom.centroid
    return Fact(
        key=str(feature.fields.get("Num_Acc") or feature.position + 1),
        name=feature.name,
        year=int(feature.year),  # type: ignore[attr-defined]
        day=str(feature.fields.get("date", "")),
        severity=str(feature.fields.get(SEVERITY_FIELD, "")) or "inconnue",
        distance_m=round(feature.distance_m.m),  # type: ignore[attr-defined]
        lon=round(centre.x, 6),
        lat=round(centre.y, 6),
    )
