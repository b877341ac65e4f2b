"""`/overlays/<slug>/`: what a version holds, what is wrong with it, what it changes."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.staff import user_of
from layers import actions
from layers.forms import VersionForm
from layers.models import Overlay, OverlayImport
from layers.permissions import can_promote, can_publish, can_upload
from layers.views.loading import import_of, overlay_to_look_at, overlay_to_upload_to
from layers.views.version_page import context_of

SHOWN_EVENTS = 10


@never_cache
@require_safe
@login_required
def overlay(request: HttpRequest, slug: str) -> HttpResponse:
    found = overlay_to_look_at(request.user, slug)
    return overlay_page(request, found, VersionForm())


@require_POST
@login_required
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    found = overlay_to_upload_to(request.user, slug)
    form = VersionForm(request.POST, request.FILES)
    if not form.is_valid():
        return overlay_page(request, found, form, status=400)
    version = actions.upload(
        overlay=found,
        name=found.name,
        collectivity=found.collectivity,
        by=user_of(request),
        **form.cleaned_data,
    )
    tell_of_twin(request, version)
    return redirect("layers:overlay", slug)


def tell_of_twin(request: HttpRequest, version: OverlayImport) -> None:
    """The very same bytes once more: taken, and said."""
    twin = version.twin()
    if twin is not None:
        said = _("This file is the same, byte for byte, as the version of %(day)s.")
        messages.warning(
            request, said % {"day": date_format(twin.uploaded_at, "SHORT_DATETIME_FORMAT")}
        )


def overlay_page(
    request: HttpRequest,
    found: Overlay,
    form: VersionForm,
    *,
    status: int = 200,
    version: OverlayImport | None = None,
    mapping: QueryDict | None = None,
) -> HttpResponse:
    versions = list(found.imports.select_related("uploaded_by"))
    wanted = request.GET.get("import")
    shown = version or (import_of(found, wanted) if wanted else next(iter(versions), None))
    context = {
        "overlay": found,
        "versions": versions,
        "form": form,
        "may_upload": can_upload(request.user, found),
        "may_publish": can_publish(request.user, found),
        "may_promote": can_promote(request.user, found),
        "version": shown,
        "twin": shown.twin() if shown else None,
        "events": found.events.select_related("by", "overlay_import")[:SHOWN_EVENTS],
        "has_more_events": found.events.count() > SHOWN_EVENTS,
        **(context_of(request, found, shown, mapping) if shown else {}),
    }
    return render(request, "layers/overlay.html", context, status=status)
