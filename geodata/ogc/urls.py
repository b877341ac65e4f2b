from django.urls import path

import geodata.paths  # noqa: F401  (registers <plain:…>)
from geodata.ogc import views

app_name = "ogc"
_OF = "collections/<plain:id>"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("api", views.api, name="api"),
    path("conformance", views.conformance, name="conformance"),
    path("collections", views.collections, name="collections"),
    path(_OF, views.collection, name="collection"),
    path(f"{_OF}/queryables", views.queryables, name="queryables"),
    path(f"{_OF}/items", views.items, name="items"),
    path(f"{_OF}/items/<plain:feature>", views.item, name="item"),
    path(f"{_OF}/tiles", views.tilesets_of, name="tilesets"),
    path(f"{_OF}/tiles/<slug:scheme>", views.tileset, name="tileset"),
    path("tileMatrixSets", views.schemes, name="schemes"),
    path("tileMatrixSets/<slug:scheme>", views.scheme, name="scheme"),
]
