"""`/overlays/<slug>/settings/`: name, source, licence; who sees it; its history; its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.staff import user_of
from layers import actions
from layers.actions.keeping import cannot_delete
from layers.errors import CannotDelete
from layers.models import Overlay, Visibility
from layers.overlay_forms import AccessForm, DescriptionForm
from layers.tiles import query_of
from layers.views.loading import overlay_to_look_at, overlay_to_publish


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    overlay = overlay_to_publish(request.user, slug)
    if request.method != "POST":
        return _page(request, overlay)
    form = DescriptionForm(request.POST)
    if not form.is_valid():
        return _page(request, overlay, description=form, status=400)
    actions.describe(overlay=overlay, by=user_of(request), **form.cleaned_data)
    messages.success(request, _("Kept."))
    return redirect("layers:overlay_settings", slug)


@require_POST
@login_required
def access(request: HttpRequest, slug: str) -> HttpResponse:
    overlay = overlay_to_publish(request.user, slug)
    if request.POST.get("verb") == "renew":
        actions.renew_link(overlay=overlay, by=user_of(request))
        messages.success(request, _("The link is a new one; the old one shows nothing any more."))
        return redirect("layers:overlay_settings", slug)
    form = AccessForm(request.POST)
    if not form.is_valid():
        return _page(request, overlay, access=form, status=400)
    visibility = Visibility(form.cleaned_data["visibility"])
    actions.show_to(overlay=overlay, visibility=visibility, by=user_of(request))
    messages.success(request, _("Kept."))
    return redirect("layers:overlay_settings", slug)


@require_POST
@login_required
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    overlay = overlay_to_publish(request.user, slug)
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Tick that you are sure: there is no way back."))
        return _page(request, overlay, status=400)
    try:
        actions.delete(overlay=overlay, by=user_of(request))
    except CannotDelete as refused:
        messages.error(request, refused.message)
        return _page(request, overlay, status=409)
    messages.success(request, _("“%s” is deleted.") % overlay.name)
    return redirect("layers:overlays")


@never_cache
@require_safe
@login_required
def history(request: HttpRequest, slug: str) -> HttpResponse:
    overlay = overlay_to_look_at(request.user, slug)
    events = overlay.events.select_related("by", "overlay_import")
    return render(request, "layers/history.html", {"overlay": overlay, "events": events})


def _page(
    request: HttpRequest, overlay: Overlay, *, status: int = 200, **forms: Any
) -> HttpResponse:
    link = reverse("layers:overlay_shown", args=[overlay.slug]) + query_of(overlay)
    context = {
        "overlay": overlay,
        "description": forms.get("description") or DescriptionForm(instance=overlay),
        "access": forms.get("access") or AccessForm(initial={"visibility": overlay.visibility}),
        "link": request.build_absolute_uri(link),
        "obstacle": cannot_delete(overlay),
    }
    return render(request, "layers/settings.html", context, status=status)
