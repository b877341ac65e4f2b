"""Classes of roads, the highest first: who keeps a road follows from its class."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RoadClass(TextChoices):
    """In the order in which they go before each other at the same distance."""

    MOTORWAY = "motorway", _("Motorway")
    NATIONAL = "national", _("National road")
    METROPOLITAN = "metropolitan", _("Metropolitan road")
    DEPARTMENTAL = "departmental", _("Departmental road")
    COMMUNAL = "communal", _("Communal road")
    RURAL = "rural", _("Rural lane")
    PRIVATE = "private", _("Private road")
    OTHER = "other", _("Other road")

    @property
    def place(self) -> int:
        """0 for the highest."""
        return list(RoadClass).index(self)
