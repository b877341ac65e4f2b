"""The page of a territory: its outline, what lies in it, and how it stands."""

from itertools import takewhile

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from geodata.locating import LocatedArea, locate
from geodata.models import Area
from reports.models import Submission
from reports.paging import page_of
from reports.statistics import counts_in

LATEST = 10


@require_safe
def area(request: HttpRequest, level: str, code: str) -> HttpResponse:
    """Today's area of that level and code."""
    found = get_object_or_404(Area.objects.current().for_pages(), level__code=level, code=code)
    inside = Submission.objects.public().inside(found).for_lists()
    context = {
        "area": found,
        "upper": _upper(found),
        "counts": counts_in(found),
        "page": page_of(inside, limit=LATEST),
        "filter": f"area={level}:{code}",
    }
    return render(request, "reports/area.html", context)


def _upper(area: Area) -> list[LocatedArea]:
    """The areas of upper levels around a point inside."""
    owners = (other for other in locate(area.inner_point).areas if other.is_owner)
    return list(takewhile(lambda other: other.level != area.level.code, owners))
