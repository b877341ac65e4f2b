"""What reading, repairing and planning found, in sentences: code and values → words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from geodata.numbers import in_words

_SENTENCES = {
    # a file that cannot be read
    "cannot-open": _("The file cannot be opened: %(reason)s."),
    "empty-file": _("The file is empty."),
    "unknown-kind": _(
        "This is no kind of file we read: give GeoJSON, GeoPackage, a Shapefile (also zipped), GPX "
        "or CSV."
    ),
    "not-utf8": _("The text is not UTF-8 (byte %(byte)s): save it again as UTF-8."),
    "truncated": _("The file breaks off before its end: copy or download it again."),
    "broken-json": _("The JSON is broken at line %(line)s."),
    "too-deep": _("The JSON is nested too deeply to be GeoJSON."),
    "not-geojson": _("This JSON is not GeoJSON: it has no features."),
    "late-crs": _("The “crs” stands after the features: move it before them."),
    "crs-not-named": _("The “crs” gives no name such as EPSG:2154; links are never followed."),
    "unknown-crs": _("The coordinate reference system “%(crs)s” is not known: try --crs EPSG:…"),
    "no-crs": _("The file does not say its coordinate reference system: give it with --crs EPSG:…"),
    "not-geopackage": _("This SQLite file is not a GeoPackage."),
    "no-layer": _("This GeoPackage holds no table of features."),
    "which-layer": _("This file holds several layers: choose with --layer. (%(layers)s)"),
    "no-such-layer": _("There is no layer “%(layer)s” here, only: %(layers)s."),
    "shapefile-incomplete": _("Beside this .shp its other parts are missing: %(missing)s."),
    "which-columns": _(
        "No column of this table is called longitude and latitude, x and y, or WKT. There are: "
        "%(columns)s."
    ),
    "broken-table": _("The table is broken at line %(line)s (%(reason)s)."),
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
    "archive-without-map": _("There is no map inside this archive that we can read."),
    "no-such-field": _("There is no field “%(field)s”; there are: %(there)s."),
    "broken-file": _("The file is broken: %(reason)s."),
    "no-cog": _("%(file)s is missing: run script/cog first, or give its folder with --from."),
    "bad-cog": _("%(file)s is not as @etalab/decoupage-administratif 6 writes it."),
    # a shape that was changed
    "altitude-dropped": _("altitudes left out"),
    "split-at-180": _("cut at the 180th meridian"),
    "self-crossing": _("outline crosses itself near %(lon)s, %(lat)s"),
    "self-touching": _("outline touches itself near %(lon)s, %(lat)s"),
    "repeated-ring": _("an outline was there twice"),
    "overlapping-parts": _("parts lay over each other and were joined"),
    "overlapping-holes": _("holes lay over each other and were joined"),
    "hole-outside": _("a hole lay outside its shape and became a part of it"),
    "cut-by-holes": _("holes cut the shape in two"),
    "part-dropped": _("a part without extent was left out"),
    "invalid-shape": _("the shape was not valid"),
    # a shape that is refused
    "empty": _("it has no shape"),
    "broken-shape": _("its shape cannot be understood"),
    "not-finite": _("a coordinate is not a number"),
    "out-of-range": _(
        "longitude %(lon)s, latitude %(lat)s lies off the earth: metres, or swapped?"
    ),
    "round-the-world": _("its outline goes all the way around the earth: cut it at longitude 180"),
    "collapsed": _("its outline encloses nothing"),
    "too-tangled": _("its outline crosses itself more than %(limit)s times"),
    "not-a-line": _("it is made of points or ground, not of lines"),
    "not-an-area": _("it is made of points or lines, not of ground"),
    # a row that is refused
    "no-code": _("it has no code"),
    "bad-code": _("its code has more than 80 characters, a slash, or characters that do not show"),
    "no-name": _("it has no name"),
    "bad-name": _("its name has more than 200 characters, or characters that do not show"),
    "duplicate-code": _("its code is that of %(first)s"),
}

_CHANGED = _("%(sentence)s (ground changed by %(changed)s m²)")


def sentence(code: str, values: Mapping[str, Any]) -> str:
    """In the reader's language.  A KeyError here is a code nobody worded: a fault of ours."""
    text = str(_SENTENCES[code]) % values
    changed = values.get("changed_m2")
    if changed is None:
        return text
    return str(_CHANGED) % {"sentence": text, "changed": in_words(changed)}


_MISFITS = {
    "overlap": _("%(codes)s overlap: %(m2)s m², %(width)s m wide on average"),
    "same-ground": _("%(codes)s have the same ground: %(m2)s m²"),
    "gap": _("nobody’s ground in %(codes)s: %(m2)s m², %(width)s m wide on average"),
    "hole": _("nobody’s ground between areas: %(m2)s m², %(width)s m wide on average"),
}


def labelled(code: str, name: str | None) -> str:
    """An area as findings say it: “Nantes (44109)”, or its code where no name is known."""
    return f"{name} ({code})" if name else code


def misfit_sentence(kind: str, labels: Sequence[str], area_m2: float, width_m: float) -> str:
    """A finding of `geodata.coverage`, its areas `labelled`, in the reader's language."""
    values = {
        "codes": str(_(" and ")).join(labels),
        "m2": in_words(area_m2),
        "width": in_words(width_m, decimals=1),
    }
    return str(_MISFITS["hole" if kind == "gap" and not labels else kind]) % values
