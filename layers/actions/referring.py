"""Letting rules look at an overlay: its published shapes become a reference of the same slug."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from geodata import references
from geodata.models import Reference
from layers.actions.recording import record
from layers.errors import CannotRefer
from layers.models import Deed, Overlay
from layers.referring import plan


@transaction.atomic
def refer(*, overlay: Overlay, purpose: str, by: User | None = None, **fields: str) -> Reference:
    """Replaces the reference that the overlay was before.  Raises CannotRefer with a sentence;
    `referring.plan` (same `fields`) tells beforehand what would happen."""
    locked = Overlay.objects.select_for_update().get(pk=overlay.pk)
    planned = plan(locked, purpose, **fields)
    if planned.obstacles:
        raise CannotRefer(planned.obstacles[0])
    record(locked, Deed.REFERRED, by, overlay_import=locked.published, detail=purpose)
    return references.load(
        planned.plan.rows,
        slug=locked.slug,
        name=locked.name,
        purpose=purpose,
        source=locked.attribution or locked.name,
        licence=locked.licence,
    )


@transaction.atomic
def stop_referring(*, overlay: Overlay, by: User | None = None) -> None:
    """Rules that ask it cannot be decided any more, and say so."""
    for reference in Reference.objects.filter(slug=overlay.slug):
        references.set_active(reference=reference, is_active=False)
    record(overlay, Deed.UNREFERRED, by)
