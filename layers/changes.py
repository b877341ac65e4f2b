"""What one version changes against another, kept so that maps, tables and counts read the same."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeKind(models.TextChoices):
    ADDED = "added", _("Added")
    CHANGED = "changed", _("Changed")
    REMOVED = "removed", _("Removed")


class OverlayChange(models.Model):
    """One shape that differs from the version before; shapes that stayed as they were have none."""

    overlay_import = models.ForeignKey(
        "layers.OverlayImport", models.CASCADE, related_name="changes"
    )
    kind = models.CharField(max_length=10, choices=ChangeKind.choices)
    feature = models.ForeignKey(
        "layers.OverlayFeature",
        models.CASCADE,
        related_name="changes",
        help_text=_("The one to show: of the new version, or the one that goes."),
    )
    before = models.ForeignKey("layers.OverlayFeature", models.CASCADE, null=True, related_name="+")
    is_moved = models.BooleanField(default=False, help_text=_("Its geometry differs."))
    is_renamed = models.BooleanField(default=False)
    is_edited = models.BooleanField(
        default=False, help_text=_("Its folder, fields, description or style differ.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["overlay_import", "feature"], name="one_change_per_feature"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.feature_id}"
