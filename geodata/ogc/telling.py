"""The OGC documents as pages for people."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geodata.ogc.collections import Asked, Collection, Feature, Page, Tiles
from geodata.ogc.encoding import next_url
from geodata.ogc.links import path_to
from geodata.ogc.pages import Cell, HtmlPage, Table, told
from geodata.ogc.tilesets import SCHEME, SCHEME_URI, template_of
from geodata.problems import Errors

_MOST_COLUMNS = 6


def _home() -> tuple[Cell, ...]:
    return (Cell(_("Open geodata"), path_to("landing")),)


def _data() -> tuple[Cell, ...]:
    return (*_home(), Cell(_("Collections"), path_to("collections")))


def _of(one: Collection) -> tuple[Cell, ...]:
    return (*_data(), Cell(one.title, path_to("collection", id=one.id)))


def landing(document: dict[str, Any]) -> HtmlPage:
    return HtmlPage(
        _("Open geodata"),
        crumbs=(),
        intro=_(
            "Submissions, areas and overlays for map programs such as QGIS, by the OGC API "
            "standards. Give them this page's address."
        ),
        links=[
            Cell(_("Collections"), path_to("collections")),
            Cell(_("The API, explained"), path_to("api") + "?f=html"),
            Cell(_("Conformance classes"), path_to("conformance")),
            Cell(_("Tile matrix sets"), path_to("schemes")),
        ],
        facts=[(_("Data by"), Cell(document["attribution"]))],
    )


def api(document: dict[str, Any]) -> HtmlPage:
    rows = []
    for path, operations in document["paths"].items():
        operation = operations["get"]
        names = ", ".join(parameter["name"] for parameter in operation["parameters"])
        href = "" if "{" in path else path_to("landing").rstrip("/") + path + "?f=html"
        rows.append((Cell(path, href, True), Cell(operation["summary"]), Cell(names, "", True)))
    heads = (_("Address"), _("What it gives"), _("Parameters"))
    return HtmlPage(
        _("The API, explained"),
        crumbs=_home(),
        links=[Cell(_("The definition as OpenAPI 3.0"), path_to("api") + "?f=json")],
        tables=[Table(_("Addresses"), heads, rows)],
    )


def conformance(document: dict[str, Any]) -> HtmlPage:
    rows = [(Cell(uri, "", True),) for uri in document["conformsTo"]]
    return HtmlPage(
        _("Conformance classes"),
        crumbs=_home(),
        tables=[Table(_("What these addresses keep to"), (_("Class"),), rows)],
    )


def collections(found: list[Collection]) -> HtmlPage:
    rows = [
        (Cell(one.title, path_to("collection", id=one.id)), Cell(one.description)) for one in found
    ]
    heads = (_("Collection"), _("What it holds"))
    return HtmlPage(
        _("Collections"), crumbs=_home(), tables=[Table(_("All collections"), heads, rows)]
    )


def collection(one: Collection, document: dict[str, Any]) -> HtmlPage:
    extent = document.get("extent", {})
    facts = [
        (_("Name in addresses"), Cell(one.id, "", True)),
        (_("Data by"), Cell(one.attribution)),
        (_("Licence"), Cell(one.licence, one.licence_url)),
    ]
    if "spatial" in extent:
        edges = "  ".join(f"{edge:.4f}" for edge in extent["spatial"]["bbox"][0])
        facts.append((_("West, south, east, north"), Cell(edges)))
    facts.append((_("Reference systems"), Cell("CRS84, EPSG:4326, EPSG:3857, EPSG:2154")))
    links = [
        Cell(_("Features"), path_to("items", id=one.id) + "?f=html"),
        Cell(_("What can be asked"), path_to("queryables", id=one.id) + "?f=html"),
    ]
    if one.tiles:
        links.append(Cell(_("Vector tiles"), path_to("tilesets", id=one.id) + "?f=html"))
    shown = [(name, cell) for name, cell in facts if cell.text]
    return HtmlPage(one.title, crumbs=_data(), intro=one.description, facts=shown, links=links)


def queryables(one: Collection) -> HtmlPage:
    rows = [
        (
            Cell(found.name, "", True),
            Cell(str(found.title)),
            Cell(found.type),
            Cell(told(list(found.values))),
        )
        for found in one.queryables.values()
    ]
    own = [
        (Cell(parameter.name, "", True), Cell(str(parameter.meaning)))
        for parameter in one.own_parameters()
    ]
    tables = [Table(_("In a CQL2 filter"), (_("Name"), _("Meaning"), _("Type"), _("Values")), rows)]
    if own:
        tables.append(Table(_("As parameters of the address"), (_("Name"), _("Meaning")), own))
    return HtmlPage(_("What can be asked"), crumbs=_of(one), tables=tables)


def items(request: HttpRequest, one: Collection, page: Page, asked: Asked) -> HtmlPage:
    shown = [
        name for name in one.queryables if any(name in one_.properties for one_ in page.features)
    ][:_MOST_COLUMNS]
    rows = [
        (
            Cell(feature.id, path_to("item", id=one.id, feature=feature.id) + "?f=html"),
            *(Cell(told(feature.properties.get(name))[:200]) for name in shown),
        )
        for feature in page.features
    ]
    heads = (_("Feature"), *(str(one.queryables[name].title) for name in shown))
    as_json = request.GET.copy()
    as_json["f"] = "json"
    return HtmlPage(
        _("Features: %(title)s") % {"title": one.title},
        crumbs=_of(one),
        intro=_counted(page),
        links=[Cell(_("The same as GeoJSON"), f"{request.path}?{as_json.urlencode()}")],
        tables=[Table(_counted(page), heads, rows)] if rows else [],
        next_url=next_url(request, page),
        form=_form(request, one, str(asked.limit), {}),
        template="ogc/items.html",
    )


def refused_items(
    request: HttpRequest, one: Collection, sentences: tuple[str, ...], errors: Errors
) -> HtmlPage:
    """The form as it was filled in, with what is wrong beside its fields."""
    return HtmlPage(
        _("This question has no answer"),
        crumbs=_of(one),
        errors=sentences,
        form=_form(request, one, request.GET.get("limit", ""), errors),
        template="ogc/items.html",
    )


def _counted(page: Page) -> str:
    if page.matched is None:
        return _("More features than are counted")
    return ngettext("%(number)d feature in all", "%(number)d features in all", page.matched) % {
        "number": page.matched
    }


def _form(request: HttpRequest, one: Collection, limit: str, errors: Errors) -> dict[str, Any]:
    """What was asked; what the form has no field for goes along as it came, unless it is wrong:
    nobody could take it out."""
    fields = ("bbox", "datetime", "filter")
    kept = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if name not in (*fields, "cursor", "f", "limit", *errors)
    ]
    return {name: request.GET.get(name, "") for name in fields} | {
        "limit": limit, "errors": errors, "most": one.most, "kept": kept, "has_time": one.has_time,
        "action": request.path, "queryables": path_to("queryables", id=one.id) + "?f=html",
        "is_narrowed": len(request.GET) > ("f" in request.GET),
    }  # fmt: skip


def item(one: Collection, found: Feature, document: dict[str, Any]) -> HtmlPage:
    facts = [(_name(one, name), Cell(told(value))) for name, value in found.properties.items()]
    middle = found.geometry.point_on_surface if found.geometry.dims == 2 else found.geometry
    x, y = middle.centroid.coords
    facts.append((_("Longitude and latitude"), Cell(f"{x:.5f}, {y:.5f}")))
    path = path_to("item", id=one.id, feature=found.id)
    links = [Cell(_("The same as GeoJSON"), f"{path}?f=json")]
    if found.page:
        links.insert(0, Cell(_("Its page"), found.page))
    return HtmlPage(found.id, crumbs=_of(one), facts=facts, links=links)


def _name(one: Collection, name: str) -> str:
    found = one.queryables.get(name)
    return str(found.title) if found else name


def tilesets(request: HttpRequest, one: Collection, tiles: Tiles) -> HtmlPage:
    href = path_to("tileset", id=one.id, scheme=SCHEME) + "?f=html"
    return HtmlPage(
        _("Vector tiles"),
        crumbs=_of(one),
        tables=[
            Table(
                _("Tile sets"),
                (_("Tile matrix set"), _("Address of a tile")),
                [(Cell(SCHEME, href), Cell(template_of(request, tiles), "", True))],
            )
        ],
    )


def tileset(request: HttpRequest, one: Collection, tiles: Tiles) -> HtmlPage:
    return HtmlPage(
        f"{one.title} · {SCHEME}",
        crumbs=(*_of(one), Cell(_("Vector tiles"), path_to("tilesets", id=one.id) + "?f=html")),
        facts=[
            (_("Address of a tile"), Cell(template_of(request, tiles), "", True)),
            (_("Layer"), Cell(tiles.layer, "", True)),
            (_("Properties"), Cell(", ".join(tiles.fields), "", True)),
            (_("Zooms"), Cell(f"{tiles.minzoom}–{tiles.maxzoom}")),
        ],
        links=[
            Cell("TileJSON 3", tiles.tilejson),
            Cell(_("Tile matrix set"), path_to("scheme", scheme=SCHEME) + "?f=html"),
        ],
    )


def schemes() -> HtmlPage:
    row = (Cell(SCHEME, path_to("scheme", scheme=SCHEME) + "?f=html"), Cell(SCHEME_URI, "", True))
    heads = (_("Name"), _("Address in the register"))
    return HtmlPage(
        _("Tile matrix sets"),
        crumbs=_home(),
        tables=[Table(_("Tile matrix sets"), heads, [row])],
    )


def scheme(document: dict[str, Any]) -> HtmlPage:
    rows = [
        (
            Cell(matrix["id"]),
            Cell(f"{matrix['matrixWidth']} × {matrix['matrixHeight']}"),
            Cell(f"{matrix['cellSize']:.3f} m"),
        )
        for matrix in document["tileMatrices"]
    ]
    heads = (_("Zoom"), _("Tiles"), _("Cell at the equator"))
    return HtmlPage(
        SCHEME,
        crumbs=(*_home(), Cell(_("Tile matrix sets"), path_to("schemes") + "?f=html")),
        intro=document["title"],
        tables=[Table(_("Zooms"), heads, rows)],
    )
