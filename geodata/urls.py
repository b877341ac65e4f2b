from django.urls import path

import geodata.paths  # noqa: F401  (registers <plain:…>)
from geodata import territory, views

app_name = "geodata"
urlpatterns = [
    path("tiles/areas/<slug:level>.json", views.area_tilejson, name="area_tilejson"),
    path("tiles/areas/<slug:level>/<int:z>/<int:x>/<int:y>.mvt", views.area_tile, name="area_tile"),
    path("territory/", territory.territory, name="territory"),
    path("territory/editions/<int:pk>/", territory.edition, name="edition"),
    path(
        "territory/editions/<int:pk>/findings.geojson",
        territory.findings_geojson,
        name="edition_findings",
    ),
    path("areas/<slug:level>/<plain:code>.geojson", views.area_geojson, name="area_geojson"),
]
