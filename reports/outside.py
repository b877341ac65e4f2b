"""Pins that lie in no area: whether they are refused, and what is said of them."""

from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from geodata.locating import Location, nearest
from geodata.numbers import in_words


class OutsideEveryArea(ValueError):
    """The pin lies in no area, and this deployment refuses such pins."""


def refuse_outside(location: Location) -> None:
    """Raises OutsideEveryArea, unless CANTONNIER_ACCEPT_OUTSIDE_PINS says that such pins are
    taken."""
    if not location.areas and not settings.ACCEPT_OUTSIDE_PINS:
        raise OutsideEveryArea


def outside_sentence(pin: Point) -> str:
    """Names the nearest area of the lowest level and how far it is (EPSG:4326 point)."""
    near = nearest(pin)
    if near is None:
        return _("No territory is known here yet: the service cannot receive this pin.")
    return _(
        "This pin lies outside the territory served; the nearest is %(area)s, at %(km)s km."
    ) % {
        "area": near.name,
        "km": in_words(near.distance_m / 1000, decimals=1),
    }
