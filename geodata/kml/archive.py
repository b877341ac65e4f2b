"""KML or KMZ, told apart by content, and opened within bounds.

A KMZ is a zip with one KML in it (OGC 07-147r2, annex C).  Nothing is unpacked to disk; the
directory is looked at before Python's zipfile, which would read all of it into memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO
from zipfile import ZipInfo

from geodata.kml.findings import KmlRefused
from geodata.kml.zipped import ZIP_START, members_of, open_member, opened, read_chunk


@dataclass(frozen=True, slots=True)
class Source:
    """A KML, bare or inside a KMZ, that can be read from its start as often as needed."""

    file: BinaryIO
    member: ZipInfo | None
    size: int
    """Bytes of the KML itself, unpacked."""

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the KML from its start; raises KmlRefused where the archive is broken."""
        self.file.seek(0)
        if self.member is None:
            yield from _chunks(self.file)
            return
        with opened(self.file) as archive, open_member(archive, self.member) as kml:
            yield from _chunks(kml)

    def other(self, name: str, limit: int) -> bytes | None:
        """The beginning of another file of the archive, `limit` bytes of it; None for none."""
        if self.member is None:
            return None
        self.file.seek(0)
        with opened(self.file) as archive:
            by_name = {one.filename.replace("\\", "/").lower(): one for one in archive.infolist()}
            found = by_name.get(name.lower())
            if found is None or found.is_dir():
                return None
            with open_member(archive, found) as file:
                return read_chunk(file, limit)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := read_chunk(file):
        yield chunk


def source_of(file: BinaryIO) -> Source:
    """Opens `file` as what it is; raises KmlRefused for archives out of bounds."""
    file.seek(0)
    if file.read(len(ZIP_START)) != ZIP_START:
        return Source(file, None, file.seek(0, 2))
    member = _the_kml(members_of(file))
    return Source(file, member, member.file_size)


def _the_kml(members: list[ZipInfo]) -> ZipInfo:
    """`doc.kml`, else the KML nearest the root that comes first."""
    found = [member for member in members if member.filename.lower().endswith(".kml")]
    if not found:
        raise KmlRefused("archive-without-kml")
    return min(found, key=lambda member: (member.filename.count("/"), _is_other(member)))


def _is_other(member: ZipInfo) -> bool:
    return member.filename.lower().rpartition("/")[2] != "doc.kml"
