"""Addresses and links of the OGC doors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from geodata.ogc.negotiation import HTML, JSON


def path_to(name: str, **kwargs: Any) -> str:
    return reverse(f"ogc:{name}", kwargs=kwargs)


def url_of(request: HttpRequest, name: str, **kwargs: Any) -> str:
    return request.build_absolute_uri(path_to(name, **kwargs))


def link(rel: str, href: str, type: str = JSON, title: str = "", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"rel": rel, "href": href, "type": type}
    if title:
        made["title"] = str(title)
    return made | more


def in_both_forms(request: HttpRequest, type: str = JSON) -> list[dict[str, Any]]:
    """`self` as JSON and `alternate` as a page, with the question as it was asked."""
    links = []
    for rel, form, kind in (("self", "json", type), ("alternate", "html", HTML)):
        query = request.GET.copy()
        query["f"] = form
        href = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        links.append(link(rel, href, kind))
    return links
