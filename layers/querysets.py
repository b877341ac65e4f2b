"""Which overlays and shapes a person may see: the one place that decides it."""

from __future__ import annotations

from collections.abc import Mapping
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
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, NullIf

from geodata.crs import WEB_MERCATOR
from layers.mapping import meanings

if TYPE_CHECKING:
    from accounts.models import Membership, User
    from layers.models import Overlay, OverlayFeature, OverlayImport  # noqa: F401


_YEAR = r"^(19|20)\d\d$"


def _served_by(user: User) -> QuerySet[Membership, Any]:
    """The collectivities that `user` works for, as a subquery of their ids."""
    return user.memberships.values("collectivity")


class OverlayQuerySet(QuerySet["Overlay"]):
    def published(self) -> Self:
        """On the public map: published, and for everybody."""
        return self.filter(published__isnull=False, visibility="public")

    def visible_to(self, user: User | AnonymousUser, key: str = "") -> Self:
        """Those whose published version this visitor may see; `key` is the secret of a link.

        Drafts are never among them: see `worked_on_by`.
        """
        allowed = Q(visibility="public")
        if key:
            allowed |= Q(visibility="link", link_token=key)
        if user.is_authenticated:
            allowed |= Q(collectivity__in=_served_by(user))
            if user.is_superuser or user.memberships.exists():
                allowed |= Q(visibility="staff")
        if user.is_superuser:
            allowed |= Q(visibility="link")
        return self.filter(allowed, published__isnull=False)

    def worked_on_by(self, user: User | AnonymousUser) -> Self:
        """Those whose staff pages `user` may open (see `permissions.can_look_at`)."""
        if user.is_superuser:
            return self.all()
        if not user.is_authenticated:
            return self.none()
        return self.filter(collectivity__in=_served_by(user))

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


def shown_name(feature: str = "", mapping: Mapping[str, Any] | None = None) -> Any:
    """What a feature is called on the map; `feature` is the path to it, with `__` at its end."""
    return meanings(mapping, at=feature)["shown_name"]


def own_label(feature: str = "", mapping: Mapping[str, Any] | None = None) -> Any:
    """What is written beside a feature, where that is not its name."""
    said = meanings(mapping, at=feature)
    return NullIf(said["shown_label"], said["shown_name"])


def style_drawn(feature: str = "") -> dict[str, Any]:
    """The properties of a feature's style that its file gives, as tiles call them."""
    style = f"{feature}style"
    texts = {key: KeyTextTransform(key, style) for key in ("stroke", "fill", "icon")}
    numbers = {
        key: Cast(KeyTextTransform(key, style), FloatField())
        for key in ("stroke_opacity", "stroke_width", "fill_opacity", "icon_scale")
    }
    return texts | numbers


class OverlayFeatureQuerySet(QuerySet["OverlayFeature"]):
    def published(self) -> Self:
        """Shapes that are on the public map."""
        return self.filter(
            overlay_import__overlay__published=F("overlay_import"),
            overlay_import__overlay__visibility="public",
        )

    def with_shown_name(self) -> Self:
        """Each with `shown_name`: the overlay's field of names, else the placemark's own name."""
        return self.annotate(shown_name=shown_name())

    def with_meanings(self, mapping: Mapping[str, str] | None = None) -> Self:
        """Each with `shown_name`, `shown_code`, `shown_group`, `shown_label`: by `mapping`, or as
        its overlay has it."""
        return self.annotate(**meanings(mapping))

    def saying(self, text: str) -> Self:
        """Those whose name, code, folder or a field contains `text`; all without text.  Wants
        `with_meanings`."""
        if not text:
            return self
        anywhere = Cast("fields", TextField())
        called, coded = F("shown_name"), F("shown_code")
        return self.annotate(said=anywhere, called=called, coded=coded).filter(
            Q(called__icontains=text)
            | Q(coded__icontains=text)
            | Q(name__icontains=text)
            | Q(folder__icontains=text)
            | Q(said__icontains=text)
        )

    def code_faults(self) -> dict[str, int]:
        """How many shapes have no code, and how many share theirs.  Wants `with_meanings`."""
        coded = self.order_by().annotate(coded=F("shown_code"))
        codes = coded.exclude(coded="").values("coded").annotate(count=Count("pk"))
        shared = codes.filter(count__gt=1).aggregate(all=Sum("count"))["all"]
        return {"missing": coded.filter(coded="").count(), "shared": shared or 0}

    def groups(self) -> list[tuple[str, int]]:
        """Each group that has shapes, with how many, in the order of the file."""
        grouped = self.with_meanings().order_by().annotate(group=F("shown_group"))
        counted = grouped.values("group").annotate(count=Count("pk"), begins=Min("position"))
        return [(row["group"], row["count"]) for row in counted.order_by("begins")]

    def as_drawn(self, mapping: Mapping[str, Any] | None = None) -> Self:
        """Each with its shown name, `own_label` and the properties of its style that the file
        gives; named by `mapping`, or as its overlay has it."""
        name, label = shown_name(mapping=mapping), own_label(mapping=mapping)
        return self.annotate(shown_name=name, own_label=label, **style_drawn())

    def extent(self) -> tuple[float, float, float, float] | None:
        """(west, south, east, north) in EPSG:4326 degrees, or None without shapes."""
        extent: tuple[float, float, float, float] | None = self.aggregate(e=Extent("geom"))["e"]
        return extent

    def bounds_by_import(self) -> dict[int | None, tuple[float, float, float, float]]:
        """The same for each import that has shapes, by its id."""
        rows = self.order_by().values("overlay_import").annotate(e=Extent("geom"))
        return {row["overlay_import"]: row["e"] for row in rows}

    def in_years(self, field: str, first: int, last: int) -> Self:
        """Those whose `field` is a year from `first` to `last`, each with `year` as text."""
        return self.annotate(year=KeyTextTransform(field, "fields")).filter(
            year__gte=str(first), year__lte=str(last), year__regex=_YEAR
        )

    def years(self, field: str) -> tuple[int, int] | None:
        """The first and the last year in `field`; None where no shape has one."""
        written = self.annotate(year=KeyTextTransform(field, "fields")).filter(year__regex=_YEAR)
        found = written.order_by().aggregate(first=Min("year"), last=Max("year"))
        return (int(found["first"]), int(found["last"])) if found["first"] else None

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
    x, y, *_ = place.transform(WEB_MERCATOR, clone=True).extent
    reach = 1.02 * radius_m / cos(radians(place.y))
    box = Polygon.from_bbox((x - reach, y - reach, x + reach, y + reach))
    box.srid = WEB_MERCATOR
    return box
