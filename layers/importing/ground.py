"""Where an overlay's shapes are expected, asked of the database."""

from django.contrib.gis.db.models.functions import Envelope

from geodata.mending import Box, Ground
from geodata.models import Area, Collectivity

_MAX_BOXES = 500


def ground_of(collectivity: Collectivity) -> Ground:
    """The collectivity's own areas, else all areas of the deployment."""
    areas = Area.objects.current()
    own = areas.filter(collectivity=collectivity).extent()
    return Ground(own or areas.extent(), _territory())


def _territory() -> tuple[Box, ...]:
    """Boxes around the areas of the uppermost level that has any: one for each région, say."""
    areas = Area.objects.current()
    top = areas.order_by("level__rank").values_list("level", flat=True).first()
    outlines = areas.filter(level=top).order_by().values_list(Envelope("geom"), flat=True)
    return tuple(outline.extent for outline in outlines[:_MAX_BOXES])
