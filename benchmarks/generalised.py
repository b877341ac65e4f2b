"""Tiles of all communes, as areas and as an overlay, at z5 to z14: their size, the whole request
against its SQL, and the steps against full geometry.  Of each zoom, the tile with most in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, LiteralString

from django.contrib.gis.db.models.functions import Centroid
from django.db import connection

from benchmarks.doors import get, raw_connection
from benchmarks.figures import Figure, against_floor, race
from geodata import generalised
from geodata.generalising import FINEST, step_for
from geodata.kept_tiles import TILES
from geodata.models import Area, Collectivity, Edition, Level
from geodata.thinning import MOST_BYTES
from geodata.tiles import HALF_WORLD_M
from layers import importing
from layers.models import Overlay, OverlayImport

ZOOMS = range(5, 15)
COMPARED = range(5, 9)
"""Where the steps must be five times cheaper than full geometry, and a quarter of it."""
_SLUG = "bench-communes"

_FILL = """
    INSERT INTO layers_overlayfeature (overlay_import_id, position, name, folder, path,
        description, fields, begin, "end", style, geom)
    SELECT %s, row_number() OVER (ORDER BY code), name, '', '[]', '', '{}', '', '', '{}', geom
    FROM geodata_area WHERE edition_id = %s
"""

# The same tiles as plainly as SQL can say them.
_AREAS: LiteralString = """
    SELECT ST_AsMVT(feature, 'areas', 4096, 'geom', 'id') FROM (
        SELECT CASE WHEN drawn.count = 1 THEN area.id END AS id,
            CASE WHEN drawn.count = 1 THEN area.code END AS code,
            CASE WHEN drawn.is_named THEN area.name END AS name,
            CASE WHEN drawn.count > 1 THEN drawn.count END AS gathered,
            ST_AsMVTGeom(drawn.geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 128) AS geom
        FROM geodata_generalisedarea AS drawn JOIN geodata_area AS area ON area.id = drawn.area_id
        WHERE drawn.edition_id = %(of)s AND drawn.step = %(step)s
            AND drawn.geom_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.03125)
    ) AS feature
"""
_AREAS_IN_FULL: LiteralString = """
    SELECT ST_AsMVT(feature, 'areas', 4096, 'geom', 'id') FROM (
        SELECT id, code, name, ST_AsMVTGeom(geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096,
            %(margin)s) AS geom
        FROM geodata_area
        WHERE edition_id = %(of)s AND geom_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s,
            margin => %(margin)s / 4096.0)
    ) AS feature
"""
_STYLE: LiteralString = """
    feature.style ->> 'stroke' AS stroke, feature.style ->> 'fill' AS fill,
    (feature.style ->> 'stroke_opacity')::float AS stroke_opacity,
    (feature.style ->> 'stroke_width')::float AS stroke_width,
    (feature.style ->> 'fill_opacity')::float AS fill_opacity
"""
_SHAPES: LiteralString = f"""
    SELECT ST_AsMVT(shape, 'overlay', 4096, 'geom', 'id') FROM (
        SELECT CASE WHEN drawn.count = 1 THEN feature.id END AS id,
            CASE WHEN drawn.is_named THEN feature.name END AS name,
            CASE WHEN drawn.is_named THEN feature.folder END AS folder,
            CASE WHEN drawn.count > 1 THEN drawn.count END AS gathered, {_STYLE},
            ST_AsMVTGeom(drawn.geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 256) AS geom
        FROM layers_generalisedfeature AS drawn
        JOIN layers_overlayfeature AS feature ON feature.id = drawn.feature_id
        WHERE drawn.overlay_import_id = %(of)s AND drawn.step = %(step)s
            AND drawn.geom_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.0625)
    ) AS shape
"""
_SHAPES_IN_FULL: LiteralString = f"""
    SELECT ST_AsMVT(shape, 'overlay', 4096, 'geom', 'id') FROM (
        SELECT feature.id, feature.name, feature.folder, {_STYLE},
            ST_AsMVTGeom(feature.geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096,
                %(margin)s) AS geom
        FROM layers_overlayfeature AS feature
        WHERE feature.overlay_import_id = %(of)s AND feature.geom_3857 &&
            ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => %(margin)s / 4096.0)
    ) AS shape
"""


def figures() -> Iterator[Figure]:
    """`request` finds the tile in memory, `drawn` does not; `full` is the tile as it was before
    there were steps, names and a margin of 512 units included."""
    edition = Edition.objects.valid_on(date.today()).get(level__code="commune", series="main")
    version = _prepare(edition)
    places = _fullest(edition)
    of_areas = _Tiles("areas/commune", edition.pk, 128, _AREAS, _AREAS_IN_FULL)
    of_shapes = _Tiles(f"overlays/{_SLUG}", version.pk, 256, _SHAPES, _SHAPES_IN_FULL)
    for tiles in (of_areas, of_shapes):
        for z, (x, y) in places.items():
            yield from tiles.figures(z, x, y)


@dataclass(frozen=True, slots=True)
class _Tiles:
    """One of the two doors, and its SQL over the set `of`."""

    path: str
    of: int
    margin: int
    stepped: LiteralString
    full: LiteralString

    def figures(self, z: int, x: int, y: int) -> Iterator[Figure]:
        given = {"z": z, "x": x, "y": y, "of": self.of, "step": step_for(z), "margin": self.margin}
        path, name = f"/tiles/{self.path}/{z}/{x}/{y}.mvt", f"{self.path} z{z}"
        with raw_connection() as raw:
            sql = partial(_size, raw, self.full if z > FINEST else self.stepped, given)
            runs = {"sql": sql, "request": partial(get, path), "drawn": partial(_drawn, path)}
            seconds, size = race(runs), len(get(path))
            yield Figure(f"{name}.bytes", size, "B", size / MOST_BYTES, 1)
            bounds = {"request": 1.5} | ({"drawn": 1.5} if z in COMPARED else {})
            yield from against_floor(name, seconds, floor="sql", bounds=bounds, each=1)
            if z in COMPARED:
                yield from self._against_full(name, raw, given, seconds["sql"], size)

    def _against_full(
        self, name: str, raw: Any, given: dict[str, Any], seconds: float, size: int
    ) -> Iterator[Figure]:
        full = partial(_size, raw, self.full, given | {"margin": 512})
        slow, large = race({"full": full}, rounds=3)["full"], full()
        yield Figure(f"{name}.full", 1_000 * slow, "ms", slow / seconds, 5, is_least=True)
        yield Figure(f"{name}.full bytes", large, "B", large / size, 4, is_least=True)


def _size(raw: Any, statement: LiteralString, given: dict[str, Any]) -> int:
    return len(raw.execute(statement, given, binary=True).fetchone()[0])


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
