"""Areas and who answers, for every row of a CSV with the columns lon, lat and (optional) category.

Writes the same rows with the answers beside them; a bad row says why in the column `error`.
"""

import csv
import itertools
import os
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from geodata.management.progress import progress
from reports.points import PointLocator

_AT_ONCE = 50_000
_LARGEST_FIELD = 1_000_000


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, metavar="in.csv")
        parser.add_argument("target", type=Path, metavar="out.csv")
        parser.add_argument("--on", help="day whose areas and rules count: YYYY-MM-DD; today")
        parser.add_argument("--delimiter", help="between fields; found in the first line otherwise")

    def handle(self, **options: Any) -> None:
        source, target = options["source"], options["target"]
        day = _day(options["on"])
        if target.exists() and target.samefile(source):
            raise CommandError(
                _("The two files must differ: the answers would overwrite the rows.")
            )
        unfinished = target.with_name(f"{target.name}.part")
        try:
            with source.open(encoding="utf-8-sig", newline="") as rows:
                total, bad = self._run(rows, unfinished, day, options["delimiter"])
            os.replace(unfinished, target)
        except OSError as error:
            raise CommandError(_("%(file)s: %(reason)s") % _said(source, error)) from error
        except UnicodeDecodeError as error:
            raise CommandError(
                _("The text is not UTF-8 (byte %(byte)s): save it again as UTF-8.")
                % {"byte": error.start}
            ) from error
        except csv.Error as error:
            raise CommandError(_("%(file)s: %(reason)s") % _said(source, error)) from error
        finally:
            unfinished.unlink(missing_ok=True)
        self.stdout.write(
            _("Points: %(total)d, of which without an answer: %(bad)d. Written to %(file)s.")
            % {"total": total, "bad": bad, "file": target}
        )

    def _run(self, rows: TextIO, target: Path, day: date, delimiter: str | None) -> tuple[int, int]:
        """How many rows there were, and how many have an error."""
        csv.field_size_limit(_LARGEST_FIELD)
        reader = csv.reader(rows, delimiter=delimiter or _delimiter_of(rows))
        columns = next(reader, [])
        locator = PointLocator(on=day)
        asked = _asked_of(columns, locator)
        total = bad = 0
        with target.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow([*columns, *locator.columns])
            for batch in _batches(reader, len(columns), _size(rows)):
                answers = locator.locate([asked(row) for row in batch])
                writer.writerows(map(list.__add__, batch, answers))
                total += len(batch)
                bad += sum(bool(answer[-1]) for answer in answers)
        return total, bad


def _batches(reader: Iterator[list[str]], width: int, size: int) -> Iterator[list[list[str]]]:
    """Rows as wide as the first line: short ones filled up, long ones cut; empty lines left out."""
    waiting = progress(reader, _("Locating points"), total=size)
    while batch := list(itertools.islice(waiting, _AT_ONCE)):
        yield [row if len(row) == width else [*row, *[""] * width][:width] for row in batch if row]


def _asked_of(
    columns: list[str], locator: PointLocator
) -> Callable[[list[str]], tuple[str, str, str]]:
    """Reads longitude, latitude and category out of a row."""
    missing = [name for name in ("lon", "lat") if name not in columns]
    if missing:
        raise CommandError(
            _("The first line must name the columns lon and lat; missing: %(names)s.")
            % {"names": ", ".join(missing)}
        )
    clash = sorted(set(columns) & set(locator.columns))
    if clash:
        raise CommandError(
            _("The columns %(names)s are those of the answers: rename them.")
            % {"names": ", ".join(clash)}
        )
    lon, lat = columns.index("lon"), columns.index("lat")
    if "category" not in columns:
        return lambda row: (row[lon], row[lat], "")
    category = columns.index("category")
    return lambda row: (row[lon], row[lat], row[category].strip())


def _delimiter_of(rows: TextIO) -> str:
    """Of the first line, which is then read again."""
    header = rows.readline(_LARGEST_FIELD)
    rows.seek(0)
    return max(",;\t", key=header.count)


def _size(rows: TextIO) -> int:
    """Rows, as far as the size of the file tells: for the progress bar only."""
    return max(1, os.fstat(rows.fileno()).st_size // 30)


def _day(text: str | None) -> date:
    if text is None:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            _("--on wants a day as YYYY-MM-DD, not “%(text)s”.") % {"text": text}
        ) from error


def _said(source: Path, error: Exception) -> dict[str, Any]:
    """The file that is meant and what is wrong, in the system's words."""
    if isinstance(error, OSError):
        return {"file": error.filename or source, "reason": error.strerror}
    return {"file": source, "reason": error}
