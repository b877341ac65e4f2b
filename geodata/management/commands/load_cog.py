"""Create or update French collectivities from the COG, and build EPCI areas from communes.

A dry run unless --commit is given; running it again changes nothing that is right.
"""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geodata import cog as official
from geodata import collectivities, editions, findings
from geodata.cog import Cog
from geodata.days import day_in_words
from geodata.editions import EditionConflict
from geodata.management.progress import progress
from geodata.management.reporting import (
    day_of,
    level_of,
    report_succession,
    shortened,
    write_list,
)  # fmt: skip
from geodata.planning import Plan, plan
from geodata.sources import Unreadable

COG_DAY = date(2026, 1, 1)
"""What the pinned version of the package describes."""


Outlines = dict[str, list[BaseGeometry]]
"""code of today's commune → outlines (EPSG:4326) of its ground"""


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--from", dest="folder", type=Path, default=settings.BASE_DIR / official.PACKAGE)
        add("--valid-from", default=COG_DAY.isoformat(), help="of what is built: YYYY-MM-DD")
        add(
            "--build-communes",
            action="store_true",
            help="unite older outlines into an edition of today's communes",
        )
        add("--commit", action="store_true", help="write; without it nothing is changed")

    def handle(self, **options: Any) -> None:
        for code in collectivities.COG_LEVELS:
            level_of(code)
        cog, day = _read(options["folder"]), day_of(options["valid_from"])
        changes = collectivities.compare(cog.bodies)
        self.stdout.write(
            _("Collectivities: %(new)d new, %(changed)d to update, %(same)d unchanged.")
            % {"new": len(changes.new), "changed": len(changes.changed), "same": changes.same}
        )
        outlines = self._read_outlines(cog, day)
        plans = []
        if options["build_communes"]:
            plans += self._plan_communes(cog, day, outlines)
        plans += self._plan_epcis(cog, day, outlines)
        if not options["commit"]:
            self.stdout.write(_("Dry run: nothing was written. Add --commit to load."))
            return
        self._commit(cog, changes, plans)

    def _read_outlines(self, cog: Cog, day: date) -> Outlines:
        """Of the communes loaded for a day, by the commune of today; none is said."""
        grounds = collectivities.commune_grounds(on=day)
        outlines = collectivities.outlines_today(
            cog, progress(grounds.iterator(), _("Reading outlines"), total=grounds.count())
        )
        if not outlines:
            self.stdout.write(
                _("No communes are loaded for %(day)s: load some, then run this again for EPCIs.")
                % {"day": day_in_words(day)}
            )
        return outlines

    def _plan_communes(self, cog: Cog, day: date, outlines: Outlines) -> list[Plan]:
        if not outlines:
            return []
        planned = plan(
            progress(
                collectivities.commune_candidates(cog, outlines),
                _("Uniting outlines"),
                total=len(outlines),
            ),
            level=level_of("commune"),
            valid_from=day,
            old_codes=cog.commune_today,
        )
        if planned.obstacles:
            raise CommandError("\n".join(shortened(list(planned.obstacles))))
        self.stdout.write(
            _("Communes to build from older outlines: %(count)d.") % {"count": len(planned.rows)}
        )
        report_succession(self, planned)
        missing = collectivities.communes_without_outline(cog, outlines)
        write_list(
            self,
            _("Communes of today without an outline, whose ground stays with a neighbour"),
            [f"{body.name} ({body.code})" for body in missing],
        )
        return [planned]

    def _plan_epcis(self, cog: Cog, day: date, outlines: Outlines) -> list[Plan]:
        """Empty where there is nothing to build, which is then said."""
        if not outlines:
            return []
        if collectivities.has_epci_edition(valid_from=day, series="main"):
            text = _("EPCI areas of %(day)s are loaded; --valid-from a later day builds them anew.")
            self.stdout.write(text % {"day": day_in_words(day)})
            return []
        candidates = progress(
            collectivities.epci_candidates(cog, outlines),
            _("Joining communes"),
            total=len(cog.members),
        )
        planned = plan(candidates, level=level_of("epci"), valid_from=day)
        if planned.obstacles:
            raise CommandError("\n".join(shortened(list(planned.obstacles))))
        self._report(planned, collectivities.members_without_outline(cog, outlines))
        return [planned]

    def _report(self, planned: Plan, without_outline: list[tuple[str, str]]) -> None:
        self.stdout.write(
            _("EPCI areas to build from their communes: %(count)d.") % {"count": len(planned.rows)}
        )
        write_list(self, _("Shapes repaired"), [str(remark) for remark in planned.repaired])
        write_list(self, _("Features refused"), [str(remark) for remark in planned.refused])
        write_list(
            self,
            _("Members without an outline, missing from their EPCI"),
            [
                _("commune %(commune)s of EPCI %(epci)s") % {"commune": commune, "epci": epci}
                for epci, commune in without_outline
            ],
        )

    def _commit(self, cog: Cog, changes: collectivities.BodyChanges, plans: list[Plan]) -> None:
        self.stderr.write(_("Writing collectivities"), style_func=str)
        try:
            with transaction.atomic():
                collectivities.write(changes)
                linked = collectivities.link_areas(cog)
                for planned in plans:
                    _write_areas(planned)
        except EditionConflict as conflict:
            raise CommandError(str(conflict)) from conflict
        self.stdout.write(
            _("Written. Areas linked to their collectivity: %(count)d.") % {"count": linked}
        )


def _write_areas(planned: Plan) -> None:
    editions.load(
        progress(planned.rows, _("Writing areas"), total=len(planned.rows)),
        level=planned.level,
        valid_from=planned.valid_from,
        source=_("Unions of communes, after the COG (Insee, DGCL)"),
        licence="Licence Ouverte 2.0",
        successions=planned.succession.links,
    )


def _read(folder: Path) -> Cog:
    try:
        return official.read(folder)
    except Unreadable as error:
        raise CommandError(findings.sentence(error.code, error.values)) from error
