"""Spatial questions about areas, as phrases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.gis.db.models import Extent, GeometryField
from django.contrib.gis.db.models.functions import AsGeoJSON, Envelope, PointOnSurface
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import (
    Case,
    Count,
    Exists,
    Expression,
    F,
    Func,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Cast
from django.utils import timezone

from geodata import extents
from geodata.crs import WGS84
from geodata.extents import Edges

if TYPE_CHECKING:
    from geodata.models import Area, CoverageFinding, Edition, Level  # noqa: F401


def _valid_on(day: date | Expression, prefix: str = "") -> Q:
    begun = Q(**{f"{prefix}valid_from__lte": day})
    not_over = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    return begun & not_over


class LevelQuerySet(QuerySet["Level"]):
    def with_areas_today(self) -> Self:
        """Those that have areas today: asked of the few editions, not of their thousands of
        areas."""
        areas = apps.get_model("geodata", "Area")._default_manager.order_by()
        editions = apps.get_model("geodata", "Edition")._default_manager.order_by()
        of_today = editions.filter(_valid_on(timezone.localdate()), level=OuterRef("pk"))
        return self.filter(Exists(of_today.filter(Exists(areas.filter(edition=OuterRef("pk"))))))


class EditionQuerySet(QuerySet["Edition"]):
    def valid_on(self, day: date | Expression) -> Self:
        return self.filter(_valid_on(day))

    def today_of_level(self, code: str) -> list[Edition]:
        """Those that areas of a level come from today, with the level."""
        of_level = self.valid_on(timezone.localdate()).filter(level__code=code)
        return list(of_level.select_related("level").order_by("pk"))

    def for_pages(self) -> Self:
        """With level, check, and how many areas and successions each has."""
        return (
            self.select_related("level", "check_of", "follows")
            .annotate(
                area_count=Count("areas", distinct=True),
                succession_count=Count("successions", distinct=True),
            )
            .order_by("level__rank", "series", "-valid_from")
        )

    def loaded_ahead(self) -> Self:
        """Loaded before the first day they are valid on."""
        return self.filter(loaded_at__date__lt=F("valid_from"))

    def reaching_past(self, day: date) -> Self:
        """Those that begin after a day, or are known to end after it."""
        return self.filter(Q(valid_from__gt=day) | Q(valid_to__gt=day))


class FindingQuerySet(QuerySet["CoverageFinding"]):
    def with_names(self) -> Self:
        """With the names of the areas: of the edition or, around a gap, of the one above."""
        of = Case(When(kind="gap", then="check_of__parent"), default="check_of__edition")
        return self.annotate(
            of=of, first_name=_name_of("codes__0"), second_name=_name_of("codes__1")
        )

    def for_pages(self) -> Self:
        """With `middle` and names, without shapes."""
        return self.with_names().defer("geom").annotate(middle=PointOnSurface("geom"))

    def as_features(self) -> list[dict[str, Any]]:
        """GeoJSON Features (EPSG:4326) with their sentence."""
        as_object = Cast(AsGeoJSON("geom", precision=6), JSONField())
        shapes = dict(self.values_list("pk", as_object))
        return [
            {
                "type": "Feature",
                "id": row.pk,
                "geometry": shapes[row.pk],
                "properties": {"kind": row.kind, "name": row.sentence},
            }
            for row in self.with_names().defer("geom")
        ]


def _name_of(code: str) -> Subquery:
    """Of the area that has the code at the path `code`, in the edition `of`."""
    areas = apps.get_model("geodata", "Area")._default_manager
    found = areas.filter(edition=OuterRef("of"), code=OuterRef(code))
    return Subquery(found.values("name")[:1])


class AreaQuerySet(QuerySet["Area"]):
    def valid_on(self, day: date | Expression) -> Self:
        return self.filter(_valid_on(day, "edition__"))

    def ending_after(self, day: date) -> Self:
        """Areas of editions that are valid on some day after `day`."""
        return self.filter(Q(edition__valid_to__isnull=True) | Q(edition__valid_to__gt=day))

    def current(self) -> Self:
        """Areas of the editions valid today, in the deployment's time zone."""
        return self.valid_on(timezone.localdate())

    def at_level(self, code: str) -> Self:
        return self.filter(level__code=code)

    def that_came_of(self, area: Area) -> Self:
        """Those at its level that took over some of its ground by way of successions."""
        codes, coming = {area.code}, {area.code}
        while coming:
            later = apps.get_model("geodata", "Succession")._default_manager.filter(
                edition__level=area.level_id,
                edition__valid_from__gt=area.edition.valid_from,
                from_code__in=coming,
            )
            coming = set(later.values_list("to_code", flat=True)) - codes
            codes |= coming
        return self.filter(level=area.level_id, code__in=codes - {area.code})

    def touching(self, shapes: Sequence[GEOSGeometry]) -> Self:
        """Those with ground in the box of one of `shapes` (EPSG:4326)."""
        return self.filter(reduce(or_, (Q(geom__bboverlaps=shape) for shape in shapes)))

    def after_key(self, level: str, code: str) -> Self:
        """Those after `level:code` in the order of these two."""
        return self.filter(Q(level__code__gt=level) | Q(level__code=level, code__gt=code))

    def named_like(self, text: str) -> Self:
        """Whose name begins with `text`, accents and capitals aside; lower levels first."""
        if not text.strip() or "\0" in text:
            return self.none()
        found = self.filter(name__unaccent__istartswith=text.strip())
        return found.order_by("-level__rank", "name", "code")

    def for_choices(self) -> Self:
        """Level, code and name, upper levels first."""
        return self.for_names().order_by("level__rank", "name", "code")

    def for_names(self) -> Self:
        """Level, code and name, in the order they are in."""
        return self.select_related("level").defer("geom", "geom_3857")

    def for_pages(self) -> Self:
        """With level, edition and collectivity, without outlines, with `inner_point`."""
        return (
            self.select_related("level", "edition", "collectivity")
            .defer("geom", "geom_3857")
            .annotate(inner_point=PointOnSurface("geom"))
        )

    def outline(self) -> dict[str, Any]:
        """Name and GeoJSON geometry, 6 decimals (about 0.1 m), of the one area that is meant."""
        as_object = Cast(AsGeoJSON("geom", precision=6), JSONField())
        return dict(self.values("name", geometry=as_object).get())

    def extent(self) -> Edges | None:
        """(west, south, east, north) in EPSG:4326 degrees, or None without areas.  `east` is past
        180 where the areas lie on both sides of the antimeridian."""
        plain: Edges | None = self.aggregate(e=Extent("geom"))["e"]
        if plain is None or extents.width(plain) <= 180:
            return plain
        turned: Edges = self.aggregate(e=Extent(_turned("geom")))["e"]
        return min(plain, turned, key=extents.width)

    def main_extent(self) -> Edges | None:
        """Like `extent`, without what lies far off: around France, not around Guadeloupe too."""
        found: list[Edges] = [box.extent for box in self._envelopes(_box("geom"))]
        if any(extents.width(box) > 180 for box in found):  # cut at the antimeridian
            turned = (box.extent for box in self._envelopes(Envelope(_turned("geom"))))
            found = [min(pair, key=extents.width) for pair in zip(found, turned, strict=True)]
        return extents.around_most(found)

    def _envelopes(self, envelope: Func) -> list[Any]:
        return list(self.order_by("pk").values_list(envelope, flat=True))


def _box(field: str) -> Func:
    """The box that lies at the head of a stored outline: none of its points is read (18 régions:
    2 ms instead of 19), and its edges are rounded outwards by less than a metre."""
    as_box = "ST_SetSRID((%(expressions)s)::box2d::geometry, {srid})"
    return Func(field, template=as_box.format(srid=WGS84), output_field=GeometryField(srid=WGS84))


def _turned(field: str) -> Func:
    """Longitudes from 0 to 360 in place of -180 to 180."""
    return Func(field, function="ST_ShiftLongitude", output_field=GeometryField(srid=WGS84))
