"""What an overlay is called, who may see it, and its end."""

from __future__ import annotations

from functools import partial
from secrets import token_urlsafe

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from geodata.models import Edition, Reference
from layers.actions.recording import record
from layers.errors import CannotDelete
from layers.models import Deed, Overlay, Visibility

DESCRIBED = ("name", "attribution", "licence", "colour")


@transaction.atomic
def describe(*, overlay: Overlay, by: User | None, **said: str) -> None:
    """Name, attribution, licence and colour, those that are given; its address stays."""
    locked = Overlay.objects.select_for_update().get(pk=overlay.pk)
    changed = {
        key: said[key] for key in DESCRIBED if key in said and said[key] != getattr(locked, key)
    }
    if not changed:
        return
    before = " · ".join(str(getattr(locked, key)) or "–" for key in changed)
    for key, text in changed.items():
        setattr(locked, key, text)
    locked.save(update_fields=list(changed))
    after = " · ".join(text or "–" for text in changed.values())
    record(locked, Deed.DESCRIBED, by, detail=f"{before} → {after}")


@transaction.atomic
def show_to(*, overlay: Overlay, visibility: Visibility, by: User | None) -> None:
    """Who sees the published version from now on.  A link dies with its visibility."""
    locked = Overlay.objects.select_for_update().get(pk=overlay.pk)
    if locked.visibility == visibility:
        return
    locked.visibility = visibility
    locked.link_token = _new_token() if visibility == Visibility.LINK else ""
    locked.save(update_fields=["visibility", "link_token"])
    record(locked, Deed.OPENED, by, detail=str(Visibility(visibility).label))


@transaction.atomic
def renew_link(*, overlay: Overlay, by: User | None) -> None:
    """Whoever has the old link sees nothing any more; only where there is a link."""
    locked = Overlay.objects.select_for_update().get(pk=overlay.pk)
    if locked.visibility != Visibility.LINK:
        return
    locked.link_token = _new_token()
    locked.save(update_fields=["link_token"])
    record(locked, Deed.LINK_RENEWED, by)


def _new_token() -> str:
    """256 bits: nobody guesses it."""
    return token_urlsafe(32)


@transaction.atomic
def delete(*, overlay: Overlay, by: User | None) -> None:
    """Removes the overlay with its versions and files; its history stays.

    Raises CannotDelete while areas were made of it, or rules look at it.
    """
    locked = Overlay.objects.select_for_update().get(pk=overlay.pk)
    obstacle = cannot_delete(locked)
    if obstacle:
        raise CannotDelete(obstacle)
    record(locked, Deed.DELETED, by, detail=locked.name)
    for version in locked.imports.all():
        transaction.on_commit(partial(version.file.storage.delete, str(version.file.name)))
    locked.published = None
    locked.save(update_fields=["published"])
    locked.delete()


def cannot_delete(overlay: Overlay) -> str:
    """What stands in the way, as a sentence; '' for nothing."""
    if overlay.edition_id or Edition.objects.filter(series=overlay.slug).exists():
        return _("Areas were made of this overlay: take them back first.")
    if Reference.objects.filter(slug=overlay.slug, is_active=True).exists():
        return _("Rules look at this overlay: stop using it there first.")
    return ""
