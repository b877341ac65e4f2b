"""Where an overlay's shapes are expected, asked of the database."""

from geodata.mending import Ground
from geodata.models import Area, Collectivity


def ground_of(collectivity: Collectivity) -> Ground:
    """The collectivity's own areas, else all areas of the deployment."""
    areas = Area.objects.current()
    return Ground(areas.filter(collectivity=collectivity).extent() or areas.extent())
