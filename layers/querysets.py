"""Which overlays and shapes a person may see: the one place that decides it."""

from __future__ import annotations

from math import cos, radians
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.db.models import (
    Count,
    F,
    FloatField,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from geodata.crs import WEB_MERCATOR

if TYPE_CHECKING:
    from accounts.models import User
    from layers.models import Overlay, OverlayFeature, OverlayImport  # noqa: F401


class OverlayQuerySet(QuerySet["Overlay"]):
    def published(self) -> Self:
        return self.filter(published__isnull=False)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Published ones for everybody; drafts for those who work for the owner."""
        if user.is_superuser:
            return self.all()
        if not user.is_authenticated:
            return self.published()
        return self.filter(
            Q(published__isnull=False) | Q(collectivity__memberships__user=user)
        ).distinct()

    def worked_on_by(self, user: User | AnonymousUser) -> Self:
        """Those whose staff pages `user` may open (see `permissions.can_look_at`)."""
        if user.is_superuser:
            return self.all()
        if not user.is_authenticated:
            return self.none()
        return self.filter(collectivity__memberships__user=user)

    def with_latest_import(self) -> Self:
        """Each with `latest_state`, `latest_count` and `latest_at` of its newest import."""
        imports = apps.get_model("layers", "OverlayImport")._default_manager
        newest = imports.filter(overlay=OuterRef("pk"))
        return self.select_related("collectivity").annotate(
            latest_state=Subquery(newest.values("state")[:1]),
            latest_count=Subquery(newest.values("feature_count")[:1]),
            latest_at=Subquery(newest.values("uploaded_at")[:1]),
        )


class OverlayImportQuerySet(QuerySet["OverlayImport"]):
    def unfinished(self) -> Self:
        """Waiting, or being read, or left behind by a reader that died."""
        return self.filter(state__in=["queued", "reading"])

    def published(self) -> Self:
        """Those on the public map."""
        return self.filter(overlay__published=F("pk"))


def shown_name(feature: str = "") -> Coalesce:
    """What a feature is called on the map; `feature` is the path to it, with `__` at its end."""
    chosen = Func(
        F(f"{feature}fields"),
        F(f"{feature}overlay_import__overlay__name_field"),
        function="jsonb_extract_path_text",
        output_field=TextField(),
    )
    named = Func(chosen, Value(""), function="NULLIF", output_field=TextField())
    return Coalesce(named, Cast(f"{feature}name", TextField()))


def style_drawn(feature: str = "") -> dict[str, Any]:
    """The properties of a feature's style that its file gives, as tiles call them."""
    style = f"{feature}style"
    texts = {key: KeyTextTransform(key, style) for key in ("stroke", "fill")}
    numbers = {
        key: Cast(KeyTextTransform(key, style), FloatField())
        for key in ("stroke_opacity", "stroke_width", "fill_opacity")
    }
    return texts | numbers


class OverlayFeatureQuerySet(QuerySet["OverlayFeature"]):
    def published(self) -> Self:
        """Shapes of the imports that are on the public map."""
        return self.filter(overlay_import__overlay__published=F("overlay_import"))

    def with_shown_name(self) -> Self:
        """Each with `shown_name`: the overlay's field of names, else the placemark's own name."""
        return self.annotate(shown_name=shown_name())

    def as_drawn(self) -> Self:
        """Each with its shown name and the properties of its style that the file gives."""
        return self.with_shown_name().annotate(**style_drawn())

    def extent(self) -> tuple[float, float, float, float] | None:
        """(west, south, east, north) in EPSG:4326 degrees, or None without shapes."""
        extent: tuple[float, float, float, float] | None = self.aggregate(e=Extent("geom"))["e"]
        return extent

    def bounds_by_import(self) -> dict[int | None, tuple[float, float, float, float]]:
        """The same for each import that has shapes, by its id."""
        rows = self.order_by().values("overlay_import").annotate(e=Extent("geom"))
        return {row["overlay_import"]: row["e"] for row in rows}

    def with_year(self, field: str) -> Self:
        """Each with `year`: the text of a field."""
        return self.annotate(year=KeyTextTransform(field, "fields"))

    def near(self, place: Point, radius_m: float) -> Self:
        """Within `radius_m` metres of `place` (EPSG:4326), on the ellipsoid, each with
        `distance_m`; nearest first."""
        box = _box_around(place, radius_m)
        distance = Distance("geom", place, spheroid=True)
        return (
            self.filter(geom_3857__bboverlaps=box)
            .annotate(distance_m=distance)
            .filter(distance_m__lte=radius_m)
            .order_by("distance_m", "position")
        )

    def field_names(self) -> list[str]:
        """The names of ExtendedData fields that occur, alphabetically."""
        key = Func(F("fields"), function="jsonb_object_keys", output_field=TextField())
        keys = self.annotate(field_name=key)
        names = keys.order_by().values_list("field_name", flat=True).distinct()
        return sorted(names)

    def folders(self) -> list[tuple[str, int]]:
        """Each folder that has shapes, with how many, in the order of the file."""
        rows = self.values("folder").annotate(count=Count("pk"), begins=Min("position"))
        return [(row["folder"], row["count"]) for row in rows.order_by("begins")]


def _box_around(place: Point, radius_m: float) -> Polygon:
    """A box of the projection (EPSG:3857) that holds the circle: its metres grow with latitude."""
    centre = place.transform(WEB_MERCATOR, clone=True)
    reach = 1.02 * radius_m / cos(radians(place.y))
    box = Polygon.from_bbox(
        (centre.x - reach, centre.y - reach, centre.x + reach, centre.y + reach)
    )
    box.srid = WEB_MERCATOR
    return box
