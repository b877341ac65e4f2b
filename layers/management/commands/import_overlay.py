"""Read a map file as an overlay, as the upload page does.

KML, KMZ, GeoJSON, GeoPackage, zipped Shapefile, GPX, CSV, or a zip of the four accident tables,
told apart by content.  Exit code 1 when it has errors or a question is open.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _

from geodata.formats.projecting import named
from geodata.kml import Severity
from geodata.models import Collectivity
from geodata.sources import Options, Unreadable
from layers import actions, importing
from layers.actions.uploading import check_file
from layers.errors import Refused
from layers.findings import sentence
from layers.models import Overlay, OverlayImport

_SHOWN = 50


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("file", type=Path, help="the map, of any kind we read")
        add_common_arguments(parser)
        add("--crs", default="", help="its coordinates' system, as EPSG:2154")
        add("--layer", default="", help="which of its layers; * for all, each as a folder")
        add("--columns", default="", help="of a table: x,y or one column of WKT")
        add("--swap-axes", action="store_true", help="latitude and longitude are exchanged")

    def handle(self, **options: Any) -> None:
        self.take_in(options["file"], _said(options), options)

    def take_in(self, path: Path, said: Options, options: dict[str, Any]) -> None:
        """Reads, publishes and tells as `options` say; ends the process with 1 on errors."""
        collectivity = _collectivity(options["collectivity"])
        overlay = _overlay(options["slug"], collectivity)
        try:
            with path.open("rb") as opened:
                file = File(opened, name=path.name)
                check_file(file)
                report = (
                    _trial(path, collectivity, said)
                    if options["dry_run"]
                    else _import(file, overlay, collectivity, options, said)
                )
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be opened: %(reason)s.")
                % {"file": path, "reason": error.strerror}
            ) from error
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self._tell(report, as_json=options["json"])
        if not report["is_whole"] or any(f["severity"] == "error" for f in report["findings"]):
            sys.exit(1)

    def _tell(self, report: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for finding in report["findings"][:_SHOWN]:
            self.stdout.write(_line(finding))
        left = len(report["findings"]) - _SHOWN
        if left > 0:
            self.stdout.write(_("… and %(count)d more") % {"count": left})
        if report["question"]:
            asked = report["question"]
            self.stdout.write(asked["message"])
            self.stdout.write(f"--{asked['asks']}: {', '.join(asked['choices'])}")
        self.stdout.write(_("Shapes: %(count)d.") % {"count": report["features"]})
        if report["published"]:
            self.stdout.write(_("Published: /overlays/%(slug)s/") % {"slug": report["slug"]})


def add_common_arguments(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("--slug", required=True, help="the overlay's address; a new version if it exists")
    add("--collectivity", required=True, help="its owner, as level:code: commune:64445")
    add("--name", default="", help="what residents read (default: the slug)")
    add("--publish", action="store_true", help="put it on the public map when read")
    add("--dry-run", action="store_true", help="only say what is in it and what is wrong")
    add("--json", action="store_true", help="one JSON object instead of lines")


def _collectivity(text: str) -> Collectivity:
    level, _colon, code = text.partition(":")
    found = Collectivity.objects.filter(level__code=level, code=code).first()
    if found is None:
        raise CommandError(_("There is no collectivity “%(text)s”.") % {"text": text})
    return found


def _overlay(slug: str, collectivity: Collectivity) -> Overlay | None:
    """The overlay of that slug, if there is one; its owner cannot be changed in passing."""
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise CommandError(_("--slug wants letters, digits, - and _ only.")) from error
    overlay = Overlay.objects.filter(slug=slug).first()
    if overlay is not None and overlay.collectivity_id != collectivity.pk:
        raise CommandError(
            _("The overlay “%(slug)s” belongs to another collectivity.") % {"slug": slug}
        )
    return overlay


def _said(options: dict[str, Any]) -> Options:
    """Raises CommandError for a CRS that nobody knows."""
    columns = [part.strip() for part in options["columns"].split(",") if part.strip()]
    if len(columns) > 2:
        raise CommandError(_("--columns wants two columns, or one of WKT."))
    try:
        if options["crs"]:
            named(options["crs"])
    except Unreadable as error:
        raise CommandError(sentence(error.code, error.values)) from error
    return Options(
        crs=options["crs"],
        layer=options["layer"],
        x_column=columns[0] if len(columns) == 2 else "",
        y_column=columns[1] if len(columns) == 2 else "",
        wkt_column=columns[0] if len(columns) == 1 else "",
        swap_axes=options["swap_axes"],
    )


def _trial(path: Path, collectivity: Collectivity, said: Options) -> dict[str, Any]:
    trial = importing.try_out(path, collectivity, said)
    asked = trial.question
    return {
        "kind": trial.kind,
        "features": trial.feature_count,
        "is_whole": trial.is_whole,
        "published": False,
        "question": _question(asked.code, asked.asks, asked.choices, asked.values)
        if asked
        else None,
        "findings": [_told(finding) for finding in trial.findings],
    }


def _question(
    code: str, asks: str, choices: Sequence[str], values: dict[str, Any]
) -> dict[str, Any]:
    return {"asks": asks, "choices": list(choices), "message": sentence(code, values)}


def _import(
    file: File[bytes],
    overlay: Overlay | None,
    collectivity: Collectivity,
    options: dict[str, Any],
    said: Options,
) -> dict[str, Any]:
    overlay_import = actions.upload(
        overlay=overlay,
        name=options["name"] or options["slug"],
        slug=options["slug"],
        collectivity=collectivity,
        file=file,
        by=None,
        attribution=options.get("attribution") or "",
        licence=options.get("licence") or "",
        options=said,
    )
    importing.read(overlay_import.pk)
    read = OverlayImport.objects.get(pk=overlay_import.pk)
    if options["publish"] and read.is_read:
        actions.publish(overlay_import=read, by=None)
    return {
        "slug": options["slug"],
        "import": read.pk,
        "kind": read.kind,
        "features": read.feature_count,
        "is_whole": read.is_read,
        "published": options["publish"] and read.is_read,
        "question": _question(**read.question) if read.question else None,
        "findings": [_told(finding) for finding in read.findings.all()],
    }


def _told(finding: Any) -> dict[str, Any]:
    """A finding of the reader or of the database; they have the same words."""
    return {
        "severity": Severity(finding.severity).value,
        "code": finding.code,
        "line": finding.line,
        "placemark": finding.placemark,
        "folder": finding.folder,
        "message": sentence(finding.code, finding.values),
    }


def _line(finding: dict[str, Any]) -> str:
    place = _("line %(line)s") % {"line": finding["line"]} if finding["line"] else ""
    parts = (finding["severity"], place, finding["placemark"], finding["message"])
    return " · ".join(part for part in parts if part)
