"""A tile of 100,000 submissions at z12: the whole request against its SQL by itself."""

from collections.abc import Iterator

from django.db import connection

from benchmarks.doors import get, raw_connection
from benchmarks.figures import Figure, against_floor, race

_PINS = 100_000
# Nantes: longitude −1.58 to −1.49, latitude 47.16 to 47.22.
_Z, _X, _Y = 12, 2030, 1435

_FILL = """
    INSERT INTO reports_submission (client_uuid, ref, kind, category_id, status, description, pin,
        address, answers, side, reporter_email, may_share_contact, language, is_hidden, route,
        is_to_verify, created_at, updated_at)
    SELECT gen_random_uuid(), 'B' || n, category.kind, category.id,
        (ARRAY['new', 'in_progress', 'scheduled', 'resolved', 'rejected'])[1 + n %% 5],
        'Bench ' || n,
        ST_Transform(ST_SetSRID(ST_MakePoint(
            ST_XMin(tile.box) + random() * (ST_XMax(tile.box) - ST_XMin(tile.box)),
            ST_YMin(tile.box) + random() * (ST_YMax(tile.box) - ST_YMin(tile.box))), 3857), 4326),
        '', '{}', '', '', FALSE, 'fr', FALSE, '{}', FALSE, now() - n * interval '5 minutes', now()
    FROM generate_series(1, %s) AS n
    CROSS JOIN (SELECT ST_TileEnvelope(%s, %s, %s) AS box) AS tile
    JOIN (SELECT id, kind, row_number() OVER (ORDER BY id) AS place FROM reports_category)
        AS category ON category.place = 1 + n %% 10
"""

# What the tile must say, as plainly as SQL can: no filter object, no Django.
_PLAIN = """
    SELECT ST_AsMVT(feature, 'submissions', 4096, 'geom', 'id') FROM (
        SELECT submission.id, submission.kind, category.code AS category, submission.status,
            submission.ref, ST_AsMVTGeom(submission.pin_3857, ST_TileEnvelope(%s, %s, %s),
                4096, 512, TRUE) AS geom
        FROM reports_submission AS submission
        JOIN reports_category AS category ON category.id = submission.category_id
        WHERE NOT submission.is_hidden
            AND submission.pin_3857 && ST_TileEnvelope(%s, %s, %s, margin => 0.125)
    ) AS feature
"""


def figures() -> Iterator[Figure]:
    _prepare()
    path = f"/tiles/submissions/{_Z}/{_X}/{_Y}.mvt"
    with raw_connection() as raw:

        def plain() -> None:
            row = raw.execute(_PLAIN, [_Z, _X, _Y, _Z, _X, _Y], binary=True).fetchone()
            assert row is not None
            assert len(row[0]) > 1_000_000

        def request() -> None:
            assert len(get(path)) > 1_000_000

        seconds = race({"sql": plain, "request": request})
    yield from against_floor("tile z12", seconds, floor="sql", bounds={"request": 1.5}, each=1)


def _prepare() -> None:
    """Kept between runs, as the ground is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reports_submission WHERE ref LIKE 'B%%'")
        if cursor.fetchone()[0] != _PINS:
            cursor.execute("DELETE FROM reports_submission WHERE ref LIKE 'B%%'")
            cursor.execute(_FILL, [_PINS, _Z, _X, _Y])
            cursor.execute("VACUUM ANALYZE reports_submission")
