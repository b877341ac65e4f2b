"""The sequence of one import: open, read, mend, write, say how it went."""

from typing import BinaryIO, cast

from django.db import transaction
from django.utils import timezone

from geodata import kml
from geodata.kml import KmlRefused, Severity
from layers.importing import generalising
from layers.importing.alone import alone
from layers.importing.ground import ground_of
from layers.importing.pouring import pour
from layers.importing.writing import Writing, finding_row
from layers.models import ImportState, OverlayFeature, OverlayImport


def read(import_id: int) -> None:
    """Reads an import that is not read yet; a second call, or one meanwhile, does nothing.

    Ends as READ or FAILED.  Starts over what a reader that died had begun.
    """
    with alone(import_id) as is_mine:
        waiting = OverlayImport.objects.unfinished().filter(pk=import_id)
        overlay_import = waiting.select_related("overlay__collectivity").first()
        if not is_mine or overlay_import is None:
            return
        _begin(overlay_import)
        try:
            _read(overlay_import)
        except KmlRefused as refused:
            fail(overlay_import, refused.finding)
        except FileNotFoundError:
            fail(overlay_import, kml.Finding(Severity.ERROR, "file-missing"))


def fail(overlay_import: OverlayImport, finding: kml.Finding) -> None:
    """Ends an import that cannot be read (further), saying why."""
    with transaction.atomic():
        finding_row(overlay_import, finding).save()
        _end(overlay_import, ImportState.FAILED)


@transaction.atomic
def _begin(overlay_import: OverlayImport) -> None:
    overlay_import.features.all().delete()
    overlay_import.findings.all().delete()
    overlay_import.state = ImportState.READING
    overlay_import.read_bytes = overlay_import.feature_count = 0
    overlay_import.save(update_fields=["state", "read_bytes", "feature_count"])


def _read(overlay_import: OverlayImport) -> None:
    writing = Writing(overlay_import)
    ground = ground_of(overlay_import.overlay.collectivity)
    with overlay_import.file.open("rb") as file:
        try:
            pour(cast(BinaryIO, file), ground, writing)
        finally:
            writing.close()
    _end(overlay_import, ImportState.READ)


def _end(overlay_import: OverlayImport, state: ImportState) -> None:
    counted = OverlayFeature.objects.filter(overlay_import=overlay_import).count()
    overlay_import.state = state
    overlay_import.feature_count = counted
    overlay_import.read_at = timezone.now()
    changed = ["state", "feature_count", "read_at"]
    if state == ImportState.READ:
        overlay_import.read_bytes = overlay_import.size_bytes
        changed.append("read_bytes")
    with transaction.atomic():
        overlay_import.save(update_fields=changed)
        if state == ImportState.READ:
            generalising.defer(overlay_import)
