"""Pages for administrators: which editions there are, and how their areas fit together."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from geodata.models import CoverageFinding, Edition, Reference

VIEW = "geodata.view_edition"
SHOWN = 100
DRAWN = 500


@never_cache
@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def territory(request: HttpRequest) -> HttpResponse:
    context = {"editions": Edition.objects.for_pages(), "references": Reference.objects.all()}
    return render(request, "geodata/territory.html", context)


@never_cache
@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Edition.objects.for_pages(), pk=pk)
    context = {
        "edition": found,
        "findings": CoverageFinding.objects.filter(check_of__edition=found).for_pages()[:SHOWN],
        "successions": found.successions.all()[:SHOWN],
    }
    return render(request, "geodata/edition.html", context)


@never_cache
@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def findings_geojson(request: HttpRequest, pk: int) -> JsonResponse:
    """The largest findings of an edition as GeoJSON, or (`only=ID`) one of them."""
    found = CoverageFinding.objects.filter(check_of__edition=get_object_or_404(Edition, pk=pk))
    only = request.GET.get("only", "")
    if only.isascii() and only.isdigit() and len(only) < 19:
        found = found.filter(pk=int(only))
    return JsonResponse(
        {"type": "FeatureCollection", "features": found[:DRAWN].as_features()},
        content_type="application/geo+json",
    )
