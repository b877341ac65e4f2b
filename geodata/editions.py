"""The only writer of areas: whole editions, each in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos import MultiPolygon as GEOSMultiPolygon
from django.db import connection, transaction
from shapely import MultiPolygon, Polygon, to_wkb

from geodata.crs import WGS84
from geodata.models import Area, Collectivity, Edition, Level
from geodata.signals import areas_changed

PART_VERTICES = 128
"""Vertices a piece may have: small enough for a quick ST_Covers, large enough for few rows."""


@dataclass(frozen=True, slots=True)
class IncomingArea:
    """An area to be: `geometry` is a valid, two-dimensional (multi)polygon in EPSG:4326."""

    code: str
    name: str
    geometry: Polygon | MultiPolygon
    collectivity: Collectivity | None = None


@transaction.atomic
def load(
    rows: Iterable[IncomingArea],
    *,
    level: Level,
    valid_from: date,
    series: str = "main",
    source: str = "",
    licence: str = "",
) -> Edition:
    """Write a new edition of `level` and end the one before it in the same series."""
    Edition.objects.filter(
        level=level, series=series, valid_from__lt=valid_from, valid_to__isnull=True
    ).update(valid_to=valid_from)
    edition = Edition.objects.create(
        level=level, series=series, valid_from=valid_from, source=source, licence=licence
    )
    Area.objects.bulk_create((_area(edition, row) for row in rows), batch_size=500)
    _cut_into_parts(edition)
    transaction.on_commit(lambda: areas_changed.send(Edition, edition_id=edition.pk))
    return edition


def _area(edition: Edition, row: IncomingArea) -> Area:
    return Area(
        edition=edition,
        level=edition.level,
        code=row.code,
        name=row.name,
        collectivity=row.collectivity,
        geom=_multi(row.geometry),
        area_m2=0,
    )


def _multi(shape: Polygon | MultiPolygon) -> GEOSMultiPolygon:
    """GeoDjango's twin (EPSG:4326) of a shapely (multi)polygon."""
    multi = shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])
    return cast(GEOSMultiPolygon, GEOSGeometry(memoryview(to_wkb(multi)), srid=WGS84))


def _cut_into_parts(edition: Edition) -> None:
    """Fill `area_m2` and the pieces that point look-ups read; sets of rows, so SQL does it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE geodata_area SET area_m2 = ST_Area(geom::geography) WHERE edition_id = %s",
            [edition.pk],
        )
        cursor.execute(
            """
            INSERT INTO geodata_areapart (area_id, geom)
            SELECT id, ST_Subdivide(geom, %s) FROM geodata_area WHERE edition_id = %s
            """,
            [PART_VERTICES, edition.pk],
        )
