"""What is said of a pin that lies in no area."""

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from geodata.locating import nearest


def outside_sentence(pin: Point) -> str:
    """Names the nearest area of the lowest level and how far it is (EPSG:4326 point)."""
    near = nearest(pin)
    if near is None:
        return _("No territory is known here yet: the service cannot receive this pin.")
    return _(
        "This pin lies outside the territory served; the nearest is %(area)s, at %(km)s km."
    ) % {
        "area": near.name,
        "km": f"{near.distance_m / 1000:.1f}",
    }
