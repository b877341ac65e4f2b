from django.urls import path

from layers.views import (
    answering,
    changes,
    exports,
    listing,
    overlay,
    promotion,
    publishing,
    reference,
    settings,
    shapes,
    shown,
    tiles,
    versions,
)

app_name = "layers"
_OF = "overlays/<slug:slug>/"
_VERSION = f"{_OF}versions/<int:pk>/"
urlpatterns = [
    path("overlays.json", tiles.published, name="published"),
    path("tiles/overlays/<slug:slug>.json", tiles.overlay_tilejson, name="overlay_tilejson"),
    path(
        "tiles/overlays/<slug:slug>/<int:z>/<int:x>/<int:y>.mvt",
        tiles.overlay_tile,
        name="overlay_tile",
    ),
    path("overlays/", listing.overlays, name="overlays"),
    path("overlays/icons/<slug:digest>.png", shapes.icon, name="overlay_icon"),
    path(_OF, overlay.overlay, name="overlay"),
    path(f"{_OF}upload/", overlay.upload, name="overlay_upload"),
    path(f"{_OF}publish/", publishing.publish, name="overlay_publish"),
    path(f"{_OF}rows/", publishing.rows, name="overlay_rows"),
    path(f"{_OF}withdraw/", publishing.withdraw, name="overlay_withdraw"),
    path(f"{_OF}settings/", settings.settings, name="overlay_settings"),
    path(f"{_OF}access/", settings.access, name="overlay_access"),
    path(f"{_OF}delete/", settings.delete, name="overlay_delete"),
    path(f"{_OF}history/", settings.history, name="overlay_history"),
    path(f"{_OF}view/", shown.shown, name="overlay_shown"),
    path(f"{_OF}legend.json", shapes.overlay_legend, name="overlay_legend"),
    path(f"{_OF}shapes/", shapes.shapes, name="overlay_shapes"),
    path(f"{_OF}shapes/<int:position>/", shapes.shape, name="overlay_shape"),
    path(f"{_OF}export.<str:kind>", exports.export, name="overlay_export"),
    path(f"{_OF}promote/", promotion.promote, name="overlay_promote"),
    path(f"{_OF}roll-back/", promotion.roll_back, name="overlay_roll_back"),
    path(f"{_OF}reference/", reference.reference, name="overlay_reference"),
    path(f"{_VERSION}progress.json", versions.progress, name="progress"),
    path(f"{_VERSION}findings.csv", versions.findings_csv, name="findings"),
    path(f"{_VERSION}file/", versions.original, name="original"),
    path(f"{_VERSION}note/", publishing.note, name="version_note"),
    path(
        f"{_VERSION}changes/<int:z>/<int:x>/<int:y>.mvt",
        changes.changes_tile,
        name="changes_tile",
    ),
    path(f"{_VERSION}answer/", answering.answer, name="overlay_answer"),
    path(f"{_VERSION}swap/", answering.swap_axes, name="overlay_swap"),
]
