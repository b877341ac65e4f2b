"""Pin → areas, on every level: the function and the whole request against the bare SQL."""

from collections.abc import Iterator

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone

from benchmarks.doors import get, raw_connection
from benchmarks.figures import Figure, against_floor, race
from geodata.locating import locate

_PINS = 100

# The same question as plainly as it can be asked: no border rule, no tolerance, no collectivity.
_PLAIN = """
    SELECT level.code, area.code, area.name, edition.series, edition.valid_from
    FROM geodata_areapart AS part
    JOIN geodata_area AS area ON area.id = part.area_id
    JOIN geodata_edition AS edition ON edition.id = area.edition_id
    JOIN geodata_level AS level ON level.id = area.level_id
    WHERE ST_Covers(part.geom, ST_SetSRID(ST_MakePoint(%s, %s), 4326))
        AND edition.valid_from <= %s AND (edition.valid_to IS NULL OR edition.valid_to > %s)
    ORDER BY level.rank
"""


def figures() -> Iterator[Figure]:
    pins = pins_of_communes()
    with raw_connection() as raw:

        def plain() -> None:
            day = timezone.localdate()
            for lon, lat in pins:
                raw.execute(_PLAIN, [lon, lat, day, day]).fetchall()

        def function() -> None:
            for lon, lat in pins:
                locate(Point(lon, lat, srid=4326))

        def request() -> None:
            for lon, lat in pins:
                get("/api/v1/locate", f"lon={lon}&lat={lat}")

        def with_category() -> None:
            for lon, lat in pins:
                get("/api/v1/locate", f"lon={lon}&lat={lat}&category=voirie")

        seconds = race(
            {"sql": plain, "function": function, "request": request, "category": with_category}
        )
    bounds = {"function": 4.0, "request": 12.0, "category": 12.0}
    yield from against_floor("locate", seconds, floor="sql", bounds=bounds, each=_PINS)


def pins_of_communes(number: int = _PINS) -> list[tuple[float, float]]:
    """One in each of many communes, always the same ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT ST_X(pin), ST_Y(pin) FROM (
                SELECT ST_PointOnSurface(area.geom) AS pin FROM geodata_area AS area
                JOIN geodata_level AS level ON level.id = area.level_id
                WHERE level.code = 'commune' ORDER BY MD5(area.code) LIMIT %s
            ) AS pins
            """,
            [number],
        )
        found = cursor.fetchall()
    return [found[place % len(found)] for place in range(number)]
