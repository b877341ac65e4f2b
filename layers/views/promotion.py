"""`/overlays/<slug>/promote/`: choose, see what would happen, confirm."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.staff import user_of
from geodata.editions import rehearse
from layers import actions
from layers.errors import CannotPromote
from layers.forms import PromoteForm
from layers.models import Overlay
from layers.promotion import plan
from layers.views.loading import overlay_to_promote

SHOWN = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def promote(request: HttpRequest, slug: str) -> HttpResponse:
    """A GET with the choices shows the plan; the POST with the same choices carries it out."""
    overlay = overlay_to_promote(request.user, slug)
    data = request.POST if request.method == "POST" else request.GET
    if "level" not in data:
        return _page(request, overlay, PromoteForm(overlay=overlay))
    form = PromoteForm(data, overlay=overlay)
    if not form.is_valid():
        return _page(request, overlay, form, status=400)
    if request.method != "POST":
        return _preview(request, overlay, form)
    try:
        edition = actions.promote(overlay=overlay, by=user_of(request), **form.cleaned_data)
    except CannotPromote as refused:
        messages.error(request, refused.message)
        return _preview(request, overlay, form, status=409)
    count = edition.areas.count()
    messages.success(
        request,
        ngettext("%d area was made.", "%d areas were made.", count) % count
        + " "
        + _("Submissions are being linked to them."),
    )
    return redirect("layers:overlay", slug)


def _page(
    request: HttpRequest, overlay: Overlay, form: PromoteForm, status: int = 200
) -> HttpResponse:
    return render(request, "layers/promote.html", {"overlay": overlay, "form": form}, status=status)


def _preview(
    request: HttpRequest, overlay: Overlay, form: PromoteForm, status: int = 200
) -> HttpResponse:
    planned = plan(overlay, **form.cleaned_data)
    context = {
        "overlay": overlay,
        "form": form,
        "promotion": planned,
        "obstacles": planned.obstacles[:SHOWN],
        "rows": planned.plan.rows[:SHOWN],
    }
    if not planned.obstacles:
        context["said"] = rehearse(
            planned.plan.rows,
            level=planned.plan.level,
            valid_from=planned.plan.valid_from,
            series=planned.plan.series,
        )
    return render(request, "layers/promote.html", context, status=status)


@require_POST
@login_required
def roll_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes back the areas last made of the overlay."""
    overlay = overlay_to_promote(request.user, slug)
    try:
        before = actions.roll_back(overlay=overlay, by=user_of(request))
    except CannotPromote as refused:
        messages.error(request, refused.message)
        return redirect("layers:overlay", slug)
    said = _("The areas are taken back. Submissions are being linked anew.")
    if before is not None:
        said += " " + _("Those of %(day)s are valid again.") % {
            "day": date_format(before.valid_from, "SHORT_DATE_FORMAT")
        }
    messages.success(request, said)
    return redirect("layers:overlay", slug)
