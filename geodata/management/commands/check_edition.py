"""Check how the areas of an edition fit together: overlaps, gaps in the level above, slivers."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from geodata import checking
from geodata.management.reporting import level_of, write_list
from geodata.models import Edition


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--level", required=True, help="code of the level: commune, canton …")
        parser.add_argument("--series", default="main")
        parser.add_argument("--parent", help="level whose areas should be filled; found otherwise")

    def handle(self, **options: Any) -> None:
        level = level_of(options["level"])
        parent = level_of(options["parent"]) if options["parent"] else None
        editions = Edition.objects.filter(level=level, series=options["series"])
        edition = editions.select_related("level").order_by("-valid_from").first()
        if edition is None:
            raise CommandError(
                _("%(level)s, series “%(series)s”: there is no edition to check.")
                % {"level": level, "series": options["series"]}
            )
        check = checking.check(edition, parent=parent)
        self.stdout.write(
            _("%(level)s, edition %(edition)s: overlaps %(overlaps)d, gaps %(gaps)d, slivers"
              " %(slivers)d.")
            % {
                "level": level,
                "edition": edition,
                "overlaps": check.overlaps,
                "gaps": check.gaps,
                "slivers": check.slivers,
            }
        )  # fmt: skip
        largest = check.findings.with_names()
        write_list(self, _("The largest"), [finding.sentence for finding in largest])
