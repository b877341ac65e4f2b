"""Take back the newest edition of a series: the one before is valid again.

A dry run unless --commit is given.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from geodata import editions
from geodata.editions import EditionConflict
from geodata.management.reporting import level_of
from geodata.models import Edition


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--level", required=True, help="code of the level: commune, canton …")
        parser.add_argument("--series", default="main")
        parser.add_argument("--commit", action="store_true", help="write; without it only tell")

    def handle(self, **options: Any) -> None:
        level = level_of(options["level"])
        newest = Edition.objects.filter(level=level, series=options["series"]).order_by(
            "-valid_from"
        )
        edition = newest.select_related("level", "follows").first()
        if edition is None:
            raise CommandError(
                _("%(level)s, series “%(series)s”: there is no edition to roll back.")
                % {"level": level, "series": options["series"]}
            )
        self._announce(edition)
        if not options["commit"]:
            self.stdout.write(_("Dry run: nothing was written. Add --commit to roll back."))
            return
        try:
            editions.roll_back(edition=edition)
        except EditionConflict as conflict:
            raise CommandError(str(conflict)) from conflict
        self.stdout.write(_("Rolled back. Submissions are linked anew by a job."))

    def _announce(self, edition: Edition) -> None:
        self.stdout.write(
            _("%(level)s, edition %(edition)s goes. Areas: %(count)d.")
            % {"level": edition.level, "edition": edition, "count": edition.areas.count()}
        )
        if edition.follows is None:
            self.stdout.write(_("It ended none: after it, the series has no areas valid today."))
        else:
            self.stdout.write(
                _("Edition %(edition)s is valid again. Areas: %(count)d.")
                % {"edition": edition.follows, "count": edition.follows.areas.count()}
            )
