"""The OGC doors: each loads a collection, reads the question, and answers in the form wanted."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from geodata.ogc import documents, encoding, openapi, telling, tilesets
from geodata.ogc.collections import Collection, Tiles, all_collections, find
from geodata.ogc.negotiation import GEOJSON, OPENAPI, SCHEMA, answer, ogc_door, ogc_form_door
from geodata.ogc.pages import HtmlPage
from geodata.ogc.parameters import read_crs, read_items, refuse_unknown
from geodata.problems import Errors, NotFound

_FORM = ("f",)


def _collection(id: str) -> Collection:
    """Raises NotFound."""
    found = find(id) if "\0" not in id else None
    if found is None:
        raise NotFound(_("There is no such collection."))
    return found


def _tiled(id: str, scheme: str = tilesets.SCHEME) -> tuple[Collection, Tiles]:
    """Raises NotFound."""
    one = _collection(id)
    if one.tiles is None or scheme != tilesets.SCHEME:
        raise NotFound(_("There are no such tiles."))
    return one, one.tiles


@ogc_door
def landing(request: HttpRequest) -> HttpResponse:
    refuse_unknown(request.GET, _FORM)
    document = documents.landing(request)
    return answer(request, document, lambda: telling.landing(document))


@ogc_door
def api(request: HttpRequest) -> HttpResponse:
    refuse_unknown(request.GET, _FORM)
    document = openapi.definition(request, all_collections())
    return answer(request, document, lambda: telling.api(document), content_type=OPENAPI)


@ogc_door
def conformance(request: HttpRequest) -> HttpResponse:
    refuse_unknown(request.GET, _FORM)
    document = documents.conformance()
    return answer(request, document, lambda: telling.conformance(document))


@ogc_door
def collections(request: HttpRequest) -> HttpResponse:
    refuse_unknown(request.GET, _FORM)
    found = all_collections()
    document = documents.collections(request, found)
    return answer(request, document, lambda: telling.collections(found))


@ogc_door
def collection(request: HttpRequest, id: str) -> HttpResponse:
    refuse_unknown(request.GET, _FORM)
    one = _collection(id)
    document = documents.collection(request, one)
    return answer(request, document, lambda: telling.collection(one, document))


@ogc_door
def queryables(request: HttpRequest, id: str) -> HttpResponse:
    refuse_unknown(request.GET, _FORM)
    one = _collection(id)
    document = documents.queryables(request, one)
    return answer(request, document, lambda: telling.queryables(one), content_type=SCHEMA)


def _asked_again(
    request: HttpRequest, path: dict[str, Any], sentences: tuple[str, ...], errors: Errors
) -> HtmlPage:
    return telling.refused_items(request, _collection(path["id"]), sentences, errors)


@ogc_form_door(_asked_again)
def items(request: HttpRequest, id: str) -> HttpResponse:
    one = _collection(id)
    asked = read_items(request.GET, one)
    crs = read_crs(request.GET)
    page = one.page(request, asked)
    return answer(
        request,
        encoding.collection_of(request, one, page, crs),
        lambda: telling.items(request, one, page, asked),
        content_type=GEOJSON,
        headers={"Content-Crs": f"<{crs.uri}>"},
    )


@ogc_door
def item(request: HttpRequest, id: str, feature: str) -> HttpResponse:
    refuse_unknown(request.GET, (*_FORM, "crs"))
    one, crs = _collection(id), read_crs(request.GET)
    found = one.feature(feature)
    if found is None:
        raise NotFound(_("The collection has no such feature."))
    document = encoding.feature_of(request, one, found, crs)
    return answer(
        request,
        document,
        lambda: telling.item(one, found, document),
        content_type=GEOJSON,
        headers={"Content-Crs": f"<{crs.uri}>"},
    )


@ogc_door
def tilesets_of(request: HttpRequest, id: str) -> HttpResponse:
    refuse_unknown(request.GET, _FORM)
    one, tiles = _tiled(id)
    document = tilesets.tilesets(request, one, tiles)
    return answer(request, document, lambda: telling.tilesets(request, one, tiles))


@ogc_door
def tileset(request: HttpRequest, id: str, scheme: str) -> HttpResponse:
    refuse_unknown(request.GET, _FORM)
    one, tiles = _tiled(id, scheme)
    document = tilesets.tileset(request, one, tiles)
    return answer(request, document, lambda: telling.tileset(request, one, tiles))


@ogc_door
def schemes(request: HttpRequest) -> HttpResponse:
    refuse_unknown(request.GET, _FORM)
    return answer(request, tilesets.schemes(request), telling.schemes)


@ogc_door
def scheme(request: HttpRequest, scheme: str) -> HttpResponse:
    refuse_unknown(request.GET, _FORM)
    if scheme != tilesets.SCHEME:
        raise NotFound(_("There is no such tile matrix set."))
    document = tilesets.scheme()
    return answer(request, document, lambda: telling.scheme(document))
