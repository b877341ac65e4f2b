"""The pyramid against the submissions themselves: compared, or counted anew.

Both see one snapshot, in which a submission, its change and the cells agree; nobody who writes or
reads has to wait for them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from geodata.grid import shift_of
from reports.pyramid import tally_truth
from reports.pyramid.folding import LOCK
from reports.pyramid.levels import FINEST, STORED, UNDIVIDED

# All slices of the finest level, from the submissions; `{target}` is the pyramid's table, or one
# like it to compare with.  Sorted once, by bytes: three hashes of it, and the rules of a language
# for two words, took half as long again.  Written in the order of the key: its index grows at one
# end only, and a tile finds its cells side by side (a million submissions: 25 to 34 s instead of
# 45 to 54).
_FINEST = """
    INSERT INTO {target}
    SELECT %(level)s, COALESCE(kind, ''), COALESCE(category, 0), cell,
        COALESCE(SUM(n) FILTER (WHERE is_open), 0), COALESCE(SUM(n) FILTER (WHERE NOT is_open), 0),
        COALESCE(SUM(x) FILTER (WHERE is_open), 0), COALESCE(SUM(y) FILTER (WHERE is_open), 0),
        COALESCE(SUM(x) FILTER (WHERE NOT is_open), 0),
        COALESCE(SUM(y) FILTER (WHERE NOT is_open), 0), 0
    FROM (
        SELECT morton >> %(shift)s AS cell, kind COLLATE "C" AS kind, category_id AS category,
            reports_is_open(status) AS is_open, COUNT(*) AS n, SUM(grid_x::bigint) AS x,
            SUM(grid_y::bigint) AS y
        FROM reports_submission WHERE NOT is_hidden GROUP BY 1, 2, 3, 4
    ) AS leaf
    GROUP BY GROUPING SETS ((cell, kind, category), (cell, kind), (cell))
    ORDER BY 2, 3, 4
"""

# By the order of the index on places, too.
_UNDIVIDED = """
    INSERT INTO {target}
    SELECT %(level)s, '', 0, cell,
        COUNT(*) FILTER (WHERE is_open), COUNT(*) FILTER (WHERE NOT is_open),
        COALESCE(SUM(x) FILTER (WHERE is_open), 0), COALESCE(SUM(y) FILTER (WHERE is_open), 0),
        COALESCE(SUM(x) FILTER (WHERE NOT is_open), 0),
        COALESCE(SUM(y) FILTER (WHERE NOT is_open), 0), 0
    FROM (
        SELECT morton >> %(shift)s AS cell, reports_is_open(status) AS is_open, grid_x AS x,
            grid_y AS y
        FROM reports_submission WHERE NOT is_hidden
    ) AS pin
    GROUP BY cell ORDER BY cell
"""

_COARSER = """
    INSERT INTO {target}
    SELECT %(level)s, kind, category, cell >> %(shift)s AS place, SUM(open_n), SUM(closed_n),
        SUM(open_x), SUM(open_y), SUM(closed_x), SUM(closed_y), 0
    FROM {target} WHERE level = %(finer)s GROUP BY kind, category, place
    ORDER BY kind, category, place
"""

# What is true, less what the pyramid says and what the changes that wait for it say.
_MISCOUNTED = """
    SELECT COUNT(*), COALESCE(SUM(ABS(open_n + closed_n)), 0) FROM (
        SELECT kind, category, cell, SUM(open_n) AS open_n, SUM(closed_n) AS closed_n,
            SUM(open_x) AS open_x, SUM(open_y) AS open_y, SUM(closed_x) AS closed_x,
            SUM(closed_y) AS closed_y
        FROM (
            SELECT kind, category, cell, open_n, closed_n, open_x, open_y, closed_x, closed_y
            FROM true_cell WHERE level = %(level)s
            UNION ALL
            SELECT kind, category, cell, -open_n, -closed_n, -open_x, -open_y, -closed_x, -closed_y
            FROM reports_cell WHERE level = %(level)s
            UNION ALL
            SELECT slice.kind, slice.category, morton >> %(shift)s,
                CASE WHEN is_open THEN -n ELSE 0 END, CASE WHEN is_open THEN 0 ELSE -n END,
                CASE WHEN is_open THEN -n * grid_x::bigint ELSE 0 END,
                CASE WHEN is_open THEN -n * grid_y::bigint ELSE 0 END,
                CASE WHEN is_open THEN 0 ELSE -n * grid_x::bigint END,
                CASE WHEN is_open THEN 0 ELSE -n * grid_y::bigint END
            FROM reports_celldelta AS delta
            CROSS JOIN LATERAL (VALUES
                (delta.kind, delta.category), (delta.kind, 0::bigint), ('', 0::bigint)
            ) AS slice (kind, category)
            WHERE slice.kind = '' OR NOT %(is_undivided)s
        ) AS parts
        GROUP BY kind, category, cell
    ) AS balance
    WHERE (open_n, closed_n, open_x, open_y, closed_x, closed_y) <> (0, 0, 0, 0, 0, 0)
