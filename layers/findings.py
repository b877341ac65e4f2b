"""Code of a finding → the sentence people read: what is wrong, and what to do about it."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from geodata import findings

_SENTENCES = {
    # The whole file
    "empty-file": _("The file is empty."),
    "file-missing": _("The stored file is gone. Please upload it again."),
    "reading-died": _("Reading stopped and could not be taken up again. Please upload once more."),
    "reading-died:memory": _(
        "Reading needed more memory than it may have and was stopped. Please simplify or split "
        "the file."
    ),
    "reading-died:time": _(
        "Reading took longer than it may and was stopped. Please simplify or split the file."
    ),
    "reading-died:killed": _("Reading was stopped from outside. Please upload the file once more."),
    "reading-died:crash": _(
        "Reading broke down at this file. Please save it again with another program, or in "
        "another format."
    ),
    "not-xml": _("This begins like XML, but is none: neither KML nor GPX can be read from it."),
    "unknown-kind": _(
        "This is no kind of map we read: give KML, KMZ, GeoJSON, GeoPackage, a zipped Shapefile, "
        "GPX or CSV."
    ),
    "shapefile-alone": _(
        "A Shapefile has several parts: please pack its .shp, .shx, .dbf and .prj into one zip."
    ),
    "no-crs": _(
        "The file does not say in which coordinate reference system it is: please choose it."
    ),
    "which-layer": _("The file holds several layers: please choose one."),
    "which-columns": _(
        "No column is called longitude and latitude, x and y, or WKT: please say which ones hold "
        "the place."
    ),
    "unknown-crs": _("The coordinate reference system “%(crs)s” is not known."),
    "no-such-layer": _("There is no layer “%(layer)s” in this file, only: %(layers)s."),
    "no-features": _("The file holds no shape and no row: there is nothing to show."),
    "converted": _("Coordinates in %(crs)s were converted to longitude and latitude."),
    "columns-found": _("The place was read from: %(columns)s."),
    "row-without-place": _("This row says no place: it was left out."),
    "row-at-zero": _("This row lies at 0, 0, where nobody meant to put it: it was left out."),
    "points-left-out": _(
        "Points without a usable longitude and latitude were left out: %(count)d."
    ),
    "accident-table-missing": _("The tables of accidents are incomplete; missing: %(tables)s."),
    "accident-columns-missing": _("The table “%(table)s” lacks the columns: %(columns)s."),
    "accident-nowhere": _("This accident has no position in the source: it was left out."),
    "accident-at-zero": _("This accident lies at 0, 0 in the source: it was left out."),
    "accident-elsewhere": _(
        "Latitude %(lat)s, longitude %(lon)s is not in département %(dep)s: the accident was left "
        "out."
    ),
    "not-kml": _("This is XML, but not KML: it begins with <%(root)s>."),
    "doctype": _(
        "The file declares a document type or entities. They could be misused and are refused: "
        "please save the file again without its DOCTYPE."
    ),
    "broken-xml": _("The XML breaks off or is wrong on this line (%(reason)s)."),
    "not-utf8": _(
        "The text is not in the encoding the file declares. Please save it again as UTF-8."
    ),
    "unknown-encoding": _("The file declares an unknown encoding. Please save it as UTF-8."),
    "too-deep": _("Elements are nested more than %(limit)d deep."),
    "too-long-tag": _("A tag or a comment does not end."),
    "too-many-features": _("The file has more than %(limit)d shapes. Please split it."),
    "too-many-vertices-in-file": _("The file has more than %(limit)d points. Please simplify it."),
    "took-too-long": _(
        "Reading took more than %(minutes)d minutes and was stopped here. Please split the file."
    ),
    "no-placemarks": _("The file has no placemark: there is nothing to show."),
    "altitude-dropped": _("Altitudes are left out: the map is flat."),
    "pictures-left-out": _(
        "Pictures and what else would load in descriptions are not shown: they would tell others "
        "who looks at the map. Placemarks with some: %(count)d."
    ),
    "more-findings": _("There are %(count)d more findings that are not listed."),
    "far-away": _(
        "No shape lies near the collectivity. Please check the order of longitude and latitude, "
        "and that the coordinates are WGS 84."
    ),
    # One placemark
    "placemark-too-large": _("This placemark is too large and was left out."),
    "no-geometry": _("This placemark has no shape."),
    "geometry-not-read": _("<%(element)s> cannot be shown on the map and was left out."),
    "no-outer-ring": _("This polygon has no outer boundary and was left out."),
    "no-coordinates": _("There are no coordinates: the shape was left out."),
    "not-numbers": _("“%(text)s” is not a number: the shape was left out."),
    "not-a-position": _("“%(text)s” is not a longitude and a latitude: the shape was left out."),
    "off-the-globe": _(
        "%(lon)s, %(lat)s is not on the globe: the shape was left out. KML wants degrees "
        "(WGS 84), not metres."
    ),
    "looks-swapped": _(
        "%(lon)s, %(lat)s is not on the globe; latitude and longitude look swapped. "
        "The shape was left out."
    ),
    "axes-swapped": _("Latitude and longitude look swapped: the shape lies far away."),
    "beyond-the-map": _("The shape lies nearer to a pole than the map reaches: it was left out."),
    "zero-position": _("This point lies at 0, 0, where nobody meant to put it."),
    "too-many-vertices": _("More than %(limit)d points: the shape was left out."),
    "ring-too-short": _("A boundary of %(points)d points has no ground: it was left out."),
    "line-too-short": _("A line needs two different points: it was left out."),
    "ring-closed": _("The boundary was not closed: it is now."),
    "spaces-in-coordinates": _("Spaces after commas in the coordinates were read as meant."),
    "mixed-shapes": _("Points, lines and surfaces together: kept as %(count)d shapes."),
    "refused-by-database": _("The database refused this shape: it was left out."),
    "text-cut": _("“%(what)s” is longer than %(limit)d characters: its end was cut."),
    "too-many-fields": _("Only the first %(limit)d fields were kept."),
    "read-as-windows-1252": _(
        "The text is not UTF-8 from this line on, and the file does not say what else: it was read "
        "as Windows-1252. Please check the accents."
    ),
    "read-as-utf-8": _("The file is not in the encoding it declares: it was read as UTF-8."),
    "ring-turned": _("The boundary ran clockwise: it was turned round."),
    "ring-turned-more": _("%(count)d more boundaries ran clockwise: they were turned round."),
    "points-twice": _("Points that stood twice in a row, and are now there once: %(count)d."),
    "points-twice-more": _("Points stood twice in a row in %(count)d more placemarks."),
    "spikes-cut": _("Spikes without width that were cut off: %(count)d."),
    "spikes-cut-more": _("Spikes without width were cut off in %(count)d more placemarks."),
    "repair-changes-area": _(
        "The repair changes the surface by %(area_m2)s m² (%(percent)s %%): look at it before you "
        "publish."
    ),
    "outside-territory": _("The shape lies outside the territory of this site."),
    "outside-territory-more": _("%(count)d more shapes lie outside the territory of this site."),
    "axes-swapped-more": _("Latitude and longitude look swapped in %(count)d more placemarks."),
    "swap-axes-offered": _(
        "Latitude and longitude look swapped in the whole file (%(count)d shapes): read it again "
        "with the two exchanged."
    ),
    "icon-not-fetched": _(
        "The icon “%(icon)s” is elsewhere and was not fetched: a plain point stands in for it."
    ),
    "icon-missing": _("The icon “%(icon)s” is not in the file: a plain point stands in for it."),
    "icon-unreadable": _("“%(icon)s” is no picture we can show: a plain point stands in for it."),
    "too-many-icons": _("The file has too many icons: a plain point stands in for “%(icon)s”."),
    "colour-random": _("The file wants random colours: the colour it gives is used for all."),
    "list-cut": _("Only the first %(limit)d values of “%(what)s” were kept."),
    "field-kept-as-text": _(
        "“%(text)s” in the field “%(field)s” is not of the type %(type)s that the file declares: "
        "kept as text, here and wherever else."
    ),
    "schema-not-found": _("The schema “%(schema)s” is not in this file: its fields are text."),
    "time-not-read": _("“%(text)s” is not a date: it was left out."),
    "style-not-found": _("The style “%(style)s” is not in this file: the default colour is used."),
    "not-followed": _("<%(element)s> is not shown; nothing it points at was fetched."),
}


def sentence(code: str, values: Mapping[str, Any]) -> str:
    """The sentence of a finding in the reader's language; repairs are worded in geodata."""
    precise = f"{code}:{values.get('reason')}"
    if precise in _SENTENCES:
        return gettext(_SENTENCES[precise])
    if code in _SENTENCES:
        return gettext(_SENTENCES[code]) % {key: _as_read(said) for key, said in values.items()}
    said = findings.sentence(code, values)
    ending = "" if said.endswith((".", "?", "!", ")")) else "."
    return f"{said[:1].upper()}{said[1:]}{ending}"


def _as_read(value: Any) -> Any:
    """Numbers with a fraction as the reader's language writes them, others as they are."""
    return number_format(value, force_grouping=True) if isinstance(value, float) else value
