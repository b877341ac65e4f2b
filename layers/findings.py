"""Code of a finding → the sentence people read: what is wrong, and what to do about it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from geodata import findings

_SENTENCES = {
    # The whole file
    "empty-file": _("The file is empty."),
    "file-missing": _("The stored file is gone. Please upload it again."),
    "reading-died": _("Reading stopped and could not be taken up again. Please upload once more."),
    "not-xml": _("This is neither a KML nor a KMZ file."),
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
    "more-findings": _("There are %(count)d more findings that are not listed."),
    "far-away": _(
        "No shape lies near the collectivity. Please check the order of longitude and latitude, "
        "and that the coordinates are WGS 84."
    ),
    # Archives
    "archive-broken": _("The archive is damaged and cannot be opened."),
    "archive-too-large": _("The archive unpacks to more than can be taken."),
    "archive-too-many-files": _("The archive has more than %(limit)d files."),
    "archive-bomb": _("“%(file)s” unpacks to suspiciously much. The archive is refused."),
    "archive-nested": _(
        "“%(file)s” is an archive inside the archive. Please upload what is in it by itself."
    ),
    "archive-bad-path": _("“%(file)s” points outside the archive, which is refused."),
    "archive-link": _("“%(file)s” is a link to another file. The archive is refused."),
    "archive-encrypted": _("The archive is protected by a password."),
    "archive-without-kml": _("There is no KML inside this archive."),
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
    if code in _SENTENCES:
        return gettext(_SENTENCES[code]) % values
    said = findings.sentence(code, values)
    return f"{said[:1].upper()}{said[1:]}."
