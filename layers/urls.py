from django.urls import path

from layers.views import answering, listing, overlay, promotion, reference, tiles, versions

app_name = "layers"
urlpatterns = [
    path("overlays.json", tiles.published, name="published"),
    path("tiles/overlays/<slug:slug>.json", tiles.overlay_tilejson, name="overlay_tilejson"),
    path(
        "tiles/overlays/<slug:slug>/<int:z>/<int:x>/<int:y>.mvt",
        tiles.overlay_tile,
        name="overlay_tile",
    ),
    path("overlays/", listing.overlays, name="overlays"),
    path("overlays/<slug:slug>/", overlay.overlay, name="overlay"),
    path("overlays/<slug:slug>/upload/", overlay.upload, name="overlay_upload"),
    path("overlays/<slug:slug>/publish/", overlay.publish, name="overlay_publish"),
    path("overlays/<slug:slug>/withdraw/", overlay.withdraw, name="overlay_withdraw"),
    path("overlays/<slug:slug>/promote/", promotion.promote, name="overlay_promote"),
    path("overlays/<slug:slug>/reference/", reference.reference, name="overlay_reference"),
    path(
        "overlays/<slug:slug>/versions/<int:pk>/progress.json", versions.progress, name="progress"
    ),
    path(
        "overlays/<slug:slug>/versions/<int:pk>/findings.csv",
        versions.findings_csv,
        name="findings",
    ),
    path("overlays/<slug:slug>/versions/<int:pk>/answer/", answering.answer, name="overlay_answer"),
    path("overlays/<slug:slug>/versions/<int:pk>/swap/", answering.swap_axes, name="overlay_swap"),
    path("overlays/<slug:slug>/versions/<int:pk>/file/", versions.original, name="original"),
]
