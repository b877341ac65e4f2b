"""Load roads or other features that rules look at.  A dry run unless --commit is given."""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.db import DatabaseError
from django.utils.translation import gettext as _

from geodata import findings, formats, references
from geodata.management.files import files_in, template_of, where_of
from geodata.management.progress import progress
from geodata.management.reporting import write_list
from geodata.models import Purpose
from geodata.references import Candidate, ReferencePlan
from geodata.road_classes import RoadClass
from geodata.sources import SourceFeature, Unreadable

_FIELDS = ("road_class", "ref", "name", "manager")


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--slug", required=True, help="its name in rules: routes-44")
        add("--name", required=True, help="its name for people")
        add("--purpose", choices=Purpose.values, default=Purpose.ROADS)
        add(
            "--file",
            required=True,
            action="append",
            type=Path,
            help="GeoJSON, GeoPackage or Shapefile (also zipped), or a folder; may be repeated",
        )
        add("--class-field", dest="road_class", help="field of the road's class, or {fields}")
        add("--ref-field", dest="ref", help="field of the reference: D 904")
        add("--name-field", dest="name_field", help="field of the name")
        add("--manager-field", dest="manager", help="field of who keeps it: name, code or SIREN")
        add(
            "--class-map",
            action="append",
            default=[],
            metavar="VALUE=CLASS",
            help=f"what a value means: {', '.join(RoadClass.values)}; may be repeated",
        )
        add("--source", default="", help="who published it")
        add("--licence", default="")
        add("--crs", help="EPSG:… in place of what the files say")
        add("--layer", help="table of a GeoPackage")
        add("--skip-refused", action="store_true", help="load the rest without refused features")
        add("--commit", action="store_true", help="write; without it nothing is changed")

    def handle(self, **options: Any) -> None:
        _check_texts(options)
        planned = references.plan(
            _candidates(files_in(options["file"]), options),
            purpose=options["purpose"],
            class_map=_class_map(options["class_map"]),
        )
        self._report(planned)
        hindrances = references.obstacles(planned)
        if planned.refused and not options["skip_refused"]:
            hindrances.append(
                _("Features refused: %(count)d. Mend the file, or add --skip-refused.")
                % {"count": len(planned.refused)}
            )
        if hindrances:
            raise CommandError("\n".join(hindrances))
        if not options["commit"]:
            self.stdout.write(_("Dry run: nothing was written. Add --commit to load."))
            return
        self._commit(planned, options)

    def _report(self, planned: ReferencePlan) -> None:
        self.stdout.write(_("Features: %(count)d.") % {"count": len(planned.rows)})
        write_list(
            self,
            _("By class"),
            [f"{RoadClass(kind).label}: {count}" for kind, count in planned.classes.items()],
        )
        write_list(
            self,
            _("Classes that nobody can tell, loaded as other roads (--class-map says)"),
            [f"{value}: {count}" for value, count in planned.unknown.items()],
        )
        write_list(
            self,
            _("Managers that no collectivity is called"),
            [f"{value}: {count}" for value, count in planned.managers.items()],
        )
        write_list(self, _("Features refused"), list(planned.refused))

    def _commit(self, planned: ReferencePlan, options: dict[str, Any]) -> None:
        try:
            reference = references.load(
                progress(planned.rows, _("Writing features"), total=len(planned.rows)),
                **{key: options[key] for key in ("slug", "name", "purpose", "source", "licence")},
            )
        except DatabaseError as error:
            raise CommandError(
                _("The database refused a feature, and nothing was written: %(reason)s")
                % {"reason": error}
            ) from error
        self.stdout.write(
            _("Loaded: %(name)s (%(slug)s). Features: %(count)d.")
            % {"name": reference, "slug": reference.slug, "count": len(planned.rows)}
        )


def _check_texts(options: dict[str, Any]) -> None:
    try:
        validate_slug(options["slug"])
    except ValidationError as error:
        raise CommandError(_("--slug wants letters, digits, - and _ only.")) from error
    for name, longest in (("slug", 80), ("name", 200), ("source", 300), ("licence", 120)):
        if len(options[name]) > longest:
            raise CommandError(
                _("--%(name)s may have %(longest)d characters at most.")
                % {"name": name, "longest": longest}
            )


def _class_map(pairs: list[str]) -> dict[str, RoadClass]:
    told = {}
    for pair in pairs:
        value, equals, kind = pair.rpartition("=")
        if not equals or kind not in RoadClass.values:
            raise CommandError(
                _("--class-map wants VALUE=CLASS, with a class out of: %(classes)s.")
                % {"classes": ", ".join(RoadClass.values)}
            )
        told[value.strip().lower()] = RoadClass(kind)
    return told


def _candidates(files: list[Path], options: Mapping[str, Any]) -> Iterator[Candidate]:
    given = {**options, "name": options["name_field"]}
    fields = {name: template_of(given[name]) for name in _FIELDS if given[name]}
    for path in progress(files, _("Reading files"), total=len(files)):
        try:
            for feature in formats.read(path, crs=options["crs"], layer=options["layer"]):
                yield _candidate(feature, fields)
        except Unreadable as error:
            raise CommandError(f"{path}: {findings.sentence(error.code, error.values)}") from error


def _candidate(feature: SourceFeature, fields: Mapping[str, Any]) -> Candidate:
    there = {"file": feature.path.stem, **feature.fields}
    if feature.position == 1:
        for template in fields.values():
            missing = template.missing_from(there)
            if missing:
                listed = ", ".join(feature.fields) or "–"
                raise Unreadable("no-such-field", field=missing[0], there=listed)
    texts = {name: _printable(template.fill(there)) for name, template in fields.items()}
    return Candidate(where_of(feature), feature.geometry, **texts)


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable()).strip()
