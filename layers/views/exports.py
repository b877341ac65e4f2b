"""`/overlays/<slug>/export.<kind>`: an overlay as a file, for those who may see it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geodata.writing import geojson, geopackage
from geodata.writing.geojson import TYPE as GEOJSON
from geodata.writing.geopackage import TYPE as GEOPACKAGE
from layers import exporting
from layers.models import Overlay, OverlayImport
from layers.views.loading import import_of, overlay_shown, overlay_to_look_at

KML = "application/vnd.google-earth.kml+xml"
KMZ = "application/vnd.google-earth.kmz"
_Answer = Callable[[HttpRequest, Overlay, OverlayImport], HttpResponseBase]


@require_safe
def export(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The published version; with `?import=` one that may be a draft, for its staff."""
    if kind not in _KINDS:
        raise Http404(_("Overlays can be had as .geojson, .kml, .kmz and .gpkg."))
    if "import" in request.GET:
        overlay = overlay_to_look_at(request.user, slug)
        version = import_of(overlay, request.GET["import"])
    else:
        overlay = overlay_shown(request, slug)
        assert overlay.published is not None
        version = overlay.published
    response = _KINDS[kind](request, overlay, version)
    patch_cache_control(response, private=True, no_cache=True)
    response["Content-Disposition"] = f'attachment; filename="{overlay.slug}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _geojson(_request: HttpRequest, overlay: Overlay, version: OverlayImport) -> HttpResponseBase:
    pieces = geojson(exporting.rows(version), about=exporting.about(overlay, version))
    return StreamingHttpResponse(pieces, content_type=GEOJSON)


def _kml(request: HttpRequest, overlay: Overlay, version: OverlayImport) -> HttpResponseBase:
    """Icons are named where this site has them: a file of its own has nothing beside it."""

    def icon_href(sha256: str) -> str:
        return request.build_absolute_uri(reverse("layers:overlay_icon", args=[sha256]))

    return StreamingHttpResponse(exporting.kml(overlay, version, icon_href), content_type=KML)


def _kmz(_request: HttpRequest, overlay: Overlay, version: OverlayImport) -> HttpResponseBase:
    return FileResponse(exporting.kmz(overlay, version), content_type=KMZ)


def _geopackage(
    _request: HttpRequest, overlay: Overlay, version: OverlayImport
) -> HttpResponseBase:
    file = geopackage(
        exporting.rows(version),
        about=exporting.about(overlay, version),
        columns=exporting.columns(version),
        table=overlay.slug,
    )
    return FileResponse(file, content_type=GEOPACKAGE)


_KINDS: dict[str, _Answer] = {
    "geojson": _geojson,
    "kml": _kml,
    "kmz": _kmz,
    "gpkg": _geopackage,
}
