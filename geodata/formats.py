"""Files of ground (GeoJSON, GeoPackage, Shapefile) → features in EPSG:4326.

The kind is told by content, never by name, and only that kind's reader sees the file: a GDAL
that chooses its driver itself can be led to fetch addresses out of a renamed file.
"""

import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

import fiona
import numpy
import shapely
from fiona._err import CPLE_BaseError
from fiona.errors import FionaError
from numpy import float64
from numpy.typing import NDArray
from pyproj import CRS, Transformer, network
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from geodata.crs import WGS84
from geodata.geojson import GeoJSONText
from geodata.sources import SourceFeature, Unreadable

network.set_network_enabled(False)  # type: ignore[attr-defined]

UNPACKED_MAX_BYTES = 4_000_000_000
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# Authority and code alone: pyproj's own parser also takes names of files on this machine.
_CRS_NAME = re.compile(
    r"(?:urn:ogc:def:crs:)?(EPSG|OGC|IGNF|ESRI)(?::[\d.]*)?:(\w+)", re.IGNORECASE
)
_BROKEN = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, ShapelyError)


def read(
    path: Path, *, crs: str | None = None, layer: str | None = None
) -> Iterator[SourceFeature]:
    """Every feature of a file.  Raises Unreadable, at once or where the file breaks off.

    `crs` ("EPSG:2154") stands in for what the file says of its coordinates; `layer` names one of
    a GeoPackage's.
    """
    start = _first_bytes(path)
    if not start.strip(b"\0 \t\r\n"):
        raise Unreadable("empty-file")
    if start.startswith(b"SQLite format 3\0"):
        yield from _read_geopackage(path, crs, layer)
    elif start.startswith(b"\x00\x00\x27\x0a"):
        yield from _read_shapefile(path, path, crs)
    elif start.startswith(b"PK\x03\x04"):
        yield from _read_zipped_shapefile(path, crs)
    elif start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        yield from _read_geojson(path, crs)
    else:
        raise Unreadable("unknown-kind")


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(1_000)
    except OSError as error:
        raise Unreadable("cannot-open", reason=error.strerror or str(error)) from error


# ---------------------------------------------------------------- GeoJSON


def _read_geojson(path: Path, crs: str | None) -> Iterator[SourceFeature]:
    text = GeoJSONText(path)
    to_wgs84: _ToWGS84 | None = None
    for position, raw in enumerate(text, start=1):
        to_wgs84 = to_wgs84 or _ToWGS84(_named_crs(crs or _geojson_crs(text.crs)))
        yield _feature(path, position, raw.line, raw.fields, raw.geometry, to_wgs84)


def _geojson_crs(member: Any) -> str:
    """The name in a `crs` member.  A linked one is refused: nothing is ever fetched."""
    if member is None:
        return "OGC:CRS84"
    match member:
        case {"type": "name", "properties": {"name": str(name)}}:
            return name
    raise Unreadable("crs-not-named")


# ---------------------------------------------------------------- through fiona, drivers pinned


def _read_geopackage(path: Path, crs: str | None, layer: str | None) -> Iterator[SourceFeature]:
    layers = _geopackage_layers(path)
    if layer is None and len(layers) != 1:
        raise Unreadable("which-layer" if layers else "no-layer", layers=", ".join(layers))
    if layer is not None and layer not in layers:
        raise Unreadable("no-such-layer", layer=layer, layers=", ".join(layers))
    yield from _read_with_fiona(path, path, "GPKG", crs, layer or layers[0])


