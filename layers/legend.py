"""What the signs of an overlay mean: each look, and what the shapes that have it share."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count, F, Func, IntegerField, Min
from django.urls import reverse

from layers.models import Overlay, OverlayFeature

MOST = 14
_DIMENSION = Func(F("geom"), function="ST_Dimension", output_field=IntegerField())
_DRAWN = ("stroke", "stroke_opacity", "stroke_width", "fill", "fill_opacity", "icon")


def legend(overlay: Overlay) -> dict[str, Any]:
    """`signs`, in the order of the file: each with what it draws (as in tiles, `icon` an address),
    `kind` (0 point, 1 line, 2 surface), `label` and `count`; `more` is how many did not fit."""
    rows: Any = (
        OverlayFeature.objects.filter(overlay_import=overlay.published_id)
        .with_meanings()
        .order_by()
        .annotate(group=F("shown_group"), dimension=_DIMENSION)
        .values("style", "group", "dimension")
        .annotate(count=Count("pk"), begins=Min("position"), named=Min("shown_name"))
    )
    by_look: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["begins"]):
        by_look[row["dimension"], *_look(row["style"]).items()].append(row)
    signs = [_sign(alike) for alike in by_look.values()]
    return {"signs": signs[:MOST], "more": max(0, len(signs) - MOST)}


def _look(style: dict[str, Any]) -> dict[str, Any]:
    return {key: style[key] for key in _DRAWN if key in style}


def _sign(alike: list[dict[str, Any]]) -> dict[str, Any]:
    look = _look(alike[0]["style"])
    if "icon" in look:
        look["icon"] = reverse("layers:overlay_icon", args=[look["icon"]])
    count = sum(row["count"] for row in alike)
    return {**look, "kind": alike[0]["dimension"], "label": _label(alike, count), "count": count}


def _label(alike: list[dict[str, Any]], count: int) -> str:
    """The groups that look so, or the name of the only shape that does; '' where nothing tells."""
    if count == 1 and alike[0]["named"]:
        return str(alike[0]["named"])
    groups = [row["group"] for row in alike if row["group"]]
    return ", ".join(dict.fromkeys(groups[:3])) + (" …" if len(groups) > 3 else "")
