"""What the loading commands read: files, fields of features, and where a feature stands."""

from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from geodata.field_templates import BadTemplate, FieldTemplate
from geodata.sources import SourceFeature

_ENDINGS = {".geojson", ".json", ".gpkg", ".shp", ".zip"}


def files_in(given: list[Path]) -> list[Path]:
    """Files as given; of a folder, those in it that may hold ground, by name."""
    files: list[Path] = []
    for path in given:
        if not path.exists():
            raise CommandError(_("There is no file or folder %(path)s.") % {"path": path})
        if path.is_dir():
            files += sorted(p for p in path.iterdir() if p.suffix.lower() in _ENDINGS)
        else:
            files.append(path)
    if not files:
        raise CommandError(
            _("No GeoJSON, GeoPackage or Shapefile lies in %(path)s.") % {"path": given[0]}
        )
    return files


def template_of(written: str) -> FieldTemplate:
    try:
        return FieldTemplate(written)
    except BadTemplate as error:
        raise CommandError(
            _("“%(written)s” is not a field, nor a text with {fields} in braces.")
            % {"written": written}
        ) from error


def where_of(feature: SourceFeature) -> str:
    values = {"file": feature.path.name, "position": feature.position, "line": feature.line}
    if feature.line is None:
        return _("%(file)s, no. %(position)s") % values
    return _("%(file)s, no. %(position)s, line %(line)s") % values
