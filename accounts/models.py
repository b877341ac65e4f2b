"""People who sign in, and the collectivities they work for.  Residents need no account."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from geodata.models import Collectivity, Edition


class User(AbstractUser):
    """A member of staff."""

    collectivities = models.ManyToManyField(Collectivity, through="Membership", blank=True)


class Role(models.TextChoices):
    """Each may do what the one before may; `layers.permissions` says what with overlays."""

    AGENT = "agent", _("Agent: triages, replies and uploads drafts of overlays")
    MANAGER = "manager", _("Manager: also publishes overlays and says who sees them")
    ADMINISTRATOR = "admin", _("Administrator: also makes areas of overlays")


class Membership(models.Model):
    """Which collectivity a user works for, and as what."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    collectivity = models.ForeignKey(Collectivity, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.AGENT)
    # The edition that merged another collectivity into this one: rolled back, it takes this along.
    given_by = models.ForeignKey(
        Edition, models.CASCADE, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "collectivity"], name="one_membership_per_collectivity"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.collectivity}"
