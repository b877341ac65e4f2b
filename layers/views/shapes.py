"""The shapes of a published overlay as pages: what a click on the map tells, without a map."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geodata import named_shapes
from geodata.signals import Tally, shape_asked
from layers.legend import legend
from layers.models import Overlay, OverlayFeature, OverlayIcon
from layers.named import key_of
from layers.querysets import OverlayFeatureQuerySet
from layers.tiles import query_of
from layers.views.loading import overlay_shown

PAGE_SIZE = 50
MOST_FIELDS = 40
MOST_TEXT = 500


@require_safe
def shapes(request: HttpRequest, slug: str) -> HttpResponse:
    """All of them, by page: name, code, group, and the page of each."""
    overlay = overlay_shown(request, slug)
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = _shapes(overlay).saying(text).defer("geom", "geom_3857", "description")
    page = Paginator(found.order_by("position"), PAGE_SIZE).get_page(request.GET.get("page"))
    query = query_of(overlay)
    more = urlencode({"q": text}) if text else ""
    context = {
        "overlay": overlay,
        "page": page,
        "text": text,
        "query": query,
        "more": "".join(f"&{part}" for part in (more, query.lstrip("?")) if part),
    }
    return _private(render(request, "layers/shapes.html", context))


@require_safe
def shape(request: HttpRequest, slug: str, position: int) -> HttpResponse:
    """Name, fields, and what lies in it."""
    overlay = overlay_shown(request, slug)
    feature = _shapes(overlay).filter(position=min(position, 2**31 - 1)).first()
    if feature is None:
        raise Http404(_("There is no such shape."))
    context = {
        "overlay": overlay,
        "shape": feature,
        "fields": _fields(feature),
        "tallies": _tallies(key_of(overlay, feature)),
        "query": query_of(overlay),
    }
    return _private(render(request, "layers/shape.html", context))


@require_safe
def overlay_legend(request: HttpRequest, slug: str) -> JsonResponse:
    """`signs` of the overlay, for the legend of a map (docs/overlays.md)."""
    response = JsonResponse(legend(overlay_shown(request, slug)))
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_safe
def icon(request: HttpRequest, digest: str) -> HttpResponse:
    """A picture that came with a file, as we made it anew; its address is its content's digest."""
    found = OverlayIcon.objects.filter(pk=digest[:64]).first()
    if found is None:
        raise Http404(_("There is no such picture."))
    response = HttpResponse(bytes(found.png), content_type="image/png")
    patch_cache_control(response, public=True, max_age=31_536_000, immutable=True)
    return response


def _shapes(overlay: Overlay) -> OverlayFeatureQuerySet:
    features = OverlayFeature.objects.filter(overlay_import=overlay.published_id)
    return features.with_meanings().annotate(group=F("shown_group"))


def _fields(feature: OverlayFeature) -> list[tuple[str, str]]:
    """The first fields that say something, as text."""
    said = ((name, _text(value)) for name, value in feature.fields.items())
    return [(name, text) for name, text in said if text][:MOST_FIELDS]


def _text(value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    text = ", ".join(str(one) for one in values if one is not None).strip()
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + "…"


def _tallies(key: str) -> list[Tally]:
    """What others know of the ground; nothing of shapes that no filter can name."""
    if named_shapes.find(key) is None:
        return []
    answers: list[tuple[Any, Any]] = shape_asked.send(Overlay, key=key)
    return [tally for _receiver, tallies in answers for tally in tallies or ()]


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_cache=True)
    return response
