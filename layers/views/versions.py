"""One version of an overlay: its progress, its findings as CSV, its file as it came."""

import csv
from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.models import OverlayImport
from layers.views.loading import import_of, overlay_to_look_at

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@never_cache
@require_safe
@login_required
def progress(request: HttpRequest, slug: str, pk: int) -> JsonResponse:
    version = import_of(overlay_to_look_at(request.user, slug), pk)
    return JsonResponse(
        {
            "state": version.state,
            "label": version.get_state_display(),
            "percent": version.percent,
            "features": version.feature_count,
        }
    )


@never_cache
@require_safe
@login_required
def findings_csv(request: HttpRequest, slug: str, pk: int) -> StreamingHttpResponse:
    version = import_of(overlay_to_look_at(request.user, slug), pk)
    response = StreamingHttpResponse(
        _lines(list(_rows(version))), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{slug}-{pk}.csv"'
    return response


@never_cache
@require_safe
@login_required
def original(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """The file byte for byte, as a download that no browser opens."""
    version = import_of(overlay_to_look_at(request.user, slug), pk)
    try:
        file = version.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("The stored file is gone. Please upload it again.")) from error
    return FileResponse(
        file,
        as_attachment=True,
        filename=version.file_name or f"{slug}.kml",
        content_type="application/octet-stream",
    )


class _Echo:
    """csv writes to it, and gets its line back."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: list[list[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # spreadsheets take it for UTF-8 only so
    for row in rows:
        yield writer.writerow([_harmless(cell) for cell in row])


def _rows(version: OverlayImport) -> Iterator[list[object]]:
    yield [_("Severity"), _("Line"), _("Placemark"), _("Folder"), _("What is wrong"), _("Code")]
    for finding in version.findings.all():
        yield [
            finding.get_severity_display(),
            finding.line or "",
            finding.placemark,
            finding.folder,
            finding.sentence,
            finding.code,
        ]


def _harmless(cell: object) -> object:
    """Spreadsheets would run a cell that begins like a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