"""

TALLIES = -1
"""Where a level is named: the tallies of areas."""


def name_of(level: int) -> str:
    return "tallies of areas" if level == TALLIES else f"level {level}"


@dataclass(frozen=True, slots=True)
class Miscount:
    """`cells` of a level differ from the truth, by `number` submissions in all; TALLIES for the
    tallies of areas."""

    level: int
    cells: int
    number: int


def miscounts() -> list[Miscount]:
    """The levels that are wrong; none: the pyramid is exact."""
    with _one_snapshot() as cursor:
        cursor.execute("DROP TABLE IF EXISTS true_cell")
        cursor.execute("CREATE TEMPORARY TABLE true_cell (LIKE reports_cell) ON COMMIT DROP")
        for _level in _count_into("true_cell", cursor):
            pass
        found = [_miscount(cursor, level) for level in (*STORED, UNDIVIDED)]
        found.append(Miscount(TALLIES, *tally_truth.miscounted(cursor)))
    return [miscount for miscount in found if miscount.cells]


def _miscount(cursor: CursorWrapper, level: int) -> Miscount:
    params = {"level": level, "shift": shift_of(level), "is_undivided": level == UNDIVIDED}
    cursor.execute(_MISCOUNTED, params)
    cells, number = cursor.fetchone()
    return Miscount(level, cells, int(number))


def rebuild() -> Iterator[tuple[int, int]]:
    """Count everything anew; yields each level with its number of cells as it is done.

    What others commit meanwhile is not in the snapshot, and waits among the changes as ever.
    """
    with _one_snapshot() as cursor:
        yield from count_cells(cursor)
        yield TALLIES, tally_truth.count_anew(cursor)
    clear_away()


def count_cells(cursor: CursorWrapper) -> Iterator[tuple[int, int]]:
    """Every cell anew, in the caller's transaction and holding LOCK; yields as `rebuild` does."""
    cursor.execute("DELETE FROM reports_celldelta")
    cursor.execute("DELETE FROM reports_cell")
    yield from _count_into("reports_cell", cursor)
    cursor.execute("SELECT reports_new_epoch()")


def _count_into(target: str, cursor: CursorWrapper) -> Iterator[tuple[int, int]]:
    """The finest and the undivided level from the rows, each other from the next finer one; yields
    it with its number of cells."""
    cursor.execute("SET LOCAL enable_hashagg = off")
    for level, statement in ((FINEST, _FINEST), (UNDIVIDED, _UNDIVIDED)):
        params = {"level": level, "shift": shift_of(level)}
        cursor.execute(statement.format(target=target), params)
        yield level, cursor.rowcount
    cursor.execute("SET LOCAL enable_hashagg = on")
    for finer, level in zip(reversed(STORED), reversed(STORED[:-1]), strict=False):
        params = {"level": level, "finer": finer, "shift": 2 * (finer - level)}
        cursor.execute(_COARSER.format(target=target), params)
        yield level, cursor.rowcount


@contextmanager
def _one_snapshot() -> Iterator[CursorWrapper]:
    """A transaction that sees one moment, while nobody folds."""
    with connection.cursor() as cursor:
        if connection.in_atomic_block:  # a test's: nobody else is at it
            yield cursor
            return
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            with transaction.atomic():
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute("SET LOCAL work_mem = '256MB'")
                yield cursor
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def clear_away() -> None:
    """The rows of before, and what the planner knows."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        for table in ("cell", "celldelta", "tally", "areadelta"):
            cursor.execute(f"VACUUM ANALYZE reports_{table}")
