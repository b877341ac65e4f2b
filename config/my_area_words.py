"""What "My area" says (static/js/my-area.js), in the reader's language."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from geodata.models import Level


def my_area_words(levels: Iterable[Level]) -> dict[str, object]:
    """`levels`: upper first."""
    return {
        "levels": {level.code: level.name for level in levels},
        "none": _("not chosen"),
        "choose": _("Choose yours."),
        "none_called": _("No area of ours begins with “{text}”. Check the spelling."),
        "failed": _("The service did not answer. Please try again."),
        "locating": _("Looking for your position…"),
        "here": _("You are in these areas: choose yours."),
        "rough": _(
            "Your position is only known to about {km} km: small areas may be wrong. Choose yours,"
            " or type its name."
        ),
        "refused": _("Your browser does not give your position to this site: type a name instead."),
        "unavailable": _("Your device does not know where it is: type a name instead."),
        "too_slow": _("Your position was not found in time: try again, or type a name."),
        "outside": _("Your position lies outside the areas of this site: type a name instead."),
        "kept": _("{name} is your area now: the map opens there."),
        "not_kept": _(
            "The map shows {name}, but this browser keeps nothing: filter by it and bookmark the"
            " page."
        ),
        "forgotten": _("Your area is forgotten."),
    }
