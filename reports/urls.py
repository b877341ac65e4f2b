from django.urls import URLPattern, URLResolver, path

from reports.views import tiles

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("tiles/submissions.json", tiles.submission_tilejson, name="submission_tilejson"),
    path(
        "tiles/submissions/<int:z>/<int:x>/<int:y>.mvt",
        tiles.submission_tile,
        name="submission_tile",
    ),
]
