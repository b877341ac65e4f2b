"""What the public sees of an overlay: one of its imports, or nothing."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from layers.actions.recording import record
from layers.errors import CannotPublish, NeedsConsent
from layers.mapping import MEANINGS, PLACEMARK_FOLDER, PLACEMARK_NAME
from layers.models import Deed, ImportState, Overlay, OverlayImport


@transaction.atomic
def publish(
    *,
    overlay_import: OverlayImport,
    by: User | None,
    has_consented: bool = False,
    **mapping: str,
) -> None:
    """Puts an import on the map, an earlier one too; the one before leaves in the same moment.

    `mapping` gives fields their meaning (`name_field` …; '' for the default).  What is not given
    stays as it was when this import was last published, else as the overlay has it.  Raises
    CannotPublish; NeedsConsent where a finding asks for a yes and `has_consented` is not said.
    """
    overlay = Overlay.objects.select_for_update().get(pk=overlay_import.overlay_id)
    fresh = OverlayImport.objects.get(pk=overlay_import.pk)
    _refuse_unfit(fresh, has_consented)
    deed = _deed(overlay, fresh)
    fresh.mapping = _mapping(overlay, fresh, mapping)
    fresh.save(update_fields=["mapping"])
    overlay.published = fresh
    for meaning, source in fresh.mapping.items():
        setattr(overlay, meaning, source)
    overlay.save(update_fields=["published", *MEANINGS])
    record(overlay, deed, by, overlay_import=fresh, detail=fresh.note)


def _refuse_unfit(fresh: OverlayImport, has_consented: bool) -> None:
    if fresh.state != ImportState.READ:
        raise CannotPublish(_("Only a version that could be read to its end can be published."))
    if not fresh.feature_count:
        raise CannotPublish(_("This version has no shapes: there is nothing to publish."))
    was_published = fresh.mapping is not None
    if not (has_consented or was_published) and fresh.findings_to_confirm().exists():
        raise NeedsConsent(
            _("Reading changed shapes noticeably: say that you have looked at them, please.")
        )


def _deed(overlay: Overlay, fresh: OverlayImport) -> Deed:
    if overlay.published_id == fresh.pk:
        return Deed.MAPPED
    return Deed.PUBLISHED if fresh.mapping is None else Deed.PUT_BACK


def _mapping(overlay: Overlay, fresh: OverlayImport, wanted: dict[str, str]) -> dict[str, str]:
    """Every meaning with its field; a wanted field must be there, a remembered one may be gone."""
    known = {"", PLACEMARK_NAME, PLACEMARK_FOLDER, *fresh.features.field_names()}
    for source in wanted.values():
        if source not in known:
            raise CannotPublish(_("This version has no field “%s”.") % source[:60])
    kept = {**overlay.mapping, **(fresh.mapping or {})}
    remembered = {key: source if source in known else "" for key, source in kept.items()}
    return {**remembered, **wanted}


@transaction.atomic
def withdraw(*, overlay: Overlay, by: User | None) -> None:
    """Takes the overlay off the map; its versions stay, and so do areas made of it and what rules
    look at (`stop_referring`)."""
    locked = Overlay.objects.select_for_update().get(pk=overlay.pk)
    if locked.published is None:
        return
    record(locked, Deed.WITHDRAWN, by, overlay_import=locked.published)
    locked.published = None
    locked.save(update_fields=["published"])


@transaction.atomic
def note(*, overlay_import: OverlayImport, text: str, by: User | None) -> None:
    """What is new in a version, for colleagues."""
    OverlayImport.objects.filter(pk=overlay_import.pk).update(note=text)
    record(overlay_import.overlay, Deed.NOTED, by, overlay_import=overlay_import, detail=text)
