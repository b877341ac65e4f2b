"""Tiles of all communes, as areas and as an overlay, at z5 to z14: their size, the whole request
against its SQL, and the steps against full geometry.  Of each zoom, the tile with most in it."""

from collections.abc import Iterator
from datetime import date
from typing import Any, LiteralString

from django.contrib.gis.db.models.functions import Centroid
from django.db import connection

from benchmarks.doors import get, raw_connection
from benchmarks.figures import Figure, race
from geodata import generalised
from geodata.generalising import FINEST, step_for
from geodata.models import Area, Collectivity, Edition, Level
from geodata.thinning import MOST_BYTES
from geodata.tiles import HALF_WORLD_M
from layers import importing
from layers.models import Overlay, OverlayImport

ZOOMS = range(5, 15)
COMPARED = range(5, 9)
"""Where the steps must be five times cheaper than full geometry, and a quarter of it."""
_SLUG = "bench-communes"
_ROUNDS = 15

_FILL = """
    INSERT INTO layers_overlayfeature (overlay_import_id, position, name, folder, description,
        fields, style, geom)
    SELECT %s, row_number() OVER (ORDER BY code), name, '', '', '{}', '{}', geom
    FROM geodata_area WHERE edition_id = %s
"""

# The same tiles as plainly as SQL can say them.
_AREAS: LiteralString = """
    SELECT ST_AsMVT(feature, 'areas', 4096, 'geom', 'id') FROM (
        SELECT CASE WHEN drawn.count = 1 THEN area.id END AS id,
            CASE WHEN drawn.count = 1 THEN area.code END AS code,
            CASE WHEN drawn.count = 1 THEN area.name END AS name,
            CASE WHEN drawn.count > 1 THEN drawn.count END AS gathered,
            ST_AsMVTGeom(drawn.geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 512) AS geom
        FROM geodata_generalisedarea AS drawn JOIN geodata_area AS area ON area.id = drawn.area_id
        WHERE drawn.edition_id = %(of)s AND drawn.step = %(step)s
            AND drawn.geom_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.125)
    ) AS feature
"""
_AREAS_IN_FULL: LiteralString = """
    SELECT ST_AsMVT(feature, 'areas', 4096, 'geom', 'id') FROM (
        SELECT id, code, name,
            ST_AsMVTGeom(geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 512) AS geom
        FROM geodata_area
        WHERE edition_id = %(of)s
            AND geom_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.125)
    ) AS feature
"""
_SHAPE: LiteralString = """
    NULLIF(feature.style ->> 'stroke', '') AS stroke, feature.style ->> 'fill' AS fill,
    (feature.style ->> 'stroke_opacity')::float AS stroke_opacity,
    (feature.style ->> 'stroke_width')::float AS stroke_width,
    (feature.style ->> 'fill_opacity')::float AS fill_opacity
"""
_SHAPES: LiteralString = (
    """
    SELECT ST_AsMVT(feature, 'overlay', 4096, 'geom', 'id') FROM (
        SELECT CASE WHEN drawn.count = 1 THEN feature.id END AS id,
            CASE WHEN drawn.count = 1 THEN feature.name END AS name,
            CASE WHEN drawn.count = 1 THEN feature.folder END AS folder,
            CASE WHEN drawn.count > 1 THEN drawn.count END AS gathered,"""
    + _SHAPE
    + """,
            ST_AsMVTGeom(drawn.geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 512) AS geom
        FROM layers_generalisedfeature AS drawn
        JOIN layers_overlayfeature AS feature ON feature.id = drawn.feature_id
        WHERE drawn.overlay_import_id = %(of)s AND drawn.step = %(step)s
            AND drawn.geom_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.125)
    ) AS feature
"""
)
_SHAPES_IN_FULL: LiteralString = (
    """
    SELECT ST_AsMVT(feature, 'overlay', 4096, 'geom', 'id') FROM (
        SELECT feature.id, feature.name, feature.folder,"""
    + _SHAPE
    + """,
            ST_AsMVTGeom(feature.geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 512) AS geom
        FROM layers_overlayfeature AS feature
        WHERE feature.overlay_import_id = %(of)s
            AND feature.geom_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.125)
    ) AS feature
"""
)


def figures() -> Iterator[Figure]:
    edition = Edition.objects.valid_on(date.today()).get(level__code="commune", series="main")
    version = _prepare(edition)
    places = _fullest(edition)
    areas = (edition.pk, "areas/commune", _AREAS, _AREAS_IN_FULL)
    shapes = (version.pk, f"overlays/{_SLUG}", _SHAPES, _SHAPES_IN_FULL)
    for of, path, stepped, full in (areas, shapes):
        for z, (x, y) in places.items():
            yield from _of_tile(path, (z, x, y), of, stepped, full)


def _of_tile(
    path: str, tile: tuple[int, int, int], of: int, stepped: LiteralString, full: LiteralString
) -> Iterator[Figure]:
    z, x, y = tile
    given = {"z": z, "x": x, "y": y, "of": of, "step": step_for(z)}
    plain = full if z > FINEST else stepped
    with raw_connection() as raw:

        def asked(statement: LiteralString) -> int:
            row: Any = raw.execute(statement, given, binary=True).fetchone()
            return len(row[0])

        runs = {
            "sql": lambda: asked(plain),
            "request": lambda: get(f"/tiles/{path}/{z}/{x}/{y}.mvt"),
        }
        seconds = race(runs, rounds=_ROUNDS)
        size = len(get(f"/tiles/{path}/{z}/{x}/{y}.mvt"))
        name = f"{path} z{z}"
        yield Figure(f"{name}.bytes", size, "B", ratio=size / MOST_BYTES, bound=1)
        yield Figure(f"{name}.sql", 1_000 * seconds["sql"], "ms")
        took = seconds["request"]
        yield Figure(f"{name}.request", 1_000 * took, "ms", took / seconds["sql"], 1.5)
        if z in COMPARED:
            slow = race({"full": lambda: asked(full)}, rounds=2)["full"]
            ratio = slow / seconds["sql"]
            yield Figure(f"{name}.full", 1_000 * slow, "ms", ratio, 5, is_least=True)
            large = asked(full)
            yield Figure(f"{name}.full bytes", large, "B", large / size, 4, is_least=True)


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
