"""Invented submissions for the benches of tiles: BENCH_COUNT of them, a million unless it says."""

import os
import sys

from django.core.management import call_command
from django.db import connection

from geodata import grid
from reports.models import Submission
from reports.pyramid import folding, levels
from reports.seeding import MARK

COUNT = int(os.environ.get("BENCH_COUNT", 1_000_000))


def prepare() -> None:
    """Kept between runs; made anew where another number is asked for."""
    there = Submission.objects.filter(ref__startswith=MARK).count()
    if there != COUNT:
        if there:
            call_command("seed_submissions", "--remove", stderr=sys.stderr, stdout=sys.stderr)
        call_command(
            "seed_submissions",
            f"--count={COUNT}",
            "--until=2026-01-01",
            "--yes",
            stderr=sys.stderr,
            stdout=sys.stderr,
        )
    fold()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM reports_submission")  # reads stay within the index


def fold() -> None:
    """What a bench has written waits no longer: whoever reads adds up all that does."""
    folding.fold()
    with connection.cursor() as cursor:
        for table in ("celldelta", "areadelta", "cell", "tally"):
            cursor.execute(f"VACUUM ANALYZE reports_{table}")


def densest(z: int) -> str:
    """The tile of a zoom with most submissions in it: z/x/y."""
    return fullest(z, 1)[0]


def fullest(z: int, number: int, at_most: int | None = None) -> list[str]:
    """The tiles of a zoom (19 at most) with most submissions in them, none with more than
    `at_most`: z/x/y.  As the pyramid counts them, in which nothing waits to be folded."""
    level = next(level for level in (*levels.STORED, levels.UNDIVIDED) if level >= z)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cell >> %(by)s AS tile, SUM(open_n + closed_n) AS n FROM reports_cell"
            " WHERE level = %(level)s AND kind = '' AND category = 0 GROUP BY tile"
            " HAVING SUM(open_n + closed_n) BETWEEN 1"
            "   AND COALESCE(%(most)s, SUM(open_n + closed_n))"
            " ORDER BY n DESC, tile LIMIT %(number)s",
            {"by": 2 * (level - z), "level": level, "most": at_most, "number": number},
        )
        places = (grid.apart(tile) for tile, _n in cursor)
        return [f"{z}/{x}/{y}" for x, y in places]
