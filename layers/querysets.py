"""Which overlays and shapes a person may see: the one place that decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet

if TYPE_CHECKING:
    from accounts.models import User
    from layers.models import Overlay, OverlayFeature  # noqa: F401


class OverlayQuerySet(QuerySet["Overlay"]):
    def published(self) -> Self:
        return self.filter(published__isnull=False)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Published ones for everybody; drafts for those who work for the owner."""
        if user.is_superuser:
            return self.all()
        if not user.is_authenticated:
            return self.published()
        return self.filter(
            Q(published__isnull=False) | Q(collectivity__memberships__user=user)
        ).distinct()


class OverlayFeatureQuerySet(QuerySet["OverlayFeature"]):
    def published(self) -> Self:
        """Shapes of the imports that are on the public map."""
        return self.filter(overlay_import__overlay__published=F("overlay_import"))
