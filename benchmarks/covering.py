"""Pin → areas in raw SQL: our function against the bare question, on pieces and on whole outlines,
and with all the ground loaded against one département."""

from collections.abc import Callable, Iterator

import psycopg
from django.conf import settings
from django.utils import timezone

from benchmarks.doors import raw_connection
from benchmarks.figures import Figure, race
from benchmarks.locate import pins_of_communes

# The bare question: which areas cover the pin.  No edition, no name, no border.
_ON_PIECES = """
    SELECT area_id FROM geodata_areapart
    WHERE ST_Covers(geom, ST_SetSRID(ST_MakePoint(%s, %s), 4326))
"""
_ON_OUTLINES = """
    SELECT id FROM geodata_area WHERE ST_Covers(geom, ST_SetSRID(ST_MakePoint(%s, %s), 4326))
"""
_OURS = "SELECT * FROM geodata_areas_at(%s, %s, %s, %s)"
_TABLES = ("level", "collectivity", "edition", "area", "areapart", "arealabel")
Pins = list[tuple[float, float]]


def figures() -> Iterator[Figure]:
    pins = pins_of_communes()
    with raw_connection() as raw:
        seconds = race(
            {
                "pieces": _asking(raw, _ON_PIECES, pins),
                "outlines": _asking(raw, _ON_OUTLINES, pins),
                "ours": _asking(raw, _OURS, pins, *_of_today()),
            }
        )
    each = 1_000 / len(pins)
    yield Figure("covering.pieces", seconds["pieces"] * each, "ms")
    ours = seconds["ours"]
    yield Figure("covering.ours", ours * each, "ms", ours / seconds["pieces"], 1.3)
    # Like with like: the bare question on whole outlines against the bare one on pieces.
    ratio = seconds["outlines"] / seconds["pieces"]
    yield Figure("covering.outlines", seconds["outlines"] * each, "ms", ratio, 2.0, is_least=True)
    yield from _all_against_one()


def _of_today() -> tuple[object, float]:
    return timezone.localdate(), settings.BORDER_TOLERANCE_M


def _asking(raw: psycopg.Connection, query: str, pins: Pins, *more: object) -> Callable[[], object]:
    def ask() -> None:
        for lon, lat in pins:
            raw.execute(query, [lon, lat, *more], prepare=True).fetchall()

    return ask


def _all_against_one() -> Iterator[Figure]:
    """The same pins of Loire-Atlantique, with a copy of the tables that holds it alone."""
    with raw_connection() as every, raw_connection() as one:
        pins = _pins_of_44(every)
        if not pins:
            return  # the toy world has no such département
        _copy_44(one)
        one.execute("SET search_path = only_44, public")
        seconds = race(
            {
                "one": _asking(one, _OURS, pins, *_of_today()),
                "all": _asking(every, _OURS, pins, *_of_today()),
            }
        )
    each = 1_000 / len(pins)
    yield Figure("covering.one département", seconds["one"] * each, "ms")
    ratio = seconds["all"] / seconds["one"]
    yield Figure("covering.all of France", seconds["all"] * each, "ms", ratio, 1.5)


def _pins_of_44(raw: psycopg.Connection) -> Pins:
    return raw.execute(
        """
        SELECT ST_X(pin), ST_Y(pin) FROM (
            SELECT ST_PointOnSurface(area.geom) AS pin FROM geodata_area AS area
            JOIN geodata_level AS level ON level.id = area.level_id AND level.code = 'commune'
            WHERE area.code LIKE '44%' ORDER BY MD5(area.code) LIMIT 100
        ) AS pins
        """
    ).fetchall()


def _copy_44(raw: psycopg.Connection) -> None:
    """Its areas and what lies over them, with the same indexes; made anew each time."""
    raw.execute("DROP SCHEMA IF EXISTS only_44 CASCADE")
    raw.execute("CREATE SCHEMA only_44")
    for table in _TABLES:
        name = f"geodata_{table}"
        raw.execute(f"CREATE TABLE only_44.{name} (LIKE public.{name} INCLUDING ALL)")
    for table in ("level", "collectivity", "edition"):
        name = f"geodata_{table}"
        raw.execute(f"INSERT INTO only_44.{name} SELECT * FROM public.{name}")
    raw.execute(
        """
        INSERT INTO only_44.geodata_area
            (id, edition_id, level_id, code, name, collectivity_id, geom, area_m2)
        SELECT area.id, area.edition_id, area.level_id, area.code, area.name,
            area.collectivity_id, area.geom, area.area_m2
        FROM public.geodata_area AS area
        JOIN public.geodata_area AS ground ON ground.code = '44'
        JOIN public.geodata_level AS level ON level.id = ground.level_id
            AND level.code = 'departement'
        WHERE area.geom && ground.geom AND ST_Intersects(area.geom, ground.geom)
        """
    )
    raw.execute(
        """
        INSERT INTO only_44.geodata_areapart
        SELECT part.* FROM public.geodata_areapart AS part
        JOIN only_44.geodata_area AS area ON area.id = part.area_id
        """
    )
    raw.execute(
        """
        INSERT INTO only_44.geodata_arealabel
        SELECT label.* FROM public.geodata_arealabel AS label
        JOIN only_44.geodata_area AS area ON area.id = label.area_id
        """
    )
    raw.execute("ANALYZE only_44.geodata_area, only_44.geodata_areapart, only_44.geodata_arealabel")
