"""The sequence of one import: open, read, mend, write, say how it went."""

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from geodata import kml
from geodata.kml import KmlRefused, Severity
from geodata.sources import NeedsAnswer, Options
from layers.importing import generalising
from layers.importing.alone import alone
from layers.importing.ground import ground_of
from layers.importing.pouring import pour
from layers.importing.writing import Writing, finding_row
from layers.models import ImportState, OverlayFeature, OverlayImport


def read(import_id: int) -> None:
    """Reads an import that is not read yet; a second call, or one meanwhile, does nothing.

    Ends as READ, FAILED or ASKING.  Starts over what a reader that died had begun.
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
        except NeedsAnswer as question:
            _ask(overlay_import, question)
        except FileNotFoundError:
            fail(overlay_import, kml.Finding(Severity.ERROR, "file-missing"))


def fail(overlay_import: OverlayImport, finding: kml.Finding) -> None:
    """Ends an import that cannot be read (further), saying why."""
    with transaction.atomic():
        finding_row(overlay_import, finding).save()
        _end(overlay_import, ImportState.FAILED)


@transaction.atomic
def _ask(overlay_import: OverlayImport, question: NeedsAnswer) -> None:
    """Ends until somebody answers; what was read so far is forgotten."""
    overlay_import.features.all().delete()
    overlay_import.findings.all().delete()
    overlay_import.state = ImportState.ASKING
    overlay_import.question = {
        "code": question.code,
        "asks": question.asks,
        "choices": list(question.choices),
        "values": question.values,
    }
    overlay_import.feature_count = 0
    overlay_import.save(update_fields=["state", "question", "feature_count"])


@transaction.atomic
def _begin(overlay_import: OverlayImport) -> None:
    overlay_import.features.all().delete()
    overlay_import.findings.all().delete()
    overlay_import.state = ImportState.READING
    overlay_import.read_bytes = overlay_import.feature_count = 0
    overlay_import.question = {}
    overlay_import.save(update_fields=["state", "read_bytes", "feature_count", "question"])


def _read(overlay_import: OverlayImport) -> None:
    path = Path(overlay_import.file.path)
    if not path.is_file():
        raise FileNotFoundError(path)
    writing = Writing(overlay_import)
    try:
        pour(
            path,
            Options(**overlay_import.options),
            ground_of(overlay_import.overlay.collectivity),
            writing,
        )
    finally:
        writing.close()
    _end(overlay_import, ImportState.READ)


def _end(overlay_import: OverlayImport, state: ImportState) -> None:
    counted = OverlayFeature.objects.filter(overlay_import=overlay_import).count()
    overlay_import.state = state
    overlay_import.feature_count = counted
    overlay_import.read_at = timezone.now()
    changed = ["state", "kind", "feature_count", "read_at"]
    if state == ImportState.READ:
        overlay_import.read_bytes = overlay_import.size_bytes
        changed.append("read_bytes")
    with transaction.atomic():
        overlay_import.save(update_fields=changed)
        if state == ImportState.READ:
            generalising.defer(overlay_import)
