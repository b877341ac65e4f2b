"""Shapes of published overlays by name, as filters write it: `overlay:slug:feature`."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.models import Union
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import F

from geodata import named_shapes
from geodata.named_shapes import NamedShape
from layers.models import Overlay, OverlayFeature
from layers.querysets import OverlayFeatureQuerySet

PREFIX = "overlay"


def register() -> None:
    """Filters understand `overlay:…` from now on."""
    named_shapes.register(PREFIX, find)


def find(text: str) -> NamedShape | None:
    """The surface `slug:feature` of an overlay on the public map; several that share a code are
    one.  A feature is named by its code or, where it has none, by its position in the file."""
    slug, _colon, ref = text.partition(":")
    overlay = Overlay.objects.published().filter(slug=slug).first()
    if overlay is None or not ref:
        return None
    found = _features(overlay, ref).filter(geom__isvalid=True)
    first = found.first()
    if first is None:
        return None
    ground: GEOSGeometry | None = found.aggregate(ground=Union("geom"))["ground"]
    if ground is None or ground.geom_type not in ("Polygon", "MultiPolygon"):
        return None
    return NamedShape(f"{PREFIX}:{slug}:{ref}", first.shown_name or f"{overlay.name} {ref}", ground)


def key_of(overlay: Overlay, feature: OverlayFeature) -> str:
    """What `find` finds it by, prefix included.  Wants `with_meanings`."""
    return f"{PREFIX}:{overlay.slug}:{feature.shown_code or feature.position}"


def _features(overlay: Overlay, ref: str) -> OverlayFeatureQuerySet:
    features = OverlayFeature.objects.filter(overlay_import=overlay.published_id).with_meanings()
    coded: Any = features.annotate(coded=F("shown_code"))
    by_code: OverlayFeatureQuerySet = coded.filter(coded=ref)
    if by_code.exists():
        return by_code
    is_number = ref.isascii() and ref.isdigit() and len(ref) < 10
    if not is_number:
        return features.none()
    by_position: OverlayFeatureQuerySet = coded.filter(position=int(ref), coded="")
    return by_position
