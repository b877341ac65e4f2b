"""Imports whose job died for good end as failed, saying so, instead of waiting for ever."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from geodata.kml import Finding, Severity
from layers.importing.alone import alone
from layers.importing.reading import fail
from layers.models import OverlayImport

READ_TASK = "layers.tasks.read_import"
_SETTLING = timedelta(minutes=2)


def end_dead_imports() -> int:
    """How many imports were ended: those unfinished for a while whose job is no longer alive."""
    alive = ProcrastinateJob.objects.filter(
        task_name=READ_TASK, status__in=["todo", "doing"]
    ).values_list("args__import_id", flat=True)
    dead = (
        OverlayImport.objects.unfinished()
        .filter(uploaded_at__lt=timezone.now() - _SETTLING)
        .exclude(pk__in=list(alive))
    )
    return sum(_end(overlay_import.pk) for overlay_import in dead)


def _end(import_id: int) -> bool:
    with alone(import_id) as is_mine:
        still = OverlayImport.objects.unfinished().filter(pk=import_id).first()
        if not is_mine or still is None:
            return False
        fail(still, Finding(Severity.ERROR, "reading-died"))
        return True
