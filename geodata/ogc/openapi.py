"""The OpenAPI 3.0 definition of the OGC doors, made from the collections that there are."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from geodata.ogc.collections import Collection
from geodata.ogc.cql import LANGUAGES
from geodata.ogc.crs import ALL
from geodata.ogc.links import path_to
from geodata.ogc.negotiation import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from geodata.ogc.parameters import equalities
from geodata.ogc.tilesets import SCHEME


def definition(request: HttpRequest, found: list[Collection]) -> dict[str, Any]:
    root = path_to("landing").rstrip("/")
    paths: dict[str, Any] = {
        "/": _get("getLandingPage", _("Landing page"), JSON),
        "/api": _get("getApi", _("This definition"), OPENAPI),
        "/conformance": _get("getConformance", _("Conformance classes"), JSON),
        "/collections": _get("getCollections", _("Collections"), JSON),
        "/tileMatrixSets": _get("getTileMatrixSets", _("Tile matrix sets"), JSON),
        f"/tileMatrixSets/{SCHEME}": _get("getTileMatrixSet", _("Tile matrix set"), JSON),
    }
    for one in found:
        paths |= _paths(one)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": settings.SITE_NAME,
            "version": "1",
            "description": _("Submissions, areas and overlays as features and as vector tiles."),
        },
        "servers": [{"url": request.build_absolute_uri(root)}],
        "paths": paths,
    }


def _paths(one: Collection) -> dict[str, Any]:
    at, of = f"/collections/{one.id}", f".{one.id}"
    item = _get(f"getFeature{of}", one.title, GEOJSON, [_FEATURE_ID, _crs("crs")], may_miss=True)
    paths = {
        at: _get(f"describeCollection{of}", one.title, JSON),
        f"{at}/queryables": _get(f"getQueryables{of}", one.title, SCHEMA),
        f"{at}/items": _get(f"getFeatures{of}", one.title, GEOJSON, items_parameters(one)),
        f"{at}/items/{{featureId}}": item,
    }
    if one.tiles:
        paths[f"{at}/tiles"] = _get(f"getTileSets{of}", one.title, JSON)
        paths[f"{at}/tiles/{SCHEME}"] = _get(f"getTileSet{of}", one.title, JSON)
    return paths


def items_parameters(one: Collection) -> list[dict[str, Any]]:
    own = one.own_parameters()
    named = {parameter.name for parameter in own} | {"bbox"}
    return [
        _limit(one),
        _query("cursor", _("Where a page begins, as the next link gives it."), {"type": "string"}),
        _list_of_numbers("bbox", _("Four numbers, or six with heights, in bbox-crs.")),
        _crs("bbox-crs"),
        _crs("crs"),
        _query("datetime", _("A moment or an interval; .. for an open end."), {"type": "string"}),
        _query("filter", _("A condition in CQL2."), {"type": "string"}),
        _query("filter-lang", _("How it is written."), {"type": "string", "enum": [*LANGUAGES],
                                                        "default": LANGUAGES[0]}),
        _crs("filter-crs"),
        *(_query(parameter.name, parameter.meaning, parameter.schema)
          for parameter in own if parameter.name != "bbox"),
        *(_query(name, one.queryables[name].title, _scalar(one.queryables[name].schema))
          for name in equalities(one) if name not in named),
    ]  # fmt: skip


_FEATURE_ID = {
    "name": "featureId", "in": "path", "required": True, "schema": {"type": "string"},
}  # fmt: skip


def _limit(one: Collection) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": one.most, "default": one.default_limit}
    return _query("limit", _("Features of a page."), schema)


def _list_of_numbers(name: str, meaning: str) -> dict[str, Any]:
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    return _query(name, meaning, numbers)


def _crs(name: str) -> dict[str, Any]:
    uris = [crs.uri for crs in ALL]
    schema = {"type": "string", "format": "uri", "enum": uris, "default": uris[0]}
    return _query(name, _("Coordinate reference system, by its URI."), schema)


def _scalar(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name in ("type", "format", "enum")}


def _query(name: str, meaning: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": str(meaning),
        "style": "form",
        "explode": name not in ("bbox",),
        "schema": schema,
    }


def _get(
    id: str,
    summary: str,
    media_type: str,
    parameters: list[dict[str, Any]] | None = None,
    *,
    may_miss: bool = False,
) -> dict[str, Any]:
    form = _query("f", _("Form of the answer."), {"type": "string", "enum": ["json", "html"]})
    schema = {"type": "object"}
    responses: dict[str, Any] = {
        "200": {
            "description": str(summary),
            "content": {media_type: {"schema": schema}, HTML: {"schema": {"type": "string"}}},
        },
        "400": _refusal(_("A parameter is unknown or cannot be read.")),
    }
    if may_miss:
        responses["404"] = _refusal(_("There is nothing here."))
    if parameters and not may_miss:
        responses["422"] = _refusal(_("The question takes too long to answer."))
        responses["429"] = _refusal(_("Too many different questions in a minute."))
    operation = {
        "operationId": id,
        "summary": str(summary),
        "parameters": [*(parameters or []), form],
        "responses": responses,
    }
    return {"get": operation}


def _refusal(description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"type": "object"}}}
    return {"description": description, "content": content}
