"""Invented submissions for the benches of tiles: BENCH_COUNT of them, a million unless it says."""

import os
import sys

from django.core.management import call_command
from django.db import connection

from reports.models import Submission
from reports.pyramid import folding
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
    """The tiles of a zoom with most submissions in them, none with more than `at_most`: z/x/y."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT grid_x >> %(by)s, grid_y >> %(by)s FROM reports_submission"
            " WHERE NOT is_hidden GROUP BY 1, 2 HAVING COUNT(*) <= COALESCE(%(most)s, COUNT(*))"
            " ORDER BY COUNT(*) DESC LIMIT %(number)s",
            {"by": 31 - z, "most": at_most, "number": number},
        )
        return [f"{z}/{x}/{y}" for x, y in cursor]
