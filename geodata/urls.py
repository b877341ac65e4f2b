from django.urls import path

import geodata.paths  # noqa: F401  (registers <plain:…>)
from geodata import views

app_name = "geodata"
urlpatterns = [
    path("tiles/areas/<slug:level>.json", views.area_tilejson, name="area_tilejson"),
    path("tiles/areas/<slug:level>/<int:z>/<int:x>/<int:y>.mvt", views.area_tile, name="area_tile"),
    path("areas/<slug:level>/<plain:code>.geojson", views.area_geojson, name="area_geojson"),
]
