"""Read the yearly tables of road accidents as an overlay of points with year and severity.

The four CSV files of a year (caractéristiques, lieux, véhicules, usagers), of one year or of
several, told apart by their names; in one archive they come through the same door as any overlay.
"""

import tempfile
import zipfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from geodata.formats.accident_tables import STEMS, tables_by_year
from geodata.sources import Options
from layers.management.commands import import_overlay

SOURCE = "ONISR, bases de données annuelles des accidents corporels de la circulation routière"
LICENCE = "Licence Ouverte 2.0"


class Command(import_overlay.Command):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="four CSV files a year")
        import_overlay.add_common_arguments(parser)
        parser.add_argument("--attribution", default=SOURCE, help="whom the map names as source")
        parser.add_argument("--licence", default=LICENCE)

    def handle(self, **options: Any) -> None:
        _check_complete(options["files"])
        with tempfile.TemporaryDirectory(prefix="cantonnier-accidents-") as folder:
            packed = Path(folder) / f"{options['slug']}.zip"
            _pack(options["files"], packed)
            self.take_in(packed, Options(), options)


def _check_complete(files: list[Path]) -> None:
    """Raises CommandError with the tables that are missing."""
    years = tables_by_year([file.name for file in files])
    for year, tables in years.items():
        missing = [stem for stem in STEMS if stem not in tables]
        if missing:
            raise CommandError(
                _("Of %(year)s these tables are missing: %(tables)s.")
                % {"year": year or "–", "tables": ", ".join(missing)}
            )
    if sum(map(len, years.values())) != len(files):
        raise CommandError(
            _("Each file's name has to say its table: caract, lieux, vehicules or usagers.")
        )


def _pack(files: list[Path], target: Path) -> None:
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, file.name)
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be opened: %(reason)s.")
            % {"file": error.filename, "reason": error.strerror}
        ) from error
