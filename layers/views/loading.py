"""Load with permission: one function per object and right.

Strangers are told the same as of overlays that do not exist; colleagues without the right to
manage are told so.
"""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from layers.models import Overlay, OverlayImport
from layers.permissions import can_promote, can_publish, can_upload
from layers.querysets import OverlayQuerySet

KEY = "key"
"""The parameter that carries the secret of a link."""
_KEY_MAX = 43


def overlay_shown(request: HttpRequest, slug: str) -> Overlay:
    """One whose published version this visitor may see."""
    visible = Overlay.objects.visible_to(request.user, key_of(request))
    return _or_404(visible.select_related("collectivity", "published", "edition__level"), slug)


def key_of(request: HttpRequest) -> str:
    """The secret that the address brings, or '' for what can be none."""
    key = request.GET.get(KEY, "")
    return key if key.isascii() and key.isprintable() and len(key) <= _KEY_MAX else ""


def overlay_to_look_at(user: User | AnonymousUser, slug: str) -> Overlay:
    overlays = Overlay.objects.worked_on_by(user).select_related(
        "collectivity", "published", "edition__level"
    )
    return _or_404(overlays, slug)


def overlay_to_upload_to(user: User | AnonymousUser, slug: str) -> Overlay:
    refusal = _("You may not upload versions of this overlay.")
    return _allowed(user, slug, can_upload, refusal)


def overlay_to_publish(user: User | AnonymousUser, slug: str) -> Overlay:
    refusal = _("Only managers of the collectivity may publish or change its overlays.")
    return _allowed(user, slug, can_publish, refusal)


def overlay_to_promote(user: User | AnonymousUser, slug: str) -> Overlay:
    refusal = _("Only administrators of the collectivity may make areas of its overlays.")
    return _allowed(user, slug, can_promote, refusal)


def _allowed(
    user: User | AnonymousUser,
    slug: str,
    may: Callable[[User | AnonymousUser, Overlay], bool],
    refusal: str,
) -> Overlay:
    overlay = overlay_to_look_at(user, slug)
    if not may(user, overlay):
        raise PermissionDenied(refusal)
    return overlay


def _or_404(overlays: OverlayQuerySet, slug: str) -> Overlay:
    overlay = overlays.filter(slug=slug).first()
    if overlay is None:
        raise Http404(_("There is no such overlay."))
    return overlay


def import_of(overlay: Overlay, pk: str | int | None) -> OverlayImport:
    """The import of that number, which people may have typed into the address."""
    text = str(pk)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    found = overlay.imports.filter(pk=number).first()
    if found is None:
        raise Http404(_("This overlay has no such version."))
    return found
