"""Shapefiles, bare or zipped (ESRI Shapefile Technical Description, 1998)."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from zipfile import ZipFile, ZipInfo

from geodata.formats import through_fiona
from geodata.formats.choosing import chosen
from geodata.formats.unpacking import unpack
from geodata.kml.zipped import members_of, opened
from geodata.sources import Options, Remark, SourceFeature, Unreadable

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def read(path: Path, options: Options, *, shown: Path) -> Iterator[SourceFeature | Remark]:
    missing = [end for end in (".shx", ".dbf") if _sibling(path, end) is None]
    if missing:
        raise Unreadable("shapefile-incomplete", missing=", ".join(missing))
    with path.open("rb") as file:
        header = file.read(100)
    # GDAL reads shapes beyond a cut-off end as features without geometry.
    if path.stat().st_size < 2 * int.from_bytes(header[24:28], "big"):
        raise Unreadable("truncated", line=None)
    yield from through_fiona.read(path, shown, "ESRI Shapefile", options)


def _sibling(path: Path, end: str) -> Path | None:
    beside = (path.with_suffix(case) for case in (end, end.upper()))
    return next((found for found in beside if found.is_file()), None)


def read_zipped(
    path: Path, options: Options, *, shown: Path, max_bytes: int
) -> Iterator[SourceFeature | Remark]:
    """Those parts of an archive that are a shapefile's, laid out under names of our own."""
    with path.open("rb") as file:
        members = members_of(file, max_bytes=max_bytes, may_pack_tightly=True)
        names = _names([_stem(member) for member in members if _end(member) == ".shp"])
        wanted = chosen(sorted(names), options.layer)
        with opened(file) as archive:
            for name in wanted:
                parts = [m for m in members if _stem(m) == names[name] and _end(m) in PARTS]
                for item in _read_unpacked(archive, parts, options, shown):
                    yield _placed(item, name) if len(wanted) > 1 else item


def _names(stems: list[str]) -> dict[str, str]:
    """Each shapefile by its bare name, or by its path where two have the same."""
    bare = [PurePosixPath(stem).name for stem in stems]
    return {
        stem if bare.count(name) > 1 else name: stem for stem, name in zip(stems, bare, strict=True)
    }


def _read_unpacked(
    archive: ZipFile, parts: list[ZipInfo], options: Options, shown: Path
) -> Iterator[SourceFeature | Remark]:
    with tempfile.TemporaryDirectory(prefix="cantonnier-ground-") as folder:
        for part in parts:
            unpack(archive, part, Path(folder) / f"ground{_end(part)}")
        yield from read(Path(folder) / "ground.shp", options, shown=shown)


def _placed(item: SourceFeature | Remark, layer: str) -> SourceFeature | Remark:
    return replace(item, layer=layer) if isinstance(item, SourceFeature) else item


def _stem(member: ZipInfo) -> str:
    return str(PurePosixPath(member.filename).with_suffix(""))


def _end(member: ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()
