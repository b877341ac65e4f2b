"""Which overlay an area was made of, for the area's page."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from geodata.area_pages import PageLink
from geodata.models import Area
from layers.models import Overlay


def links_of(area: Area, user: User | AnonymousUser) -> Iterator[PageLink]:
    """The overlay that was promoted to it, where `user` may see that."""
    made = Overlay.objects.visible_to(user).filter(slug=area.edition.series)
    for overlay in made.filter(edition__level_id=area.level_id):
        yield PageLink(
            _("Made of the overlay “%(name)s”") % {"name": overlay.name},
            reverse("layers:overlay_shown", args=[overlay.slug]),
        )
