"""manage.py seed_submissions: invented submissions by the million, to measure with."""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reports.models import Category, Submission
from reports.seeding import MARK, drawing, pouring
from reports.seeding.pouring import Step

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
        try:
            self._follow(pouring.pour(homes, batches, seed=seed))
        except pouring.SomebodySent as sent:
            raise CommandError("A real submission came just now: nothing was written.") from sent
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

    def _follow(self, steps: Iterable[Step]) -> None:
        began = since = time.monotonic()
        stages: dict[str, float] = {}
        for step in steps:
            now = time.monotonic()
            stages[step.stage] = stages.get(step.stage, 0) + now - since
            since = now
            took = "" if step.seconds is None else f"in {step.seconds:.1f} s"
            self.stderr.write(f"  {now - began:6.0f} s  {step.what} {step.number or ''} {took}")
        told = ", ".join(f"{stage} {seconds:.0f} s" for stage, seconds in stages.items())
        self.stderr.write(f"  {time.monotonic() - began:6.0f} s in all: {told}")


def _moment(until: datetime | None) -> datetime:
    if until is None:
        return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return until if until.tzinfo else timezone.make_aware(until)
