"""OGC API Tiles: what our tiles are, as tile set metadata; the tiles keep their own address.

Sources: OGC 20-057 (Tiles), 17-083r4 (WebMercatorQuad, annex D.1).  Row 0 is in the north.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from geodata.ogc.collections import Collection, Tiles
from geodata.ogc.crs import CRS84, MERCATOR
from geodata.ogc.links import in_both_forms, link, url_of
from geodata.tile_http import MVT
from geodata.tiles import HALF_WORLD_M, MAX_ZOOM

SCHEME = "WebMercatorQuad"
SCHEME_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{SCHEME}"
_SCHEME_REL = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
_TILE_PX = 256
_PIXEL_M = 0.00028
"""The standard's rendering pixel: scale denominators are cell size through it."""


def tilesets(request: HttpRequest, one: Collection, tiles: Tiles) -> dict[str, Any]:
    described = url_of(request, "tileset", id=one.id, scheme=SCHEME)
    return {
        "links": in_both_forms(request),
        "tilesets": [
            {
                "title": one.title,
                "dataType": "vector",
                "crs": MERCATOR.uri,
                "tileMatrixSetURI": SCHEME_URI,
                "links": [
                    link("self", described),
                    link(_SCHEME_REL, url_of(request, "scheme", scheme=SCHEME)),
                    _item(request, tiles),
                ],
            }
        ],
    }


def tileset(request: HttpRequest, one: Collection, tiles: Tiles) -> dict[str, Any]:
    document: dict[str, Any] = {
        "title": one.title,
        "description": one.description,
        "dataType": "vector",
        "crs": MERCATOR.uri,
        "tileMatrixSetURI": SCHEME_URI,
        "tileMatrixSetLimits": [_limits(zoom) for zoom in range(tiles.minzoom, tiles.maxzoom + 1)],
        "layers": [_layer(tiles)],
        "links": [
            *in_both_forms(request),
            link(_SCHEME_REL, url_of(request, "scheme", scheme=SCHEME)),
            _item(request, tiles),
            link("describedby", request.build_absolute_uri(tiles.tilejson), title="TileJSON 3"),
            link("geodata", url_of(request, "collection", id=one.id)),
        ],
    }
    box = one.extent()
    if box:
        document["boundingBox"] = {
            "lowerLeft": list(box[:2]), "upperRight": list(box[2:]), "crs": CRS84.uri,
        }  # fmt: skip
    if one.attribution:
        document["attribution"] = one.attribution
    return document


def _item(request: HttpRequest, tiles: Tiles) -> dict[str, Any]:
    return link("item", template_of(request, tiles), MVT, templated=True)


def template_of(request: HttpRequest, tiles: Tiles) -> str:
    """The address of a tile with the variables of the standard."""
    path = tiles.template.replace("{z}", "{tileMatrix}").replace("{x}", "{tileCol}")
    root = request.build_absolute_uri("/").rstrip("/")
    return root + path.replace("{y}", "{tileRow}")


def _layer(tiles: Tiles) -> dict[str, Any]:
    return {
        "id": tiles.layer,
        "dataType": "vector",
        "geometryDimension": tiles.dimension,
        "minTileMatrix": str(tiles.minzoom),
        "maxTileMatrix": str(tiles.maxzoom),
        "propertiesSchema": {"type": "object", "properties": {name: {} for name in tiles.fields}},
    }


def _limits(zoom: int) -> dict[str, Any]:
    """All of a zoom: an empty tile is an answer, too."""
    last = 2**zoom - 1
    return {
        "tileMatrix": str(zoom),
        "minTileRow": 0,
        "maxTileRow": last,
        "minTileCol": 0,
        "maxTileCol": last,
    }


def schemes(request: HttpRequest) -> dict[str, Any]:
    href = url_of(request, "scheme", scheme=SCHEME)
    one = {"id": SCHEME, "title": _title(), "uri": SCHEME_URI, "links": [link("self", href)]}
    return {"links": in_both_forms(request), "tileMatrixSets": [one]}


def scheme() -> dict[str, Any]:
    return {
        "id": SCHEME,
        "title": _title(),
        "uri": SCHEME_URI,
        "crs": MERCATOR.uri,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(MAX_ZOOM + 1)],
    }


def _title() -> str:
    return _("Web Mercator, each tile cut into four")


def _matrix(zoom: int) -> dict[str, Any]:
    cell_m = 2 * HALF_WORLD_M / (_TILE_PX * 2**zoom)
    return {
        "id": str(zoom),
        "scaleDenominator": cell_m / _PIXEL_M,
        "cellSize": cell_m,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-HALF_WORLD_M, HALF_WORLD_M],
        "tileWidth": _TILE_PX,
        "tileHeight": _TILE_PX,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
    }
