"""Links inside the page of an overlay."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from layers.models import Overlay, OverlayImport

register = template.Library()


@register.simple_tag(takes_context=True)
def page_link(
    context: dict[str, Any], overlay: Overlay, version: OverlayImport, name: str, value: object
) -> str:
    """The page of `version` with everything as the address has it, but `name` = `value`; '' or
    another filter begins its list anew."""
    query = context["request"].GET.copy()
    query["import"] = str(version.pk)
    query[name] = str(value)
    for list_name in {"severity": ["findings"], "change": ["page"]}.get(name, []):
        query.pop(list_name, None)
    kept = [(key, text) for key in query for text in [query[key]] if text]
    query.clear()
    for key, text in kept:
        query[key] = text
    return f"{reverse('layers:overlay', args=[overlay.slug])}?{query.urlencode()}"
