"""Tiles of all communes, as areas and as an overlay, at z5 to z14: their size, the whole request
against its SQL, and the steps against full geometry.  Of each zoom, the tile with most in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, LiteralString

import psycopg
from django.contrib.gis.db.models.functions import Centroid
from django.db import connection

from benchmarks.doors import get
from benchmarks.figures import Contestants, Figure, against_floor, race
from geodata import area_tiles, generalised
from geodata.kept_tiles import TILES
from geodata.models import Area, Collectivity, Edition, Level
from geodata.prepared import of_one_type
from geodata.thinning import MOST_BYTES
from geodata.tiles import HALF_WORLD_M, Tile
from layers import importing
from layers import tiles as overlay_tiles
from layers.models import Overlay, OverlayImport

ZOOMS = range(5, 15)
COMPARED = range(5, 9)
"""Where the steps must be five times cheaper than full geometry, and a quarter of it."""
_BOUNDS = {"request": 1.5, "drawn": 1.5}
_ROUNDS = 60
_SLUG = "bench-communes"

_FILL = """
    INSERT INTO layers_overlayfeature (overlay_import_id, position, name, folder, path,
        description, fields, begin, "end", style, geom)
    SELECT %s, row_number() OVER (ORDER BY code), name, '', '[]', '', '{}', '', '', '{}', geom
    FROM geodata_area WHERE edition_id = %s
"""

# The tiles as they were before there were steps, names and a margin of 512 units included.
_AREAS_IN_FULL: LiteralString = """
    SELECT ST_AsMVT(feature, 'areas', 4096, 'geom', 'id') FROM (
        SELECT id, code, name,
            ST_AsMVTGeom(geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 512) AS geom
        FROM geodata_area
        WHERE edition_id = %(of)s
            AND geom_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.125)
    ) AS feature
"""
_STYLE: LiteralString = """
    feature.style ->> 'stroke' AS stroke, feature.style ->> 'fill' AS fill,
    (feature.style ->> 'stroke_opacity')::float AS stroke_opacity,
    (feature.style ->> 'stroke_width')::float AS stroke_width,
    (feature.style ->> 'fill_opacity')::float AS fill_opacity
"""
_SHAPES_IN_FULL: LiteralString = f"""
    SELECT ST_AsMVT(shape, 'overlay', 4096, 'geom', 'id') FROM (
        SELECT feature.id, feature.name, feature.folder, {_STYLE},
            ST_AsMVTGeom(feature.geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 512) AS geom
        FROM layers_overlayfeature AS feature
        WHERE feature.overlay_import_id = %(of)s
            AND feature.geom_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.125)
    ) AS shape
"""


def figures() -> Iterator[Figure]:
    """`sql` is the request's own statement (who may see it, and the tile), prepared, by psycopg
    alone in the same connection; `request` finds the tile in memory, `drawn` does not; `empty` is
    a view of ours that does nothing; `full` is the tile as it was before there were steps."""
    edition = Edition.objects.valid_on(date.today()).get(level__code="commune", series="main")
    version = _prepare(edition)
    places = _fullest(edition)
    of_areas = _Tiles("areas", "commune", edition.pk, area_tiles, _AREAS_IN_FULL)
    of_shapes = _Tiles("overlays", _SLUG, version.pk, overlay_tiles, _SHAPES_IN_FULL)
    for tiles in (of_areas, of_shapes):
        for z, (x, y) in places.items():
            yield from tiles.figures(Tile(z, x, y))


@dataclass(frozen=True, slots=True)
class _Tiles:
    """One of the two doors: what is asked for there, and full outlines of the set `of` by hand."""

    door: str
    name: str
    of: int
    module: Any
    full: LiteralString

    def figures(self, tile: Tile) -> Iterator[Figure]:
        path = f"/tiles/{self.door}/{self.name}/{tile.z}/{tile.x}/{tile.y}.mvt"
        name = f"{self.door}/{self.name} z{tile.z}"
        runs: Contestants = {
            "sql": self._own(tile),
            "request": partial(get, path),
            "drawn": partial(_drawn, path),
            "empty": partial(get, "/health/live"),
        }
        seconds, size = race(runs, rounds=_ROUNDS), len(get(path))
        yield Figure(f"{name}.bytes", size, "B", size / MOST_BYTES, 1)
        yield from against_floor(name, seconds, floor="sql", bounds=_BOUNDS, each=1)
        if tile.z in COMPARED:
            yield from self._against_full(name, tile, size)

    def _own(self, tile: Tile) -> Callable[[], int]:
        own, told = self.module.asked(tile, self.name)
        return partial(_size, own.text, of_one_type(own.params(tile, **told)))

    def _against_full(self, name: str, tile: Tile, size: int) -> Iterator[Figure]:
        given = {"z": tile.z, "x": tile.x, "y": tile.y, "of": self.of}
        full = partial(_size, self.full, given)
        seconds = race({"sql": self._own(tile), "full": full}, rounds=5)
        slow, large = seconds["full"], full()
        ratio = slow / seconds["sql"]
        yield Figure(f"{name}.full", 1_000 * slow, "ms", ratio, 5, is_least=True)
        yield Figure(f"{name}.full bytes", large, "B", large / size, 4, is_least=True)


def _size(statement: Any, given: dict[str, Any]) -> int:
    """Of the tile that a statement ends with, asked of the server process that requests ask."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        row: Any = cursor.execute(statement, given, binary=True).fetchone()
    return len(row[-1])


def _drawn(path: str) -> None:
    TILES.clear()
    get(path)


def _prepare(edition: Edition) -> OverlayImport:
    """The steps of both, once; the bench's database keeps them."""
    Level.objects.filter(code="commune").update(tile_min_zoom=0)
    if edition.generalised_at is None:
        generalised.generalise(edition)
    version = OverlayImport.objects.filter(overlay__slug=_SLUG).first() or _overlay(edition)
    if version.generalised_at is None:
        importing.generalise(version.pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE geodata_area, geodata_generalisedarea")
        cursor.execute("VACUUM ANALYZE layers_overlayfeature, layers_generalisedfeature")
    return version


def _overlay(edition: Edition) -> OverlayImport:
    owner = Collectivity.objects.first() or Collectivity.objects.create(code="1", name="Bench")
    overlay = Overlay.objects.create(slug=_SLUG, name="Communes", collectivity=owner)
    version = OverlayImport.objects.create(overlay=overlay, size_bytes=1, state="read")
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [version.pk, edition.pk])
    overlay.published = version
    overlay.save()
    return version


def _fullest(edition: Edition) -> dict[int, tuple[int, int]]:
    """The tile of each zoom in which most communes have their middle: {z: (x, y)}."""
    areas = Area.objects.filter(edition=edition)
    middles = areas.values_list(Centroid("geom_3857"), flat=True)
    points = [point.coords for point in middles]
    return {z: _most(points, 2 * HALF_WORLD_M / 2**z) for z in ZOOMS}


def _most(points: list[tuple[float, float]], side_m: float) -> tuple[int, int]:
    counts: dict[tuple[int, int], int] = {}
    for x, y in points:
        tile = (int((x + HALF_WORLD_M) // side_m), int((HALF_WORLD_M - y) // side_m))
        counts[tile] = counts.get(tile, 0) + 1
    return max(counts, key=lambda tile: counts[tile])