def _geopackage_layers(path: Path) -> list[str]:
    """From the file's own table of contents: `fiona.listlayers` cannot be pinned to a driver.

    Plain tables only: a view may call GDAL's own SQL functions, some of which open addresses.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute(
                "SELECT table_name FROM gpkg_contents JOIN sqlite_master ON name = table_name"
                " WHERE data_type = 'features' AND type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
                " ORDER BY 1"
            )
            return [str(name) for (name,) in rows]
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise Unreadable("not-geopackage") from error


def _read_shapefile(path: Path, shown: Path, crs: str | None) -> Iterator[SourceFeature]:
    missing = [end for end in (".shx", ".dbf") if _sibling(path, end) is None]
    if missing:
        raise Unreadable("shapefile-incomplete", missing=", ".join(missing))
    # GDAL reads shapes beyond a cut-off end as features without geometry.
    if path.stat().st_size < 2 * int.from_bytes(_first_bytes(path)[24:28], "big"):
        raise Unreadable("truncated", line=None)
    yield from _read_with_fiona(path, shown, "ESRI Shapefile", crs, None)


def _sibling(path: Path, end: str) -> Path | None:
    beside = (path.with_suffix(case) for case in (end, end.upper()))
    return next((found for found in beside if found.is_file()), None)


def _read_zipped_shapefile(path: Path, crs: str | None) -> Iterator[SourceFeature]:
    with tempfile.TemporaryDirectory(prefix="cantonnier-ground-") as folder:
        yield from _read_shapefile(_unpack_shapefile(path, Path(folder)), path, crs)


def _unpack_shapefile(path: Path, folder: Path) -> Path:
    """The one shapefile of an archive, laid out as `folder/ground.*`."""
    try:
        with zipfile.ZipFile(path) as archive:
            shapefiles = [n for n in archive.namelist() if n.lower().endswith(".shp")]
            if len(shapefiles) != 1:
                raise Unreadable("which-shapefile", found=", ".join(shapefiles) or "0")
            stem = str(PurePosixPath(shapefiles[0]).with_suffix(""))
            for info in archive.infolist():
                name, end = str(PurePosixPath(info.filename).with_suffix("")), info.filename[-4:]
                if name == stem and end.lower() in _SHAPEFILE_PARTS:
                    _unpack(archive, info, folder / f"ground{end.lower()}")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unreadable("broken-zip") from error
    return folder / "ground.shp"


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    """Bytes are counted as they come: an archive may lie about its sizes."""
    written = 0
    with archive.open(info) as packed, target.open("wb") as file:
        while chunk := packed.read(1 << 20):
            written += len(chunk)
            if written > UNPACKED_MAX_BYTES:
                raise Unreadable("too-large", gigabytes=UNPACKED_MAX_BYTES // 10**9)
            file.write(chunk)


def _read_with_fiona(
    path: Path, shown: Path, driver: str, crs: str | None, layer: str | None
) -> Iterator[SourceFeature]:
    """`shown` is the file people know, where `path` is its unpacked twin."""
    try:
        with fiona.open(path, driver=driver, layer=layer) as source:
            if not crs and not source.crs_wkt:
                raise Unreadable("no-crs")
            to_wgs84 = _ToWGS84(_named_crs(crs) if crs else _crs_from_wkt(source.crs_wkt))
            promised, position = len(source), 0
            for position, record in enumerate(source, start=1):
                fields = dict(record.properties)
                yield _feature(shown, position, None, fields, record.geometry, to_wgs84)
            if position < promised:
                raise Unreadable("truncated", line=None)
    except (FionaError, CPLE_BaseError, OSError, UnicodeDecodeError) as error:
        raise Unreadable("broken-file", reason=str(error)[:200]) from error


# ---------------------------------------------------------------- coordinates


def _feature(
    path: Path,
    position: int,
    line: int | None,
    fields: dict[str, Any],
    written: Any,
    to_wgs84: "_ToWGS84",
) -> SourceFeature:
    try:
        shape = None if written is None else to_wgs84(shapely.geometry.shape(written))
    except _BROKEN:
        return SourceFeature(path, position, line, fields, None, is_broken=True)
    return SourceFeature(path, position, line, fields, shape)


class _ToWGS84:
    """Brings shapes of one CRS to EPSG:4326, longitude first; identical ones pass untouched."""

    def __init__(self, crs: CRS) -> None:
        is_same = crs.to_epsg(min_confidence=100) == WGS84 or crs.equals("OGC:CRS84")
        self._transformer = None if is_same else Transformer.from_crs(crs, WGS84, always_xy=True)

    def __call__(self, shape: BaseGeometry) -> BaseGeometry:
        if self._transformer is None:
            return shape
        return shapely.transform(shape, self._transform_pairs)

    def _transform_pairs(self, pairs: NDArray[float64]) -> NDArray[float64]:
        assert self._transformer is not None
        return numpy.column_stack(self._transformer.transform(pairs[:, 0], pairs[:, 1]))


def _named_crs(name: str) -> CRS:
    found = _CRS_NAME.fullmatch(name.strip())
    if found is None:
        raise Unreadable("unknown-crs", crs=name[:80])
    try:
        return CRS.from_authority(found[1].upper(), found[2])
    except CRSError as error:
        raise Unreadable("unknown-crs", crs=name[:80]) from error


def _crs_from_wkt(wkt: str) -> CRS:
    try:
        return CRS.from_wkt(wkt)
    except CRSError as error:
        raise Unreadable("unknown-crs", crs=wkt[:80]) from error
