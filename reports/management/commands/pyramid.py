"""manage.py pyramid verify|rebuild|fold: the counts behind tiles against the submissions."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.pyramid import folding, truth


class Command(BaseCommand):
    help = "Compares the counts behind tiles with the submissions, or counts them anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify", "rebuild", "fold"])
        parser.add_argument("--mend", action="store_true", help="verify: rebuild if need be.")

    def handle(self, *args: Any, what: str, mend: bool, **options: Any) -> None:
        if what == "fold":
            self.stdout.write(f"{folding.fold()} changes folded.")
        elif what == "rebuild":
            self._rebuild()
        else:
            self._verify(mend)

    def _rebuild(self) -> None:
        began = time.monotonic()
        for level, cells in truth.rebuild():
            self.stderr.write(
                f"  {truth.name_of(level)}: {cells} rows, {time.monotonic() - began:.0f} s"
            )
        self.stdout.write("The pyramid is counted anew.")

    def _verify(self, mend: bool) -> None:
        wrong = truth.miscounts()
        for one in wrong:
            where = truth.name_of(one.level)
            self.stderr.write(f"  {where}: {one.cells} rows are wrong, by {one.number} submissions")
        if wrong and mend:
            self._rebuild()
        elif wrong:
            raise CommandError("The pyramid is not exact: run manage.py pyramid rebuild.")
        else:
            self.stdout.write("The pyramid is exact.")
