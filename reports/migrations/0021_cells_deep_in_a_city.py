"""Level 19 of the pyramid, kinds and categories together (reports.pyramid.levels.UNDIVIDED).

A worker of the release before that folds while this one runs or after it leaves that level behind:
`manage.py pyramid verify --mend` says so and counts anew.
"""

from django.db import migrations

# What waits to be folded is taken off, since the fold will add it.
ADD = """
SELECT pg_advisory_xact_lock(1667591276);
INSERT INTO reports_cell
SELECT 19, '', 0, cell,
    COALESCE(SUM(n) FILTER (WHERE is_open), 0), COALESCE(SUM(n) FILTER (WHERE NOT is_open), 0),
    COALESCE(SUM(n * x) FILTER (WHERE is_open), 0), COALESCE(SUM(n * y) FILTER (WHERE is_open), 0),
    COALESCE(SUM(n * x) FILTER (WHERE NOT is_open), 0),
    COALESCE(SUM(n * y) FILTER (WHERE NOT is_open), 0), 0
FROM (
    SELECT morton >> 24 AS cell, reports_is_open(status) AS is_open, 1 AS n, grid_x::bigint AS x,
        grid_y::bigint AS y
    FROM reports_submission WHERE NOT is_hidden
    UNION ALL
    SELECT morton >> 24, is_open, -n, grid_x, grid_y FROM reports_celldelta
) AS part
GROUP BY cell ORDER BY cell;
SELECT reports_new_epoch();
"""
REMOVE = "DELETE FROM reports_cell WHERE level = 19;"


class Migration(migrations.Migration):
    dependencies = [("reports", "0020_links_know_their_category")]
    operations = [migrations.RunSQL(ADD, REMOVE)]
