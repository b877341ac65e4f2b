"""How many submissions lie in a shape that a filter can name, for the pages that show it."""

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import ngettext

from geodata.signals import Tally
from reports.filters import SubmissionFilter
from reports.models import Submission

MOST_COUNTED = 10_000


def tallies_in(key: str) -> list[Tally]:
    """Open and closed public ones by the one filter (`area=key`); [] where it knows no such key."""
    tallies = (_tally(key, phase) for phase in ("open", "closed"))
    return [tally for tally in tallies if tally is not None]


def _tally(key: str, phase: str) -> Tally | None:
    query = QueryDict(mutable=True)
    query.update({"area": key, "status": phase})
    wanted = SubmissionFilter(query)
    if not wanted.is_valid():
        return None
    number = wanted.apply(Submission.objects.public()).order_by()[:MOST_COUNTED].count()
    url = f"{reverse('reports:map')}?{query.urlencode()}"
    return Tally(_sentence(phase, number), number, url)


def _sentence(phase: str, number: int) -> str:
    given = {"number": number}
    if phase == "open":
        return (
            ngettext("%(number)d open submission here", "%(number)d open submissions here", number)
            % given
        )
    return (
        ngettext("%(number)d closed submission here", "%(number)d closed submissions here", number)
        % given
    )
