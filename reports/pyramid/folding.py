"""What writes have appended is added to the cells, by one worker at a time."""

from django.db import connection, transaction

from reports.pyramid.levels import FINEST, STORED, UNDIVIDED
from reports.pyramid.tallies import WHATS

LOCK = 0x63656C6C
"""Of the advisory lock that folding and rebuilding hold."""
BATCH = 50_000

# One statement: whoever reads finds a change among the deltas or in the cells, never in both.
_FOLD = f"""
    WITH gone AS (
        DELETE FROM reports_celldelta WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM reports_celldelta LIMIT %(batch)s
        )) RETURNING *
    ), added AS (
        INSERT INTO reports_cell AS cell
        SELECT level.level, COALESCE(kind, ''), COALESCE(category, 0),
            place,
            COALESCE(SUM(n) FILTER (WHERE is_open), 0),
            COALESCE(SUM(n) FILTER (WHERE NOT is_open), 0),
            COALESCE(SUM(n * grid_x::bigint) FILTER (WHERE is_open), 0),
            COALESCE(SUM(n * grid_y::bigint) FILTER (WHERE is_open), 0),
            COALESCE(SUM(n * grid_x::bigint) FILTER (WHERE NOT is_open), 0),
            COALESCE(SUM(n * grid_y::bigint) FILTER (WHERE NOT is_open), 0),
            CASE WHEN GROUPING(kind) = 1 THEN COUNT(*) ELSE 0 END
        FROM gone CROSS JOIN unnest(%(levels)s::smallint[]) AS level (level)
        CROSS JOIN LATERAL (SELECT morton >> (62 - 2 * level.level) AS place) AS its
        GROUP BY GROUPING SETS
            ((level.level, place, kind, category), (level.level, place, kind), (level.level, place))
        HAVING level.level <= {FINEST} OR GROUPING(kind) = 1
        ON CONFLICT (level, kind, category, cell) DO UPDATE SET
            open_n = cell.open_n + EXCLUDED.open_n,
            closed_n = cell.closed_n + EXCLUDED.closed_n,
            open_x = cell.open_x + EXCLUDED.open_x,
            open_y = cell.open_y + EXCLUDED.open_y,
            closed_x = cell.closed_x + EXCLUDED.closed_x,
            closed_y = cell.closed_y + EXCLUDED.closed_y,
            touches = cell.touches + EXCLUDED.touches
    )
    SELECT COUNT(*) FROM gone
"""  # noqa: S608  (constants)

_NAMES = ", ".join(WHATS)
_SUMS = ", ".join(f"COALESCE(SUM(n) FILTER (WHERE what = '{what}'), 0)" for what in WHATS)
_ADDED = ", ".join(f"{what} = tally.{what} + EXCLUDED.{what}" for what in WHATS)

# The same for the tallies of areas: by month, over all months, and all of an area.
_FOLD_TALLIES = f"""
    WITH gone AS (
        DELETE FROM reports_areadelta WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM reports_areadelta LIMIT %(batch)s
        )) RETURNING *
    ), added AS (
        INSERT INTO reports_tally AS tally (area, month, kind, category, {_NAMES})
        SELECT area, COALESCE(month, 0), COALESCE(kind, ''), COALESCE(category, 0), {_SUMS}
        FROM gone
        GROUP BY GROUPING SETS ((area, month, kind, category), (area, kind, category), (area))
        ON CONFLICT (area, month, kind, category) DO UPDATE SET {_ADDED}
    )
    SELECT COUNT(*) FROM gone
"""  # noqa: S608


def fold() -> int:
    """Fold all that waits, in batches of one transaction; how many changes of cells it was.  Where
    another worker is at it, nothing is done."""
    folded = _fold_all(_FOLD)
    _fold_all(_FOLD_TALLIES)
    return folded


def _fold_all(statement: str) -> int:
    folded = 0
    while batch := _fold_batch(statement):
        folded += batch
    return folded


@transaction.atomic
def _fold_batch(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(statement, {"batch": BATCH, "levels": [*STORED, UNDIVIDED]})
        return int(cursor.fetchone()[0])
