"""Files of ground → features in EPSG:4326.

The kind is told by content, never by name, and only that kind's reader sees the file: a GDAL
that chooses its driver itself can be led to fetch addresses out of a renamed file.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from geodata.formats import geojson, geopackage, gpx, shapefile, table
from geodata.formats.kinds import Kind, kind_of, the_one_inside
from geodata.formats.unpacking import unpack
from geodata.kml.findings import KmlRefused
from geodata.kml.limits import MAX_UNPACKED_BYTES
from geodata.kml.zipped import members_of, opened
from geodata.sources import Options, Remark, SourceFeature, Unreadable

__all__ = ["Kind", "kind_of", "open_source", "read"]

_TRUSTED_MAX_BYTES = 4_000_000_000
"""What an archive that an operator loads may unpack to."""

_READERS = {
    Kind.GEOJSON: geojson.read,
    Kind.GEOJSON_LINES: geojson.read_lines,
    Kind.GEOPACKAGE: geopackage.read,
    Kind.SHAPEFILE: shapefile.read,
    Kind.GPX: gpx.read,
    Kind.TABLE: table.read,
}


def read(
    path: Path, *, crs: str | None = None, layer: str | None = None
) -> Iterator[SourceFeature]:
    """Every feature of a file.  Raises Unreadable, at once or where the file breaks off.

    `crs` ("EPSG:2154") stands in for what the file says of its coordinates; `layer` names one of
    several in it.
    """
    options = Options(crs=crs or "", layer=layer or "")
    try:
        with path.open("rb") as file:
            kind = kind_of(file)
        if kind in (Kind.KML, Kind.KMZ, Kind.ACCIDENTS):
            raise Unreadable("unknown-kind")
        for item in open_source(path, options, kind=kind, max_bytes=_TRUSTED_MAX_BYTES):
            if isinstance(item, SourceFeature):
                yield item
    except KmlRefused as refused:
        raise Unreadable(refused.finding.code, **refused.finding.values) from refused
    except OSError as error:
        raise Unreadable("cannot-open", reason=error.strerror or str(error)) from error


def open_source(
    path: Path,
    options: Options,
    *,
    kind: Kind,
    max_bytes: int = MAX_UNPACKED_BYTES,
    shown: Path | None = None,
) -> Iterator[SourceFeature | Remark]:
    """What a file of `kind` (not KML) holds.  Raises Unreadable, NeedsAnswer or KmlRefused."""
    seen = shown or path
    if kind == Kind.ZIPPED_SHAPEFILE:
        yield from shapefile.read_zipped(path, options, shown=seen, max_bytes=max_bytes)
    elif kind == Kind.PACKED:
        yield from _read_packed(path, options, seen, max_bytes)
    else:
        yield from _READERS[kind](path, options, shown=seen)


def _read_packed(
    path: Path, options: Options, shown: Path, max_bytes: int
) -> Iterator[SourceFeature | Remark]:
    """The one map inside an archive, as the kind its own content tells."""
    with (
        tempfile.TemporaryDirectory(prefix="cantonnier-ground-") as folder,
        path.open("rb") as file,
    ):
        inside = the_one_inside(members_of(file, max_bytes=max_bytes, may_pack_tightly=True))
        assert inside is not None
        target = Path(folder) / "ground"
        with opened(file) as archive:
            unpack(archive, inside, target)
        with target.open("rb") as unpacked:
            kind = kind_of(unpacked)
        if kind not in _READERS or kind == Kind.SHAPEFILE:
            raise Unreadable("archive-without-map")
        yield from open_source(target, options, kind=kind, shown=shown)
