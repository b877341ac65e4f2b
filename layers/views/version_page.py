"""What the page of an overlay says of one version: findings, preview, changes, meanings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from layers.comparing import Comparison, compare
from layers.models import ChangeKind, Overlay, OverlayChange, OverlayImport, Severity
from layers.overlay_forms import MappingForm, proposed_mapping
from layers.tiles import preview_of

FINDINGS_A_PAGE = 50
SHAPES_A_PAGE = 20
FIRST_ROWS = 5
_DIGITS_MAX = 9


def context_of(
    request: HttpRequest, overlay: Overlay, version: OverlayImport, chosen: QueryDict | None
) -> dict[str, Any]:
    """`chosen` is a posted mapping that shall be tried, if any."""
    field_names = version.features.field_names()
    mapping_form = _mapping_form(overlay, version, field_names, chosen)
    mapping = _mapping_of(mapping_form)
    comparison = compare(version, mapping)
    return {
        "folders": version.features.folders(),
        "field_names": field_names,
        "to_confirm": version.findings_to_confirm().count() if version.mapping is None else 0,
        "seems_swapped": version.findings.filter(code__in=SWAPPED).exists(),
        "preview": preview_of(version),
        "comparison": comparison,
        "mapping_form": mapping_form,
        **findings_of(request, version),
        **shapes_of(request, version, mapping, comparison),
        **rows_of(version, mapping),
    }


SWAPPED = ("axes-swapped", "looks-swapped")
"""Findings that reading with exchanged axes would mend."""


def _mapping_form(
    overlay: Overlay, version: OverlayImport, field_names: list[str], chosen: QueryDict | None
) -> MappingForm:
    initial = proposed_mapping(overlay, version, field_names)
    return MappingForm(chosen, field_names=field_names, initial=initial)


def _mapping_of(form: MappingForm) -> dict[str, str]:
    """What is chosen, where it is a choice; else what is proposed."""
    if form.is_bound and form.is_valid():
        return dict(form.cleaned_data)
    return dict(form.initial)


def findings_of(request: HttpRequest, version: OverlayImport) -> dict[str, Any]:
    severity = request.GET.get("severity", "")
    severity = severity if severity in Severity.values else ""
    findings = version.findings.all()
    if severity:
        findings = findings.filter(severity=severity)
    return {
        "severity": severity,
        "severities": version.severity_counts(),
        "findings": _page(findings, request, "findings", FINDINGS_A_PAGE),
    }


def shapes_of(
    request: HttpRequest,
    version: OverlayImport,
    mapping: Mapping[str, str],
    comparison: Comparison | None,
) -> dict[str, Any]:
    """The table: all shapes, those that contain some text, or those of one kind of change."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    kind = request.GET.get("change", "")
    if comparison is None or kind not in ChangeKind.values:
        kind = ""
    shapes = version.features.all()
    if kind:
        shapes = version.shapes_changed(kind)
    elif comparison is not None:
        shapes = version.shapes_and_removed()
    shapes = shapes.with_meanings(mapping).saying(text).defer("geom_3857")
    page = _page(shapes, request, "page", SHAPES_A_PAGE)
    changes = _changes(version, page) if comparison else {}
    for shape in page:
        shape.change = changes.get(shape.pk)
    return {"q": text, "change": kind, "shapes": page}


def _changes(version: OverlayImport, page: Page[Any]) -> dict[int, OverlayChange]:
    of_page = version.changes.filter(feature__in=[shape.pk for shape in page])
    return {change.feature_id: change for change in of_page}


def rows_of(version: OverlayImport, mapping: Mapping[str, str]) -> dict[str, Any]:
    """The first shapes as `mapping` reads them, and what is wrong with its codes."""
    shapes = version.features.with_meanings(mapping)
    return {
        "first_rows": shapes.defer("geom", "geom_3857")[:FIRST_ROWS],
        "codes": shapes.code_faults() if mapping["code_field"] else None,
    }


def _page(rows: QuerySet[Any, Any], request: HttpRequest, name: str, size: int) -> Page[Any]:
    """The page that the address asks for, the nearest one there is."""
    text = request.GET.get(name, "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else 1
    return Paginator(rows, size).get_page(number)
