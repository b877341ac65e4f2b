"""What became of one set of shapes in another, as one statement over both."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

COLUMNS = ("pk", "key", "title", "rest", "geom", "position")
"""What `before` and `after` select, in this order: `key` tells who is who, `title` is the name,
`rest` everything else that counts, as text."""

# Shapes with the same key are paired in the order of their file; what is left over on both sides
# is paired by the same ground, so that a new name alone makes no shape "gone" and another "new".
# Grounds are compared by a digest first: only those that differ are put into normal form, which
# forgives another starting point of a ring.  What is sorted and joined are digests (OFFSET 0 makes
# them first): grounds themselves were 55 MB a side, sorted on disk, of 50,000 shapes.
_DIFFERENCES = """
WITH {before}, {after},
paired AS (
    SELECT before.pk AS old_pk, after.pk AS new_pk, before.shape AS old_shape,
        after.shape AS new_shape
    FROM before FULL JOIN after USING (key, nth)
),
gone AS (
    SELECT old_pk, row_number() OVER (PARTITION BY old_shape ORDER BY old_pk) AS nth,
        old_shape AS shape
    FROM paired WHERE new_pk IS NULL
),
come AS (
    SELECT new_pk, row_number() OVER (PARTITION BY new_shape ORDER BY new_pk) AS nth,
        new_shape AS shape
    FROM paired WHERE old_pk IS NULL
),
matched AS (
    SELECT old_pk, new_pk FROM paired WHERE old_pk IS NOT NULL AND new_pk IS NOT NULL
    UNION ALL
    SELECT old_pk, new_pk FROM gone FULL JOIN come USING (shape, nth)
),
told AS (
    SELECT old_pk, new_pk,
        before.shape <> after.shape AND (
            SELECT ST_AsBinary(ST_Normalize(geom)) FROM {table} WHERE id = old_pk
        ) <> (
            SELECT ST_AsBinary(ST_Normalize(geom)) FROM {table} WHERE id = new_pk
        ) AS is_moved,
        before.title <> after.title AS is_renamed,
        before.rest <> after.rest AS is_edited
    FROM matched
    LEFT JOIN before ON before.pk = old_pk
    LEFT JOIN after ON after.pk = new_pk
)
"""
_SIDE = """{side} AS MATERIALIZED (
    SELECT pk, key, title, rest, shape,
        row_number() OVER (PARTITION BY key ORDER BY position) AS nth
    FROM (
        SELECT pk, key, title, md5(rest) AS rest, md5(ST_AsBinary(geom)) AS shape, position
        FROM ({rows}) AS given (pk, key, title, rest, geom, position)
        OFFSET 0
    ) AS digested
)"""


def store(
    before: QuerySet[Any, Any], after: QuerySet[Any, Any], *, into: type[Model], owner_id: int
) -> None:
    """Writes one row into `into` (kind, feature, before, is_moved, is_renamed, is_edited, and its
    `overlay_import` = `owner_id`) for every shape that was added, changed or removed.

    `before` and `after` are `values_list(*COLUMNS)` of the same table, whose geometry, in any one
    CRS, is its column `geom`.
    """
    old_sql, old_params = before.query.sql_with_params()
    new_sql, new_params = after.query.sql_with_params()
    with_clause = _DIFFERENCES.format(
        table=connection.ops.quote_name(before.model._meta.db_table),
        before=_SIDE.format(side="before", rows=old_sql),
        after=_SIDE.format(side="after", rows=new_sql),
    )
    table = connection.ops.quote_name(into._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            {with_clause}
            INSERT INTO {table} (overlay_import_id, kind, feature_id, before_id,
                is_moved, is_renamed, is_edited)
            SELECT %s,
                CASE WHEN old_pk IS NULL THEN 'added' WHEN new_pk IS NULL THEN 'removed'
                    ELSE 'changed' END,
                coalesce(new_pk, old_pk), CASE WHEN new_pk IS NOT NULL THEN old_pk END,
                coalesce(is_moved, FALSE), coalesce(is_renamed, FALSE), coalesce(is_edited, FALSE)
            FROM told
            WHERE old_pk IS NULL OR new_pk IS NULL OR is_moved OR is_renamed OR is_edited
            """,  # noqa: S608
            [*old_params, *new_params, owner_id],
        )
