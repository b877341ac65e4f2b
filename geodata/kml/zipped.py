"""Zip archives, opened within bounds: the directory is looked at before anything is unpacked.

Python's zipfile would read the whole directory into memory, and trusts the sizes it gives.
"""

import stat
import zlib
from pathlib import PurePosixPath
from struct import unpack_from
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from geodata.kml import limits
from geodata.kml.findings import KmlRefused

ZIP_START = b"PK\x03\x04"
_DIRECTORY_END = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_TAIL_BYTES = 22 + 65_535 + 20
_ARCHIVES = (".zip", ".kmz", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz")
_ENCRYPTED = 0x1
BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError, OSError)
"""What zipfile raises on the archives people send, measured by fuzzing."""


def members_of(
    file: BinaryIO,
    *,
    max_bytes: int = limits.MAX_UNPACKED_BYTES,
    may_pack_tightly: bool = False,
) -> list[ZipInfo]:
    """What an archive holds.  Raises KmlRefused for one that is out of bounds or hostile.

    Tables padded with blanks pack as tightly as bombs: with `may_pack_tightly` the ratio counts
    only beyond MAX_TIGHT_BYTES.
    """
    _check_directory(file)
    with opened(file) as archive:
        members = archive.infolist()
    if len(members) > limits.MAX_ARCHIVE_FILES:
        raise KmlRefused("archive-too-many-files", limit=limits.MAX_ARCHIVE_FILES)
    for member in members:
        _check_member(member, limits.MAX_TIGHT_BYTES if may_pack_tightly else 0)
    if sum(member.file_size for member in members) > max_bytes:
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


def _check_member(member: ZipInfo, free_bytes: int) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if ".." in path.parts or path.is_absolute() or ":" in member.filename:
        raise KmlRefused("archive-bad-path", file=member.filename[:100])
    if stat.S_ISLNK(member.external_attr >> 16):
        raise KmlRefused("archive-link", file=member.filename[:100])
    if path.suffix.lower() in _ARCHIVES:
        raise KmlRefused("archive-nested", file=member.filename[:100])
    if member.flag_bits & _ENCRYPTED:
        raise KmlRefused("archive-encrypted")
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise KmlRefused("archive-broken")
    most = max(free_bytes, limits.MAX_RATIO * max(member.compress_size, 1_000))
    if member.file_size > most:
        raise KmlRefused("archive-bomb", file=member.filename[:100])


def opened(file: BinaryIO) -> ZipFile:
    try:
        return ZipFile(file)
    except BROKEN as error:
        raise KmlRefused("archive-broken") from error


def open_member(archive: ZipFile, member: ZipInfo) -> IO[bytes]:
    try:
        return archive.open(member)
    except BROKEN as error:
        raise KmlRefused("archive-broken") from error


def read_chunk(file: IO[bytes], size: int = limits.CHUNK_BYTES) -> bytes:
    try:
        return file.read(size)
    except BROKEN as error:
        raise KmlRefused("archive-broken") from error
