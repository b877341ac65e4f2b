"""The page of a territory: its outline, what lies in it, and how it stands."""

from datetime import timedelta
from itertools import takewhile

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from geodata import area_pages
from geodata.gone import became_of
from geodata.locating import LocatedArea, locate
from geodata.models import Area
from reports.models import Submission
from reports.paging import page_of
from reports.statistics.counts import counts_in

LATEST = 10


@require_safe
def area(request: HttpRequest, level: str, code: str) -> HttpResponse:
    """Today's area of that level and code; of a code that is no more, the last there was, with
    what became of it."""
    found = Area.objects.current().for_pages().filter(level__code=level, code=code).first()
    became: list[Area] = []
    if found is None:
        found, became = _last_of(level, code)
    if found is None:
        return _gone(request, level, code)
    inside = Submission.objects.public().inside(found).for_lists()
    context = {
        "area": found,
        "became": became,
        "links": area_pages.links_of(found, request.user),
        "upper": _upper(found),
        "counts": counts_in(found),
        "page": page_of(inside, limit=LATEST),
        "filter": _filter_of(found),
        "outline": _outline_of(found),
    }
    return render(request, "reports/area.html", context)


def _gone(request: HttpRequest, level: str, code: str) -> HttpResponse:
    """404 with what became of a code whose areas were never loaded, or are not any more."""
    became = became_of(level, code, on=timezone.localdate())
    if became is None:
        raise Http404
    return render(request, "reports/area_gone.html", {"became": became}, status=404)


def _last_of(level: str, code: str) -> tuple[Area | None, list[Area]]:
    """The newest area that had the code and is over, and today's areas on its ground; None where
    no edition has it."""
    over = Area.objects.for_pages().filter(
        level__code=level, code=code, edition__valid_to__lte=timezone.localdate()
    )
    last = over.order_by("-edition__valid_from").first()
    if last is None:
        return None, []
    return last, list(Area.objects.current().that_came_of(last).for_choices())


def _outline_of(area: Area) -> str:
    """Where its GeoJSON is: by code, and for an area that is over by its day."""
    where = [area.level.code, area.code]
    if area.edition.valid_to is None:
        return reverse("geodata:area_geojson", args=where)
    return f"{reverse('api:one_area', args=where)}?on={area.edition.valid_from}"


def _filter_of(area: Area) -> str:
    """The map's filter: on the last day of an area that is over."""
    key = f"area={area.level.code}:{area.code}"
    over = area.edition.valid_to
    if over is None or over > timezone.localdate():
        return key
    return f"{key}&on={over - timedelta(days=1)}"


def _upper(area: Area) -> list[LocatedArea]:
    """The areas of upper levels around a point inside."""
    day = area.edition.valid_from if area.edition.valid_to else None
    owners = (other for other in locate(area.inner_point, on=day).areas if other.is_owner)
    return list(takewhile(lambda other: other.level != area.level.code, owners))
