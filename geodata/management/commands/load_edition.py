"""Load a dated edition of a level's areas.  A dry run unless --commit is given."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.db import DatabaseError
from django.utils.translation import gettext as _

from geodata import cog, editions, findings, formats
from geodata.days import day_in_words
from geodata.field_templates import FieldTemplate
from geodata.management.files import files_in, template_of, where_of
from geodata.management.progress import progress
from geodata.management.reporting import (
    day_of,
    level_of,
    report_succession,
    shortened,
    write_list,
)  # fmt: skip
from geodata.planning import Candidate, Plan, plan
from geodata.sources import SourceFeature, Unreadable


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--level", required=True, help="code of the level: commune, canton …")
        add(
            "--file",
            required=True,
            action="append",
            type=Path,
            help="GeoJSON, GeoPackage or Shapefile (also zipped), or a folder; may be repeated",
        )
        add("--code-field", required=True, help="field of the code, or like '{dep}{code:0>3}'")
        add("--name-field", required=True, help="field of the name, or a text with {fields}")
        add("--valid-from", required=True, help="first day it is valid: YYYY-MM-DD")
        add("--series", default="main", help="editions of one series follow each other")
        add("--source", default="", help="who published the outlines")
        add("--licence", default="")
        add("--crs", help="EPSG:… in place of what the files say")
        add("--layer", help="table of a GeoPackage")
        add(
            "--cog",
            type=Path,
            nargs="?",
            const=settings.BASE_DIR / cog.PACKAGE,
            help="know merged communes by their old codes too, from this folder of the COG",
        )
        add("--skip-refused", action="store_true", help="load the rest without refused features")
        add("--commit", action="store_true", help="write; without it nothing is changed")

    def handle(self, **options: Any) -> None:
        level = level_of(options["level"])
        _check_texts(options)
        planned = plan(
            _candidates(files_in(options["file"]), options),
            level=level,
            valid_from=day_of(options["valid_from"]),
            series=options["series"],
            old_codes=_old_codes(options["cog"]),
        )
        self._report(planned)
        _stop_if_hindered(planned, skip_refused=options["skip_refused"])
        if options["commit"]:
            self._commit(planned, source=options["source"], licence=options["licence"])
        else:
            self._rehearse(planned)

    def _rehearse(self, planned: Plan) -> None:
        """Loaded and taken back: what it would do to the submissions is counted on real rows."""
        said = editions.rehearse(
            progress(planned.rows, _("Trying it out"), total=len(planned.rows)),
            level=planned.level,
            valid_from=planned.valid_from,
            series=planned.series,
            successions=planned.succession.links,
        )
        for sentence in said:
            self.stdout.write(sentence)
        self.stdout.write(_("Dry run: nothing was written. Add --commit to load."))

    def _commit(self, planned: Plan, *, source: str, licence: str) -> None:
        rows = progress(planned.rows, _("Writing areas"), total=len(planned.rows))
        try:
            edition = editions.load(
                rows,
                level=planned.level,
                valid_from=planned.valid_from,
                series=planned.series,
                source=source,
                licence=licence,
                successions=planned.succession.links,
            )
        except editions.EditionConflict as conflict:
            raise CommandError(str(conflict)) from conflict
        except DatabaseError as error:
            raise CommandError(
                _("The database refused an area, and nothing was written: %(reason)s")
                % {"reason": error}
            ) from error
        self.stdout.write(
            _("Loaded: %(level)s, edition %(edition)s. Areas: %(count)d.")
            % {"level": planned.level, "edition": edition.label, "count": len(planned.rows)}
        )

    def _report(self, planned: Plan) -> None:
        self.stdout.write(
            _("%(level)s, series “%(series)s”, valid from %(day)s. Areas: %(count)d.")
            % {
                "level": planned.level,
                "series": planned.series,
                "day": day_in_words(planned.valid_from),
                "count": len(planned.rows),
            }
        )
        if planned.follows:
            self.stdout.write(
                _("It follows the edition of %(day)s.")
                % {"day": day_in_words(planned.follows.valid_from)}
            )
            names, before = planned.names, planned.names_before
            write_list(self, _("New areas"), _labels(planned.added, names))
            write_list(self, _("Areas gone"), _labels(planned.gone, before))
            renamed = [f"{code}: {old} → {new}" for code, old, new in planned.renamed]
            write_list(self, _("Areas renamed"), renamed)
            report_succession(self, planned)
        write_list(self, _("Shapes repaired"), [str(remark) for remark in planned.repaired])
        write_list(self, _("Features refused"), [str(remark) for remark in planned.refused])


def _labels(codes: Iterable[str], names: Mapping[str, str]) -> list[str]:
    return [findings.labelled(code, names.get(code)) for code in codes]


def _old_codes(folder: Path | None) -> dict[str, str]:
    """Code of a commune that has merged → the commune that its ground is in today."""
    if folder is None:
        return {}
    try:
        return dict(cog.read(folder).commune_today)
    except Unreadable as error:
        raise CommandError(findings.sentence(error.code, error.values)) from error


def _check_texts(options: dict[str, Any]) -> None:
    try:
        validate_slug(options["series"])
    except ValidationError as error:
        raise CommandError(_("--series wants letters, digits, - and _ only.")) from error
    for name, longest in (("series", 80), ("source", 300), ("licence", 120)):
        if len(options[name]) > longest:
            raise CommandError(
                _("--%(name)s may have %(longest)d characters at most.")
                % {"name": name, "longest": longest}
            )


def _stop_if_hindered(planned: Plan, *, skip_refused: bool) -> None:
    hindrances = shortened(list(planned.obstacles))
    if planned.refused and not skip_refused:
        hindrances.append(
            _("Features refused: %(count)d. Mend the file, or add --skip-refused.")
            % {"count": len(planned.refused)}
        )
    if hindrances:
        raise CommandError("\n".join(hindrances))


# ---------------------------------------------------------------- files → candidates


def _candidates(files: list[Path], options: dict[str, Any]) -> Iterator[Candidate]:
    code, name = template_of(options["code_field"]), template_of(options["name_field"])
    for path in progress(files, _("Reading files"), total=len(files)):
        try:
            for feature in formats.read(path, crs=options["crs"], layer=options["layer"]):
                yield _candidate(feature, code, name)
        except Unreadable as error:
            raise CommandError(f"{path}: {findings.sentence(error.code, error.values)}") from error


def _candidate(feature: SourceFeature, code: FieldTemplate, name: FieldTemplate) -> Candidate:
    fields = {"file": feature.path.stem, **feature.fields}
    if feature.position == 1:
        missing = [*code.missing_from(fields), *name.missing_from(fields)]
        if missing:
            there = ", ".join(feature.fields) or "–"
            raise Unreadable("no-such-field", field=missing[0], there=there)
    return Candidate(
        where_of(feature), code.fill(fields), name.fill(fields), feature.geometry, feature.is_broken
    )
