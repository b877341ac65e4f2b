"""What a map on any page needs to know of the deployment (templates/partials/map.html)."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _

from config.my_area_words import my_area_words
from geodata.models import Area, Level
from layers.models import Overlay
from reports.models import Category
from reports.workflow import Kind, Status, status_label

# Of the levels that a deployment has, those that make the ground where there is no base map.
MOST_OVERLAYS = 30
GROUND = ("region", "departement", "commune")


class MapSettings:
    """Read when a template asks: pages without a map pay nothing."""

    def __init__(self) -> None:
        self.basemap_url = settings.BASEMAP_URL
        self.basemap_attribution = settings.BASEMAP_ATTRIBUTION
        self.basemap_max_zoom = settings.BASEMAP_MAX_ZOOM

    @property
    def root(self) -> str:
        return get_script_prefix()

    @cached_property
    def levels(self) -> list[Level]:
        """Levels with areas today, upper first."""
        return list(Level.objects.with_areas_today())

    @cached_property
    def overlays(self) -> list[Overlay]:
        """Those that anybody may lay over the map, for who has no script to do so."""
        return list(Overlay.objects.published()[:MOST_OVERLAYS])

    @property
    def ground(self) -> str:
        """Codes of the levels drawn where there is no base map, upper first."""
        codes = [level.code for level in self.levels]
        return " ".join([code for code in codes if code in GROUND] or codes[:1])

    @property
    def bounds(self) -> str:
        """West, south, east, north in EPSG:4326: as set, else around the areas; '' without any."""
        if settings.MAP_BOUNDS or not self.levels:
            return settings.MAP_BOUNDS
        extent = Area.objects.current().filter(level=self.levels[0]).main_extent()
        return ",".join(f"{edge:.5f}" for edge in extent or ())

    @property
    def my_area_words(self) -> dict[str, object]:
        return my_area_words(self.levels)

    @property
    def words(self) -> dict[str, Any]:
        """The texts that scripts show, in the reader's language, and what they look up."""
        return {
            "categories": {category.code: category.name for category in Category.objects.all()},
            "statuses": {
                kind: {status: status_label(kind, status) for status in Status.values}
                for kind in Kind.values
            },
            "counted": {
                Kind.REPORT: [_("{n} report"), _("{n} reports")],
                Kind.PROPOSAL: [_("{n} proposal"), _("{n} proposals")],
                "all": [_("{n} report or proposal"), _("{n} reports and proposals")],
            },
            "levels": {level.code: level.tile_min_zoom for level in self.levels},
            "submission_url": reverse("reports:submission_by_id", args=[0]),
            "display": {
                "levels": [{"code": level.code, "name": level.name} for level in self.levels],
                **_texts_of_displays(),
            },
            "months": {
                "all": _("All months"),
                "other": _("Days chosen in the filter"),
                "play": _("Play the months"),
                "pause": _("Pause"),
                "next": _("Next month"),
            },
            **_texts(),
        }


def _texts() -> dict[str, str]:
    return {
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "close": _("Close"),
        "overlays": _("Overlays"),
        "more": _("and {n} more here: zoom in"),
        "listed": _("Show them all in the list"),
        "legend": _("Legend"),
        "opacity": _("Opacity"),
        "points": _("Points"),
        "lines": _("Lines"),
        "surfaces": _("Surfaces"),
        "more_signs": _("and {n} more signs"),
        "thinned": _("{shown} of {of} shapes are drawn here: zoom in to see them all"),
        "shapes_list": _("Shapes as a list"),
        "gathered": _("{n} shapes: zoom in to tell them apart"),
        "lies_in": _("There: {names}."),
        "pin": _("The pin"),
        "placed": _("Pin placed: latitude {lat}, longitude {lon}."),
        "locating": _("Looking for your position…"),
        "no_position": _("Your position cannot be found. Please place the pin on the map."),
        "no_position_near": _("Your position cannot be found: draw an area instead."),
        "draw_how": _(
            "Click the corners; the first one again, or Finish, closes the area. With the keyboard:"
            " arrows move the map, Enter sets a corner at its middle."
        ),
        "results_failed": _("The list could not be loaded. Please try again."),
    }


def _texts_of_displays() -> dict[str, str]:
    return {
        "title_areas": _("Submissions by area: {level}"),
        "title_density": _("Submissions per km²: {level}"),
        "title_rate": _("Submissions per 1,000 inhabitants: {level}"),
        "range": _("{from} to {to}"),
        "none": _("No data"),
        "one": _("{n} submission"),
        "many": _("{n} submissions"),
        "per_km2": _("{n} per km²"),
        "per_1000": _("{n} per 1,000 inhabitants"),
        "no_population": _("Population unknown"),
        "few": _("Fewer than 30: chance weighs much."),
        "only": _("Only {name}"),
        "too_far": _("Too far away for “{wanted}”: “{level}” is shown. Zoom in."),
        "crowded": _("Too many areas in view for “{wanted}”: “{level}” is shown. Zoom in."),
        "too_many": _("Too many areas in view to colour them. Zoom in."),
        "in_stead": _("Each area counts in the stead of the one chosen in the filter."),
        "failed": _("The areas could not be counted under this filter."),
    }
