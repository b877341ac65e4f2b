"""Today's areas, a collection for each level."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from django.core.cache import cache
from django.db.models import Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.extents import Edges, within_the_map
from geodata.models import Area, Edition, Level
from geodata.ogc.collections import Feature, Tiles
from geodata.ogc.literals import Span
from geodata.ogc.queryables import Queryable, by_name
from geodata.ogc.tables import TableCollection
from geodata.tile_http import template_of
from geodata.tiles import MAX_ZOOM

PREFIX = "areas-"
_EXTENT_KEPT_S = 600


class AreaCollection(TableCollection):
    """Ids are codes; `series:code` for areas of a series that is not the main one."""

    has_time = True

    def __init__(self, level: Level) -> None:
        self.level = level
        self.id = PREFIX + level.code
        self.title = _("Areas: %(level)s") % {"level": level.name}
        self.description = _("Outlines that are valid today, with codes and names.")

    @property
    def queryables(self) -> dict[str, Queryable]:
        return by_name(
            [
                Queryable("code", "string", _("Code"), "code", role="id"),
                Queryable("name", "string", _("Name"), "name"),
                Queryable("series", "string", _("Series"), "edition__series"),
                Queryable("collectivity", "string", _("Collectivity"), "collectivity__name"),
                Queryable("area_m2", "number", _("Area in square metres"), "area_m2"),
                Queryable("geometry", "geometry", _("Outline"), "geom", role="primary-geometry"),
            ]
        )

    @property
    def tiles(self) -> Tiles:
        return Tiles(
            template=template_of(reverse("geodata:area_tile", args=[self.level.code, 0, 0, 0])),
            tilejson=reverse("geodata:area_tilejson", args=[self.level.code]),
            layer="areas",
            fields=("code", "name"),
            minzoom=self.level.tile_min_zoom,
            maxzoom=MAX_ZOOM,
            dimension=2,
        )

    def extent(self) -> Edges | None:
        """Of every outline of the level: kept for some minutes, by the editions it is of."""
        editions = [edition.pk for edition in Edition.objects.today_of_level(self.level.code)]
        key = f"ogc-extent-{self.level.pk}-{'-'.join(map(str, editions))}"[:200]
        found: Edges | None = cache.get_or_set(key, self._extent, _EXTENT_KEPT_S)
        return found

    def _extent(self) -> Edges | None:
        found = Area.objects.current().filter(level=self.level).extent()
        return within_the_map(found) if found else None

    def period(self) -> tuple[datetime | None, datetime | None] | None:
        first: date | None = self._editions().aggregate(first=Min("valid_from"))["first"]
        return (_midnight(first), None) if first else None

    def _editions(self) -> QuerySet[Edition]:
        pks = [edition.pk for edition in Edition.objects.today_of_level(self.level.code)]
        return Edition.objects.filter(pk__in=pks)

    def rows(self) -> QuerySet[Area]:
        current = Area.objects.filter(edition__in=self._editions())
        return current.select_related("edition", "collectivity", "level").defer("geom_3857")

    def during(self, rows: QuerySet[Area], span: Span) -> QuerySet[Area]:
        """Areas are valid from the first day of their edition to the day before its last."""
        if span.end:
            rows = rows.filter(edition__valid_from__lte=span.end.date())
        if span.begin:
            ended = Q(edition__valid_to__lte=span.begin.date())
            rows = rows.exclude(ended)
        return rows

    def encoded(self, rows: Iterable[Area]) -> list[Feature]:
        return [self._feature(row) for row in rows]

    def _feature(self, area: Area) -> Feature:
        series = area.edition.series
        properties = {
            "code": area.code,
            "name": area.name,
            "level": self.level.code,
            "series": series,
            "collectivity": area.collectivity.name if area.collectivity else None,
            "valid_from": area.edition.valid_from.isoformat(),
            "valid_to": area.edition.valid_to.isoformat() if area.edition.valid_to else None,
            "area_m2": area.area_m2,
        }
        id = area.code if series == "main" else f"{series}:{area.code}"
        return Feature(id, area.geom, properties, area.get_absolute_url())

    def feature(self, id: str) -> Feature | None:
        series, colon, code = id.partition(":")
        named = Q(edition__series="main", code=id)
        if colon:
            named |= Q(edition__series=series, code=code)
        found = self.rows().filter(named).order_by("pk").first()
        return self._feature(found) if found else None


class Areas:
    """The provider: a collection for each level that has areas today."""

    def collections(self) -> list[AreaCollection]:
        return [AreaCollection(level) for level in Level.objects.with_areas_today()]

    def find(self, id: str) -> AreaCollection | None:
        if not id.startswith(PREFIX):
            return None
        level = Level.objects.filter(code=id.removeprefix(PREFIX)).first()
        if level is None or not Edition.objects.today_of_level(level.code):
            return None
        return AreaCollection(level)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
