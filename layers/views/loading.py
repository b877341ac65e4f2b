"""Load with permission: one function per object and right.

Strangers are told the same as of overlays that do not exist; colleagues without the right to
manage are told so.
"""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from layers.models import Overlay, OverlayImport
from layers.permissions import can_manage


def overlay_to_look_at(user: User | AnonymousUser, slug: str) -> Overlay:
    overlays = Overlay.objects.worked_on_by(user).select_related(
        "collectivity", "published", "edition__level"
    )
    overlay = overlays.filter(slug=slug).first()
    if overlay is None:
        raise Http404(_("There is no such overlay."))
    return overlay


def overlay_to_manage(user: User | AnonymousUser, slug: str) -> Overlay:
    overlay = overlay_to_look_at(user, slug)
    if not can_manage(user, overlay):
        raise PermissionDenied(_("Only managers of the collectivity may change its overlays."))
    return overlay


def import_of(overlay: Overlay, pk: str | int | None) -> OverlayImport:
    """The import of that number, which people may have typed into the address."""
    text = str(pk)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    found = overlay.imports.filter(pk=number).first()
    if found is None:
        raise Http404(_("This overlay has no such version."))
    return found
