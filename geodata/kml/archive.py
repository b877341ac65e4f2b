"""KML or KMZ, told apart by content, and opened within bounds.

A KMZ is a zip with one KML in it (OGC 07-147r2, annex C).  Nothing is unpacked to disk; the
directory is looked at before Python's zipfile, which would read all of it into memory.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from struct import unpack_from
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from geodata.kml import limits
from geodata.kml.findings import KmlRefused

_ZIP = b"PK\x03\x04"
_DIRECTORY_END = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_TAIL_BYTES = 22 + 65_535 + 20
_ARCHIVES = (".zip", ".kmz", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz")
_ENCRYPTED = 0x1
BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError, OSError)
"""What zipfile raises on the archives people send, measured by fuzzing."""


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
        with _opened(self.file) as archive, _member(archive, self.member) as kml:
            yield from _chunks(kml)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := _read(file):
        yield chunk


def _read(file: IO[bytes]) -> bytes:
    try:
        return file.read(limits.CHUNK_BYTES)
    except BROKEN as error:
        raise KmlRefused("archive-broken") from error


def _opened(file: BinaryIO) -> ZipFile:
    try:
        return ZipFile(file)
    except BROKEN as error:
        raise KmlRefused("archive-broken") from error


def _member(archive: ZipFile, member: ZipInfo) -> IO[bytes]:
    try:
        return archive.open(member)
    except BROKEN as error:
        raise KmlRefused("archive-broken") from error


def source_of(file: BinaryIO) -> Source:
    """Opens `file` as what it is; raises KmlRefused for archives out of bounds."""
    file.seek(0)
    if file.read(len(_ZIP)) != _ZIP:
        return Source(file, None, file.seek(0, 2))
    member = _the_kml(_members(file))
    return Source(file, member, member.file_size)


def _members(file: BinaryIO) -> list[ZipInfo]:
    _check_directory(file)
    with _opened(file) as archive:
        members = archive.infolist()
    if len(members) > limits.MAX_ARCHIVE_FILES:
        raise KmlRefused("archive-too-many-files", limit=limits.MAX_ARCHIVE_FILES)
    for member in members:
        _check_member(member)
    if sum(member.file_size for member in members) > limits.MAX_UNPACKED_BYTES:
        raise KmlRefused("archive-too-large")
    return members


def _check_directory(file: BinaryIO) -> None:
    """Refuses a directory too long to hold in memory, by what the end of the file says of it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    if _ZIP64_LOCATOR in tail:
        raise KmlRefused("archive-too-large")
    at = tail.find(_DIRECTORY_END)
    while 0 <= at <= len(tail) - 16:
        if unpack_from("<I", tail, at + 12)[0] > limits.MAX_ARCHIVE_DIRECTORY_BYTES:
            raise KmlRefused("archive-too-many-files", limit=limits.MAX_ARCHIVE_FILES)
        at = tail.find(_DIRECTORY_END, at + 1)


def _check_member(member: ZipInfo) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if ".." in path.parts or path.is_absolute() or ":" in member.filename:
        raise KmlRefused("archive-bad-path", file=member.filename[:100])
    if path.suffix.lower() in _ARCHIVES:
        raise KmlRefused("archive-nested", file=member.filename[:100])
    if member.flag_bits & _ENCRYPTED:
        raise KmlRefused("archive-encrypted")
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise KmlRefused("archive-broken")
    if member.file_size > limits.MAX_RATIO * max(member.compress_size, 1_000):
        raise KmlRefused("archive-bomb", file=member.filename[:100])


def _the_kml(members: list[ZipInfo]) -> ZipInfo:
    """`doc.kml`, else the KML nearest the root that comes first."""
    found = [member for member in members if member.filename.lower().endswith(".kml")]
    if not found:
        raise KmlRefused("archive-without-kml")
    return min(found, key=lambda member: (member.filename.count("/"), _is_other(member)))


def _is_other(member: ZipInfo) -> bool:
    return member.filename.lower().rpartition("/")[2] != "doc.kml"
