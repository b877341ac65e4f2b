"""The tallies of areas against the submissions: what `truth` compares and counts anew."""

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from reports.pyramid.tallies import WHATS

_NAMES = ", ".join(WHATS)
_SUMS = ", ".join(f"COALESCE(SUM(n) FILTER (WHERE what = '{what}'), 0)" for what in WHATS)

# Counted first, then gathered: the sums of three sets are of far fewer rows.
_COUNT = f"""
    INSERT INTO {{target}} (area, month, kind, category, {_NAMES})
    SELECT area, COALESCE(month, 0), COALESCE(kind, ''), COALESCE(category, 0), {_SUMS}
    FROM (
        SELECT place.area, part.month, one.kind, one.category_id AS category, part.what,
            COUNT(*) AS n
        FROM reports_submission AS one
        JOIN (SELECT id AS submission_id, 0::bigint AS area FROM reports_submission
            UNION ALL SELECT submission_id, area_id FROM reports_submissionarea
        ) AS place ON place.submission_id = one.id
        CROSS JOIN LATERAL reports_tallied(one.status, one.created_at, one.closed_at) AS part
        WHERE NOT one.is_hidden GROUP BY 1, 2, 3, 4, 5
    ) AS leaf
    GROUP BY GROUPING SETS ((area, month, kind, category), (area, kind, category), (area))
"""  # noqa: S608

# As in migration 0015.
_MONTH = """
    CREATE OR REPLACE FUNCTION reports_month(at timestamptz) RETURNS smallint
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT (extract(year FROM at AT TIME ZONE {zone}) * 12
        + extract(month FROM at AT TIME ZONE {zone}) - 1)::smallint $$
"""

_LESS = ", ".join(f"-{what}" for what in WHATS)
_LESS_DELTA = ", ".join(f"CASE WHEN what = '{what}' THEN -n ELSE 0 END" for what in WHATS)
_BALANCE = ", ".join(f"SUM({what}) AS {what}" for what in WHATS)
_STATUSES = " + ".join(what for what in WHATS if not what.startswith("ended"))

# What is true, less what the tallies say and what the changes that wait for them say.
_MISCOUNTED = f"""
    SELECT COUNT(*), COALESCE(SUM(ABS({_STATUSES})), 0) FROM (
        SELECT area, month, kind, category, {_BALANCE} FROM (
            SELECT area, month, kind, category, {_NAMES} FROM true_tally
            UNION ALL
            SELECT area, month, kind, category, {_LESS} FROM reports_tally
            UNION ALL
            SELECT delta.area, slice.month, slice.kind, slice.category, {_LESS_DELTA}
            FROM reports_areadelta AS delta
            CROSS JOIN LATERAL (VALUES
                (delta.month, delta.kind, delta.category),
                (0::smallint, delta.kind, delta.category), (0::smallint, '', 0::bigint)
            ) AS slice (month, kind, category)
        ) AS parts
        GROUP BY area, month, kind, category
    ) AS balance
    WHERE ({_NAMES}) <> ({", ".join("0" for _ in WHATS)})
"""  # noqa: S608


def miscounted(cursor: CursorWrapper) -> tuple[int, int]:
    """How many rows differ from the truth, and by how many submissions."""
    cursor.execute("DROP TABLE IF EXISTS true_tally")
    cursor.execute("CREATE TEMPORARY TABLE true_tally (LIKE reports_tally) ON COMMIT DROP")
    cursor.execute(_COUNT.format(target="true_tally"))
    cursor.execute(_MISCOUNTED)
    rows, number = cursor.fetchone()
    return rows, int(number)


def count_anew(cursor: CursorWrapper) -> int:
    """Every tally from the submissions, by the months of today's time zone; how many rows."""
    clear(cursor)
    cursor.execute(_COUNT.format(target="reports_tally"))
    return int(cursor.rowcount)


def clear(cursor: CursorWrapper) -> None:
    """No tally and no change of one; months are those of today's time zone from here on."""
    _say_months(cursor)
    cursor.execute("DELETE FROM reports_areadelta")
    cursor.execute("DELETE FROM reports_tally")


def _say_months(cursor: CursorWrapper) -> None:
    """`reports_month` is of the zone that was set when it was made: where another one is set now,
    it is made anew."""
    zone = connection.ops.compose_sql("%s", [settings.TIME_ZONE])  # type: ignore[attr-defined]
    cursor.execute("SELECT pg_get_functiondef('reports_month(timestamptz)'::regprocedure)")
    if zone in cursor.fetchone()[0]:
        return
    cursor.execute(_MONTH.format(zone=zone))
