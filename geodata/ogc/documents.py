"""The documents about the data: landing page, conformance, collections, queryables."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from geodata.ogc.collections import Collection
from geodata.ogc.crs import ALL, CRS84
from geodata.ogc.links import in_both_forms, link, url_of
from geodata.ogc.negotiation import GEOJSON, HTML, OPENAPI, SCHEMA

_FEATURES = "http://www.opengis.net/spec/ogcapi-features-"
_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
CONFORMS_TO = (
    *(f"{_FEATURES}1/1.0/conf/{name}" for name in ("core", "oas30", "html", "geojson")),
    f"{_FEATURES}2/1.0/conf/crs",
    *(
        f"{_FEATURES}3/1.0/conf/{name}"
        for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        _CQL2 + name
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
        )
    ),
    *(_TILES + name for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")),
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
)
"""Each is shown in tests/test_ogc_conformance.py."""

_OGC_REL = "http://www.opengis.net/def/rel/ogc/1.0/"
QUERYABLES_REL = f"{_OGC_REL}queryables"
TILESETS_REL = f"{_OGC_REL}tilesets-vector"
SCHEMES_REL = f"{_OGC_REL}tiling-schemes"


def landing(request: HttpRequest) -> dict[str, Any]:
    return {
        "title": settings.SITE_NAME,
        "description": _("Submissions, areas and overlays as features and as vector tiles."),
        "attribution": settings.DATA_ATTRIBUTION,
        "links": [
            *in_both_forms(request),
            link("service-desc", url_of(request, "api"), OPENAPI, _("The API's definition")),
            link("service-doc", url_of(request, "api") + "?f=html", HTML, _("The API, explained")),
            link("conformance", url_of(request, "conformance"), title=_("Conformance classes")),
            link("data", url_of(request, "collections"), title=_("Collections")),
            link(SCHEMES_REL, url_of(request, "schemes"), title=_("Tile matrix sets")),
        ],
    }


def conformance() -> dict[str, Any]:
    return {"conformsTo": list(CONFORMS_TO)}


def collections(request: HttpRequest, found: list[Collection]) -> dict[str, Any]:
    return {
        "links": in_both_forms(request),
        "crs": [crs.uri for crs in ALL],
        "numberMatched": len(found),
        "numberReturned": len(found),
        "collections": [collection(request, one) for one in found],
    }


def collection(request: HttpRequest, one: Collection) -> dict[str, Any]:
    base = url_of(request, "collection", id=one.id)
    links = [
        link("self", f"{base}?f=json"),
        link("alternate", f"{base}?f=html", HTML),
        link("items", url_of(request, "items", id=one.id), GEOJSON, one.title),
        link("items", url_of(request, "items", id=one.id) + "?f=html", HTML, one.title),
        link(QUERYABLES_REL, url_of(request, "queryables", id=one.id), SCHEMA),
    ]
    if one.tiles:
        links.append(link(TILESETS_REL, url_of(request, "tilesets", id=one.id)))
    if one.licence_url:
        links.append(link("license", one.licence_url, HTML, one.licence))
    described: dict[str, Any] = {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "itemType": "feature",
        "crs": [crs.uri for crs in ALL],
        "storageCrs": CRS84.uri,
        "links": links,
    }
    if one.attribution:
        described["attribution"] = one.attribution
    extent = _extent(one)
    return described | ({"extent": extent} if extent else {})


def _extent(one: Collection) -> dict[str, Any]:
    extent: dict[str, Any] = {}
    box, period = one.extent(), one.period()
    if box:
        extent["spatial"] = {"bbox": [[round(edge, 6) for edge in box]], "crs": CRS84.uri}
    if period:
        moments = [moment.isoformat() if moment else None for moment in period]
        extent["temporal"] = {
            "interval": [moments],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return extent


def queryables(request: HttpRequest, one: Collection) -> dict[str, Any]:
    """JSON Schema, as Part 3, 6.2 wants it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": url_of(request, "queryables", id=one.id),
        "type": "object",
        "title": one.title,
        "properties": {name: found.schema for name, found in one.queryables.items()},
        "additionalProperties": False,
    }
