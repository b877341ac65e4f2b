"""Answering what a file leaves open, and having it read again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.staff import user_of
from geodata.sources import Options
from layers import actions
from layers.answer_form import AnswerForm
from layers.errors import CannotAnswer
from layers.models import Overlay, OverlayImport
from layers.views.loading import import_of, overlay_to_upload_to


@require_POST
@login_required
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    overlay = overlay_to_upload_to(request.user, slug)
    version = import_of(overlay, pk)
    form = AnswerForm(request.POST, overlay_import=version)
    if not form.is_valid():
        return _again(request, overlay, version, form, 400)
    try:
        actions.answer(overlay_import=version, by=user_of(request), options=form.options)
    except CannotAnswer as refused:
        form.add_error(None, refused.message)
        return _again(request, overlay, version, form, 409)
    return redirect(f"{reverse('layers:overlay', args=[slug])}?import={version.pk}")


@require_POST
@login_required
def swap_axes(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Reads a version again with latitude and longitude exchanged, or as they stand."""
    overlay = overlay_to_upload_to(request.user, slug)
    version = import_of(overlay, pk)
    try:
        actions.answer(overlay_import=version, by=user_of(request), options=Options(swap_axes=True))
    except CannotAnswer as refused:
        messages.error(request, refused.message)
    return redirect(f"{reverse('layers:overlay', args=[slug])}?import={version.pk}")


def _again(
    request: HttpRequest, overlay: Overlay, version: OverlayImport, form: AnswerForm, status: int
) -> HttpResponse:
    context = {"overlay": overlay, "version": version, "answer_form": form, "may_upload": True}
    return render(request, "layers/question.html", context, status=status)
