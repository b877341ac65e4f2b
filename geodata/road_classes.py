"""Classes of roads, the highest first: who keeps a road follows from its class."""

import re
import unicodedata
from collections.abc import Iterable

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


_WORDS = {
    RoadClass.MOTORWAY: "a autoroute autoroutier",
    RoadClass.NATIONAL: "n rn nationale route-nationale national",
    RoadClass.METROPOLITAN: "m rm metropolitaine route-metropolitaine route-intercommunale"
    " metropolitan",
    RoadClass.DEPARTMENTAL: "d rd departementale departementales route-departementale departmental",
    RoadClass.COMMUNAL: "c vc communale voie-communale voirie-communale municipale communal",
    RoadClass.RURAL: "cr r rurale chemin-rural chemin rural",
    RoadClass.PRIVATE: "p privee voie-privee prive private",
    RoadClass.OTHER: "autre other",
}
# OpenStreetMap's highway=* tells how a road is built: a reference says more of who keeps it.
_BUILT_AS = {
    RoadClass.MOTORWAY: "motorway motorway_link",
    RoadClass.NATIONAL: "trunk trunk_link",
    RoadClass.COMMUNAL: "residential living_street",
    RoadClass.RURAL: "track",
}


def _by_word(words: dict[RoadClass, str]) -> dict[str, RoadClass]:
    return {word: kind for kind, listed in words.items() for word in listed.split()}


_CLASS_OF = _by_word(_WORDS)
_LIKELY_CLASS_OF = _by_word(_BUILT_AS)
_SEVERAL = re.compile("[;/]")
_REF = re.compile(r"(A|RN|N|RM|M|RD|D|VC|C|CR)\s?-?\s?\d", re.IGNORECASE)


def recognise(value: str, ref: str = "") -> RoadClass | None:
    """The class that a file's value means ("Départementale", "D"), else that of a reference such
    as "D 904", else OSM's ("residential"); None for what nobody can tell.

    Of several ("Départementale/Nationale", "E 60;A 11") the highest counts.
    """
    words = [_plain(part) for part in _SEVERAL.split(value)]
    return _highest(map(_CLASS_OF.get, words)) or _named_by(ref) or _LIKELY_CLASS_OF.get(words[0])


def _plain(value: str) -> str:
    """Without accents, in small letters, its words joined by hyphens."""
    letters = unicodedata.normalize("NFKD", value.lower())
    return "-".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def _named_by(ref: str) -> RoadClass | None:
    named = (_REF.match(part.strip()) for part in _SEVERAL.split(ref))
    return _highest(_CLASS_OF[found[1].lower()] for found in named if found)


def _highest(kinds: Iterable[RoadClass | None]) -> RoadClass | None:
    return min((kind for kind in kinds if kind), key=lambda kind: kind.place, default=None)
