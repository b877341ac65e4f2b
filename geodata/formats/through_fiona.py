"""GeoPackage and Shapefile through fiona, the driver pinned: GDAL never chooses one itself."""

from collections.abc import Iterator
from pathlib import Path

import fiona
import shapely
from fiona._err import CPLE_BaseError
from fiona.errors import FionaError
from pyproj import CRS
from shapely.errors import ShapelyError

from geodata.formats import projecting
from geodata.formats.projecting import Projection
from geodata.sources import NeedsAnswer, Options, Remark, SourceFeature, Unreadable

BROKEN = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, ShapelyError)
"""What shapely raises at geometries that make no sense."""


def read(
    path: Path, shown: Path, driver: str, options: Options, layer: str | None = None
) -> Iterator[SourceFeature | Remark]:
    """`shown` is the file people know, where `path` is its unpacked twin."""
    try:
        with fiona.open(path, driver=driver, layer=layer) as source:
            projection = Projection(_crs_of(source, options))
            yield from projection.remarks()
            promised, position = len(source), 0
            for position, record in enumerate(source, start=1):
                try:
                    written = record.geometry
                    shape = None if written is None else projection(shapely.geometry.shape(written))
                    is_broken = False
                except BROKEN:
                    shape, is_broken = None, True
                share = position / promised if promised > 0 else 0.0
                fields = dict(record.properties)
                yield SourceFeature(
                    shown, position, None, fields, shape, is_broken, layer or "", share
                )
            if position < promised:
                raise Unreadable("truncated", line=None)
    except (FionaError, CPLE_BaseError, OSError, ValueError) as error:  # a layer that is none
        raise Unreadable("broken-file", reason=str(error)[:200]) from error


def _crs_of(source: "fiona.Collection", options: Options) -> CRS:
    if options.crs:
        return projecting.named(options.crs)
    if not source.crs_wkt:
        raise _question(source, options)
    found = projecting.from_wkt(source.crs_wkt)
    if found.is_engineering or found.name.lower().startswith(("undefined", "unknown")):
        raise _question(source, options)
    return found


def _question(source: "fiona.Collection", options: Options) -> NeedsAnswer:
    """Asked with the corner of the file's extent as a sample, where there is one."""
    try:
        west, south, _east, _north = source.bounds
    except (FionaError, CPLE_BaseError, ValueError, TypeError):
        return projecting.which_crs(options)
    is_known = len(source) > 0
    return projecting.which_crs(options, west, south) if is_known else projecting.which_crs(options)
