"""`/overlays/<slug>/reference/`: choose, see what would happen, confirm; or stop using it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.staff import user_of
from geodata.models import Reference
from geodata.road_classes import RoadClass
from layers import actions
from layers.errors import CannotRefer
from layers.forms import ReferenceForm
from layers.models import Overlay
from layers.referring import plan
from layers.views.loading import overlay_to_publish


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required("geodata.add_reference", raise_exception=True)
def reference(request: HttpRequest, slug: str) -> HttpResponse:
    """For administrators: rules everywhere may look at it."""
    overlay = overlay_to_publish(request.user, slug)
    if request.method == "POST" and request.POST.get("verb") == "stop":
        actions.stop_referring(overlay=overlay, by=user_of(request))
        messages.success(request, _("Rules no longer look at it."))
        return redirect("layers:overlay", slug)
    data = request.POST if request.method == "POST" else request.GET
    form = ReferenceForm(data if "purpose" in data else None, overlay=overlay)
    if not form.is_bound or not form.is_valid():
        return _page(request, overlay, form, status=400 if form.is_bound else 200)
    if request.method != "POST":
        return _page(request, overlay, form, is_previewed=True)
    try:
        made = actions.refer(overlay=overlay, by=user_of(request), **form.cleaned_data)
    except CannotRefer as refused:
        messages.error(request, refused.message)
        return _page(request, overlay, form, is_previewed=True, status=409)
    messages.success(request, _("Rules can look at “%(name)s” now.") % {"name": made.name})
    return redirect("layers:overlay", slug)


def _page(
    request: HttpRequest,
    overlay: Overlay,
    form: ReferenceForm,
    *,
    is_previewed: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "overlay": overlay,
        "form": form,
        "in_use": Reference.objects.filter(slug=overlay.slug, is_active=True).first(),
    }
    if is_previewed:
        referral = plan(overlay, **form.cleaned_data)
        classes = referral.plan.classes.items()
        context["referral"] = referral
        context["classes"] = [(RoadClass(kind).label, count) for kind, count in classes]
    return render(request, "layers/reference.html", context, status=status)
