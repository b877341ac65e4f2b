"""Roads and other features for tests: a reference whose ground is the toy world."""

from django.contrib.gis.geos import GEOSGeometry, LineString, Polygon

from geodata.models import Collectivity, Purpose, Reference, ReferenceFeature

GROUND = Polygon.from_bbox((-1, 44, 3, 48))
M_A_LAT = 111_148.0
"""Metres a degree of latitude at 45.5° north, to a metre."""


def reference(slug: str = "roads", *, purpose: str = Purpose.ROADS) -> Reference:
    made, _created = Reference.objects.get_or_create(
        slug=slug, defaults={"name": slug, "purpose": purpose, "ground": GROUND}
    )
    return made


def road(
    road_class: str,
    *points: tuple[float, float],
    ref: str = "",
    slug: str = "roads",
    manager: Collectivity | None = None,
) -> ReferenceFeature:
    """A line through (lon, lat) points."""
    return ReferenceFeature.objects.create(
        reference=reference(slug),
        road_class=road_class,
        ref=ref,
        manager_collectivity=manager,
        geom=LineString(*points, srid=4326),
    )


def feature(wkt: str, *, slug: str, name: str = "") -> ReferenceFeature:
    return ReferenceFeature.objects.create(
        reference=reference(slug, purpose=Purpose.FEATURES),
        name=name,
        geom=GEOSGeometry(wkt, srid=4326),
    )
