"""What the public sees of an overlay: one of its imports, or nothing."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from layers.errors import CannotPublish
from layers.models import ImportState, Overlay, OverlayImport


@transaction.atomic
def publish(
    *, overlay_import: OverlayImport, by: User | None, name_field: str | None = None
) -> None:
    """Puts an import on the map, an earlier one too; the one before leaves in the same moment.

    `name_field` is the field that names its shapes, '' for the placemark's own name; without it,
    the overlay keeps the one it has.
    """
    overlay = Overlay.objects.select_for_update().get(pk=overlay_import.overlay_id)
    fresh = OverlayImport.objects.get(pk=overlay_import.pk)
    if fresh.state != ImportState.READ:
        raise CannotPublish(_("Only a version that could be read to its end can be published."))
    if not fresh.feature_count:
        raise CannotPublish(_("This version has no shapes: there is nothing to publish."))
    overlay.published = fresh
    if name_field is not None:
        overlay.name_field = _known(name_field, fresh)
    overlay.save(update_fields=["published", "name_field"])


def _known(name_field: str, overlay_import: OverlayImport) -> str:
    if name_field and name_field not in overlay_import.features.field_names():
        raise CannotPublish(_("This version has no field “%s”.") % name_field[:60])
    return name_field


@transaction.atomic
def withdraw(*, overlay: Overlay, by: User | None) -> None:
    """Takes the overlay off the map; its versions stay, and so do areas made of it and what rules
    look at (`stop_referring`)."""
    Overlay.objects.filter(pk=overlay.pk).update(published=None)
