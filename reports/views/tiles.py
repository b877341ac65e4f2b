"""Submissions as vector tiles, under every filter."""

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from geodata.problems import Refused, problem, refusal
from geodata.tile_http import template_of, tile_or_404, tile_response, tilejson
from reports import tiles
from reports.doors import bounded
from reports.filters import SubmissionFilter


@require_safe
def submission_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponseBase:
    """What everybody may see, whoever asks: the answer depends on the URL alone.

    Caches must ask again each time (the ETag makes it cheap): what is hidden is gone at once.
    """
    tile = tile_or_404(z, x, y)
    wanted = SubmissionFilter(request.GET)
    if not wanted.is_valid():
        return problem(400, errors=wanted.errors_by_parameter())
    try:
        with bounded(request, wanted):
            picture = tiles.make(tiles.look_at(tile, wanted))
    except Refused as refused:
        return refusal(refused)
    response = tile_response(request, picture.drawn.data, public=True, no_cache=True)
    response["X-Cantonnier-Tile"] = picture.reason
    return response


@require_safe
def submission_tilejson(request: HttpRequest) -> JsonResponse:
    return tilejson(
        request,
        name="Submissions",
        path=template_of(reverse("reports:submission_tile", args=[0, 0, 0])),
        layer=tiles.LAYER,
        fields=tiles.FIELDS,
    )
