"""What the buttons of an overlay's page do: try a mapping, publish, withdraw, note, read again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.staff import user_of
from layers import actions
from layers.errors import CannotPublish
from layers.forms import VersionForm
from layers.mapping import MEANINGS
from layers.models import Visibility
from layers.overlay_forms import NoteForm
from layers.views.loading import import_of, overlay_to_publish, overlay_to_upload_to
from layers.views.overlay import overlay_page
from layers.views.version_page import context_of


@require_POST
@login_required
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """With `verb=try` nothing is written: the page comes back with the mapping tried."""
    found = overlay_to_publish(request.user, slug)
    version = import_of(found, request.POST.get("import"))
    if request.POST.get("verb") == "try":
        return overlay_page(request, found, VersionForm(), version=version, mapping=request.POST)
    chosen = {key: request.POST[key] for key in MEANINGS if key in request.POST}
    has_consented = request.POST.get("consent") == "yes"
    try:
        actions.publish(
            overlay_import=version, by=user_of(request), has_consented=has_consented, **chosen
        )
    except CannotPublish as refused:
        messages.error(request, refused.message)
        found = overlay_to_publish(request.user, slug)
        return overlay_page(request, found, VersionForm(), status=409, version=version)
    messages.success(request, _SHOWN[Visibility(found.visibility)]() % found.name)
    return redirect("layers:overlay", slug)


_SHOWN = {
    Visibility.PUBLIC: lambda: _("“%s” is on the public map."),
    Visibility.STAFF: lambda: _("“%s” is published: signed-in staff see it."),
    Visibility.LINK: lambda: _("“%s” is published: those who have its link see it."),
}


@require_POST
@login_required
def rows(request: HttpRequest, slug: str) -> HttpResponse:
    """The first shapes as a mapping reads them: what the page swaps in while one chooses."""
    found = overlay_to_upload_to(request.user, slug)
    version = import_of(found, request.POST.get("import"))
    context = context_of(request, found, version, request.POST)
    return render(request, "layers/_mapping_rows.html", {"overlay": found, **context})


@require_POST
@login_required
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    found = overlay_to_publish(request.user, slug)
    actions.withdraw(overlay=found, by=user_of(request))
    messages.success(request, _("“%s” is no longer on the public map.") % found.name)
    return redirect("layers:overlay", slug)


@require_POST
@login_required
def note(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    version = import_of(overlay_to_upload_to(request.user, slug), pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        actions.note(overlay_import=version, text=form.cleaned_data["note"], by=user_of(request))
        messages.success(request, _("The note is kept."))
    else:
        messages.error(request, _("A note has 500 characters at most."))
    return redirect(reverse("layers:overlay", args=[slug]) + f"?import={pk}")
