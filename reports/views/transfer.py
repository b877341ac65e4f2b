"""Pages on which staff hand a submission over or back, or move its pin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.staff import user_of
from reports.actions import transfer as actions
from reports.actions.recording import NothingToSay, NotYours
from reports.models import Submission
from reports.outside import OutsideEveryArea, outside_sentence
from reports.permissions import can_handle
from reports.transfer_forms import HandBackForm, MovePinForm, TransferForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def transfer(request: HttpRequest, ref: str) -> HttpResponse:
    """Two forms: hand over, or (`verb=back`) hand back to whom it came from."""
    submission = to_handle(request, ref)
    goes_back = request.POST.get("verb") == "back"
    over = TransferForm(
        request.POST if request.method == "POST" and not goes_back else None, submission=submission
    )
    back = HandBackForm(request.POST if goes_back else None, prefix="back")
    page = _Page(request, submission, "reports/transfer.html", {"form": over, "back": back})
    page.context["came_from"] = actions.came_from(submission)
    if request.method != "POST":
        return page.show()
    form = back if goes_back else over
    if not form.is_valid():
        return page.show(status=400)
    given = {
        "submission": submission,
        "by": user_of(request),
        "reason": form.cleaned_data["reason"],
    }
    if goes_back:
        return page.carry_out(form, lambda: actions.hand_back(**given))
    return page.carry_out(form, lambda: actions.transfer(to=form.cleaned_data["to"], **given))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def move_pin(request: HttpRequest, ref: str) -> HttpResponse:
    submission = to_handle(request, ref)
    here = {"lon": f"{submission.pin.x:.6f}", "lat": f"{submission.pin.y:.6f}"}
    form = MovePinForm(request.POST or None, initial=here)
    page = _Page(request, submission, "reports/move_pin.html", {"form": form})
    if request.method != "POST":
        return page.show()
    if not form.is_valid():
        return page.show(status=400)
    given = form.cleaned_data
    return page.carry_out(
        form,
        lambda: actions.move_pin(
            submission=submission, pin=given["pin"], by=user_of(request), reason=given["reason"]
        ),
    )


def to_handle(request: HttpRequest, ref: str) -> Submission:
    """404 for what the user does not see in triage, 403 for what is another's to handle."""
    mine = Submission.objects.triaged_by(user_of(request)).select_related("category", "responsible")
    submission = get_object_or_404(mine, ref=ref.upper())
    if not can_handle(request.user, submission):
        raise PermissionDenied
    return submission


class _Page:
    """One of the two pages: shown again with what was refused, or left when it is done."""

    def __init__(
        self, request: HttpRequest, submission: Submission, template: str, context: dict[str, Any]
    ) -> None:
        self.request, self.submission, self.template = request, submission, template
        self.context = {"submission": submission, **context}

    def show(self, *, status: int = 200) -> HttpResponse:
        return render(self.request, self.template, self.context, status=status)

    def carry_out(self, form: forms.Form, act: Callable[[], object]) -> HttpResponse:
        try:
            act()
        except NotYours:
            raise PermissionDenied from None
        except OutsideEveryArea:
            form.add_error("lon", outside_sentence(form.cleaned_data["pin"]))
        except NothingToSay:
            form.add_error("reason", _("Write a few words first."))
        except actions.CannotTransfer as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(self.request, _("Saved."))
            return redirect("reports:triage_submission", ref=self.submission.ref)
        return self.show(status=400)
