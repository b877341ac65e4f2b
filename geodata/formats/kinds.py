"""What a file is, by its content: its name is never asked."""

from contextlib import suppress
from enum import StrEnum
from typing import BinaryIO
from xml.parsers import expat
from zipfile import ZipInfo

from geodata.formats.accident_tables import are_accident_tables
from geodata.formats.text import Undecodable, decoded_start, looks_like_a_table
from geodata.kml.nodes import local_name
from geodata.kml.zipped import ZIP_START, members_of
from geodata.sources import Unreadable

START_BYTES = 16_384
_LINE_MAX_BYTES = 10_000_000


class Kind(StrEnum):
    KML = "KML"
    KMZ = "KMZ"
    GEOJSON = "GeoJSON"
    GEOJSON_LINES = "GeoJSON lines"
    GEOPACKAGE = "GeoPackage"
    SHAPEFILE = "Shapefile"
    ZIPPED_SHAPEFILE = "zipped Shapefile"
    GPX = "GPX"
    TABLE = "CSV"
    ACCIDENTS = "accident tables"
    PACKED = "zip"
    """One file of another kind in an archive."""


def kind_of(file: BinaryIO) -> Kind:
    """Raises Unreadable for what no reader takes, KmlRefused for an archive out of bounds."""
    file.seek(0)
    start = file.read(START_BYTES)
    if not start.strip(b"\0 \t\r\n"):
        raise Unreadable("empty-file")
    if start.startswith(b"SQLite format 3\0"):
        return Kind.GEOPACKAGE
    if start.startswith(b"\x00\x00\x27\x0a"):
        return Kind.SHAPEFILE
    if start.startswith(ZIP_START):
        return _kind_of_archive(file)
    return _kind_of_text(file, start)


def _kind_of_text(file: BinaryIO, start: bytes) -> Kind:
    text = _text(start)
    head = text.lstrip("\ufeff \t\r\n")
    if head.startswith("<"):
        return Kind.GPX if _root(start) == "gpx" else Kind.KML
    if head.startswith(("{", "\x1e")):
        return Kind.GEOJSON_LINES if _is_lines(file) else Kind.GEOJSON
    if looks_like_a_table(text):
        return Kind.TABLE
    raise Unreadable("unknown-kind")


def _text(start: bytes) -> str:
    try:
        return decoded_start(start)
    except Undecodable as error:
        raise Unreadable("unknown-kind") from error


def _root(start: bytes) -> str:
    """The local name of the first element, '' where none is met."""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _attributes: found.append(name)
    parser.StartDoctypeDeclHandler = _refuse
    with suppress(expat.ExpatError, LookupError, ValueError):  # its reader says what is wrong
        parser.Parse(start, False)
    return local_name(found[0]) if found else ""


def _refuse(*_declaration: object) -> None:
    """No entity is expanded for the sake of a first look."""
    raise ValueError


def _is_lines(file: BinaryIO) -> bool:
    """RFC 8142 (a record separator before each feature), or one object on each line."""
    file.seek(0)
    first = file.readline(_LINE_MAX_BYTES).strip()
    if first.startswith(b"\x1e"):
        return True
    return first.endswith(b"}") and file.read(1_000).lstrip().startswith(b"{")


def _kind_of_archive(file: BinaryIO) -> Kind:
    members = members_of(file, may_pack_tightly=True)
    ends = {member.filename.lower().rpartition(".")[2] for member in members}
    if "shp" in ends:
        return Kind.ZIPPED_SHAPEFILE
    if "kml" in ends:
        return Kind.KMZ
    if are_accident_tables([member.filename for member in members]):
        return Kind.ACCIDENTS
    if the_one_inside(members) is not None:
        return Kind.PACKED
    raise Unreadable("archive-without-map")


def the_one_inside(members: list[ZipInfo]) -> ZipInfo | None:
    """The only file of an archive that can be a map, its readme and metadata aside."""
    maps = (".geojson", ".json", ".gpkg", ".gpx", ".csv", ".geojsonl", ".tsv")
    found = [member for member in members if member.filename.lower().endswith(maps)]
    return found[0] if len(found) == 1 else None
