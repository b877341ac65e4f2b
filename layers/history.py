"""What was done with overlays, by whom and when: appended, never edited, kept after the overlay."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Deed(models.TextChoices):
    """One kind of act; its sentence has room for what `values` say."""

    CREATED = "created", _("created the overlay")
    UPLOADED = "uploaded", _("uploaded a version")
    ANSWERED = "answered", _("said how a version is to be read, and had it read again")
    NOTED = "noted", _("changed the note of a version")
    PUBLISHED = "published", _("published a version")
    PUT_BACK = "put-back", _("put an earlier version back")
    MAPPED = "mapped", _("changed what the fields mean")
    WITHDRAWN = "withdrawn", _("withdrew it from the map")
    OPENED = "opened", _("changed who may see it")
    LINK_RENEWED = "link-renewed", _("renewed its secret link")
    DESCRIBED = "described", _("changed its name, source or licence")
    PROMOTED = "promoted", _("made areas of it")
    ROLLED_BACK = "rolled-back", _("took back the areas made of it")
    REFERRED = "referred", _("let rules look at it")
    UNREFERRED = "unreferred", _("stopped rules from looking at it")
    DELETED = "deleted", _("deleted the overlay")


class OverlayEvent(models.Model):
    """One line of an overlay's history; a trigger refuses to rewrite it."""

    overlay = models.ForeignKey("layers.Overlay", models.SET_NULL, null=True, related_name="events")
    slug = models.SlugField(max_length=80, help_text=_("Outlives the overlay."))
    overlay_import = models.ForeignKey(
        "layers.OverlayImport", models.SET_NULL, null=True, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=Deed.choices)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    detail = models.CharField(
        max_length=500, blank=True, help_text=_("What was chosen, in the words of that moment.")
    )

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.slug} {self.kind} {self.at:%Y-%m-%d %H:%M}"
