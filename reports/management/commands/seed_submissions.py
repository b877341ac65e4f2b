"""manage.py seed_submissions: invented submissions by the million, to measure with."""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reports.models import Category, Submission
from reports.seeding import MARK, drawing, pouring

BATCH = 200_000


class Command(BaseCommand):
    help = (
        "Invents submissions over the areas that are loaded, with links, history and counts. The"
        " same seed and --until invent the same ones; --remove takes them all out again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=10_000)
        parser.add_argument("--seed", type=int, default=1, help="0 to 65535")
        parser.add_argument(
            "--until", type=datetime.fromisoformat, help="the newest moment; default: today, 0:00"
        )
        parser.add_argument("--remove", action="store_true", help="take them out again")
        parser.add_argument("--yes", action="store_true", help="even beside real submissions")

    def handle(self, *args: Any, count: int, seed: int, **options: Any) -> None:
        if options["remove"]:
            self._follow(pouring.remove())
            return
        self._refuse(count, seed, options["yes"])
        homes = pouring.homes()
        if not len(homes.ids):
            raise CommandError("There are no areas yet to put submissions in: load some first.")
        categories = list(Category.objects.active().order_by("pk").values_list("pk", flat=True))
        batches = drawing.batches(
            homes, categories, count=count, size=BATCH, seed=seed, until=_moment(options["until"])
        )
        self._follow(pouring.pour(homes, batches, seed=seed))
        self.stdout.write(f"{count} submissions are there; --remove takes them out again.")

    def _refuse(self, count: int, seed: int, yes: bool) -> None:
        if count < 1 or not 0 <= seed < 65_536:
            raise CommandError("--count is 1 or more, --seed 0 to 65535.")
        if Submission.objects.filter(ref__startswith=MARK).exists():
            raise CommandError("Invented submissions are there already: --remove them first.")
        if pouring.others_exist() and not yes:
            raise CommandError(
                "There are real submissions here, and invented ones would stand among them."
                " Add --yes if you mean it."
            )

    def _follow(self, steps: Iterable[tuple[str, int]]) -> None:
        began = time.monotonic()
        for what, number in steps:
            self.stderr.write(f"  {time.monotonic() - began:6.0f} s  {what} {number or ''}")


def _moment(until: datetime | None) -> datetime:
    if until is None:
        return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return until if until.tzinfo else timezone.make_aware(until)
