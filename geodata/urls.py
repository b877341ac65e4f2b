from django.urls import path

from geodata import views

app_name = "geodata"
urlpatterns = [
    path("tiles/areas/<slug:level>.json", views.area_tilejson, name="area_tilejson"),
    path("tiles/areas/<slug:level>/<int:z>/<int:x>/<int:y>.mvt", views.area_tile, name="area_tile"),
    path("areas/<slug:level>/<str:code>.geojson", views.area_geojson, name="area_geojson"),
]
