"""One member of an archive → a file of our own naming."""

from pathlib import Path
from zipfile import ZipFile, ZipInfo

from geodata.kml.zipped import open_member, read_chunk


def unpack(archive: ZipFile, member: ZipInfo, target: Path) -> None:
    """Ends at the size the archive declares, which was looked at before: zipfile sees to that."""
    with open_member(archive, member) as packed, target.open("wb") as file:
        while chunk := read_chunk(packed):
            file.write(chunk)
