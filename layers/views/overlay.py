"""`/overlays/<slug>/`: what a version holds, what is wrong with it, and the buttons."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.staff import user_of
from layers import actions
from layers.errors import CannotPublish
from layers.forms import VersionForm
from layers.models import Overlay, OverlayImport, Severity
from layers.permissions import can_manage
from layers.tiles import preview_of
from layers.views.loading import import_of, overlay_to_look_at, overlay_to_manage

SHOWN_FINDINGS = 200
SHOWN_FEATURES = 20


@never_cache
@require_safe
@login_required
def overlay(request: HttpRequest, slug: str) -> HttpResponse:
    found = overlay_to_look_at(request.user, slug)
    return _page(request, found, VersionForm())


@require_POST
@login_required
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    found = overlay_to_manage(request.user, slug)
    form = VersionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form, status=400)
    actions.upload(
        overlay=found,
        name=found.name,
        collectivity=found.collectivity,
        file=form.cleaned_data["file"],
        by=user_of(request),
    )
    return redirect("layers:overlay", slug)


@require_POST
@login_required
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    found = overlay_to_manage(request.user, slug)
    version = import_of(found, request.POST.get("import"))
    try:
        actions.publish(
            overlay_import=version,
            by=user_of(request),
            name_field=request.POST.get("name_field"),
        )
    except CannotPublish as refused:
        messages.error(request, refused.message)
        found = overlay_to_manage(request.user, slug)
        return _page(request, found, VersionForm(), status=409, version=version)
    messages.success(request, _("“%s” is on the public map.") % found.name)
    return redirect("layers:overlay", slug)


@require_POST
@login_required
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    found = overlay_to_manage(request.user, slug)
    actions.withdraw(overlay=found, by=user_of(request))
    messages.success(request, _("“%s” is no longer on the public map.") % found.name)
    return redirect("layers:overlay", slug)


def _page(
    request: HttpRequest,
    found: Overlay,
    form: VersionForm,
    *,
    status: int = 200,
    version: OverlayImport | None = None,
) -> HttpResponse:
    versions = list(found.imports.select_related("uploaded_by"))
    wanted = request.GET.get("import")
    shown = version or (import_of(found, wanted) if wanted else next(iter(versions), None))
    context = {
        "overlay": found,
        "versions": versions,
        "form": form,
        "may_manage": can_manage(request.user, found),
        "version": shown,
        **(_of_version(shown, request.GET.get("severity", "")) if shown else {}),
    }
    return render(request, "layers/overlay.html", context, status=status)


def _of_version(version: OverlayImport, severity: str) -> dict[str, Any]:
    findings = version.findings.all()
    if severity in Severity.values:
        findings = findings.filter(severity=severity)
    return {
        "severity": severity if severity in Severity.values else "",
        "severities": version.severity_counts(),
        "findings": findings[:SHOWN_FINDINGS],
        "finding_count": findings.count(),
        "folders": version.features.folders(),
        "field_names": version.features.field_names(),
        "preview": preview_of(version),
        "features": version.features.with_shown_name().defer("geom_3857")[:SHOWN_FEATURES],
    }
