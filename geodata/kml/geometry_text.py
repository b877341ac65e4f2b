"""Shapes (shapely, EPSG:4326) → the geometry elements of KML."""

import re

import shapely
from shapely import LinearRing, LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

_ZEROS = re.compile(r"\.?0+(?=[, ]|\Z)")


def geometry_text(geometry: BaseGeometry) -> str:
    """One element; several parts in a <MultiGeometry>.  Outer rings run counter-clockwise."""
    if isinstance(geometry, Point):
        return f"<Point>{_coordinates(geometry)}</Point>"
    if isinstance(geometry, LinearRing | LineString):
        return f"<LineString>{_coordinates(geometry)}</LineString>"
    if isinstance(geometry, Polygon):
        return _polygon(geometry)
    parts = "".join(geometry_text(part) for part in shapely.get_parts(geometry))
    return f"<MultiGeometry>{parts}</MultiGeometry>"


def _polygon(polygon: Polygon) -> str:
    turned = shapely.orient_polygons(polygon)
    holes = "".join(_ring("innerBoundaryIs", hole) for hole in turned.interiors)
    return f"<Polygon>{_ring('outerBoundaryIs', turned.exterior)}{holes}</Polygon>"


def _ring(tag: str, ring: LinearRing) -> str:
    return f"<{tag}><LinearRing>{_coordinates(ring)}</LinearRing></{tag}>"


def _coordinates(shape: BaseGeometry) -> str:
    pairs = shapely.get_coordinates(shape)
    text = ("%.7f,%.7f " * len(pairs)) % tuple(pairs.ravel().tolist())
    return f"<coordinates>{_ZEROS.sub('', text.rstrip())}</coordinates>"
