"""Classes of roads, the highest first: who keeps a road follows from its class."""

import re
import unicodedata

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
    RoadClass.MOTORWAY: "a autoroute autoroutier motorway motorway_link",
    RoadClass.NATIONAL: "n rn nationale route-nationale national trunk trunk_link",
    RoadClass.METROPOLITAN: "m rm metropolitaine route-metropolitaine route-intercommunale"
    " metropolitan",
    RoadClass.DEPARTMENTAL: "d rd departementale departementales route-departementale departmental",
    RoadClass.COMMUNAL: "c vc communale voie-communale voirie-communale municipale communal"
    " residential living_street",
    RoadClass.RURAL: "cr r rurale chemin-rural chemin rural track",
    RoadClass.PRIVATE: "p privee voie-privee prive private",
    RoadClass.OTHER: "autre other",
}
_CLASS_OF = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_REF = re.compile(r"(A|RN|N|RM|M|RD|D|VC|C|CR)\s?-?\s?\d", re.IGNORECASE)


def recognise(value: str, ref: str = "") -> RoadClass | None:
    """The class that a file's value means ("Départementale", "D", OSM's "residential"), else that
    of a reference such as "D 904"; None for what nobody can tell."""
    plain = unicodedata.normalize("NFKD", value.strip().lower())
    word = "-".join("".join(c for c in plain if not unicodedata.combining(c)).split())
    if word in _CLASS_OF:
        return _CLASS_OF[word]
    named = _REF.match(ref.strip())
    return _CLASS_OF[named[1].lower()] if named else None
