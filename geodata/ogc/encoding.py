"""Features → GeoJSON (RFC 7946), or the same in another reference system (Part 2, 6.3)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.http import HttpRequest
from django.utils import timezone

from geodata.ogc.collections import Collection, Feature, Page
from geodata.ogc.crs import Crs, from_ground
from geodata.ogc.links import in_both_forms, link, url_of
from geodata.ogc.negotiation import GEOJSON, HTML


def collection_of(
    request: HttpRequest, collection: Collection, page: Page, crs: Crs
) -> dict[str, Any]:
    links = in_both_forms(request, GEOJSON)
    links.append(link("collection", url_of(request, "collection", id=collection.id)))
    following = next_url(request, page)
    if following:
        links.append(link("next", following, GEOJSON))
    document: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [encoded(one, crs) for one in page.features],
        "links": links,
        "numberReturned": len(page.features),
        "timeStamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    if page.matched is not None:
        document["numberMatched"] = page.matched
    return document


def next_url(request: HttpRequest, page: Page) -> str:
    if not page.next_cursor:
        return ""
    following = request.GET.copy()
    following["cursor"] = page.next_cursor
    return request.build_absolute_uri(f"{request.path}?{following.urlencode()}")


def feature_of(
    request: HttpRequest, collection: Collection, feature: Feature, crs: Crs
) -> dict[str, Any]:
    links = in_both_forms(request, GEOJSON)
    links.append(link("collection", url_of(request, "collection", id=collection.id)))
    if feature.page:
        links.append(link("about", request.build_absolute_uri(feature.page), HTML))
    return encoded(feature, crs) | {"links": links}


def encoded(feature: Feature, crs: Crs) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": feature.id,
        "geometry": _geometry(feature.geometry, crs),
        "properties": {name: _plain(value) for name, value in feature.properties.items()},
    }


def _geometry(geometry: GEOSGeometry, crs: Crs) -> dict[str, Any] | None:
    """Outer rings run counter-clockwise (RFC 7946, 3.1.6).  None: it has no place in `crs`."""
    shape = from_ground(shapely.orient_polygons(shapely.from_wkb(bytes(geometry.wkb))), crs)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return None
    written: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return written


def _plain(value: Any) -> Any:
    return timezone.localtime(value).isoformat() if isinstance(value, datetime) else value
