"""Every act on an overlay leaves a line in its history, in the act's own transaction."""

from __future__ import annotations

from accounts.models import User
from layers.models import Deed, Overlay, OverlayEvent, OverlayImport


def record(
    overlay: Overlay,
    deed: Deed,
    by: User | None,
    *,
    overlay_import: OverlayImport | None = None,
    detail: str = "",
) -> None:
    """`by` None is the command line."""
    OverlayEvent.objects.create(
        overlay=overlay,
        slug=overlay.slug,
        kind=deed,
        by=by,
        overlay_import=overlay_import,
        detail=detail[:500],
    )
