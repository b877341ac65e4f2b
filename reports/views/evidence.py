"""Staff look at evidence around a pin, then add it to the submission's public history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.staff import user_of
from geodata import evidence
from reports.actions.evidence import NoSuchEvidence, add_evidence
from reports.actions.recording import NotYours
from reports.evidence_form import EvidenceForm
from reports.models import Event, EventKind, Submission
from reports.views.transfer import to_handle


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest, ref: str) -> HttpResponse:
    """GET with parameters shows what would be added; POST adds it."""
    submission = to_handle(request, ref)
    given = request.POST or request.GET or None
    form = EvidenceForm(given, sources=evidence.sources())
    if given is None:
        return _page(request, submission, form)
    if not form.is_valid():
        return _page(request, submission, form, status=400)
    try:
        if request.method != "POST":
            return _page(request, submission, form, shown=_preview(submission, form.cleaned_data))
        add_evidence(submission=submission, by=user_of(request), **form.cleaned_data)
    except NotYours:
        raise PermissionDenied from None
    except (NoSuchEvidence, KeyError):
        form.add_error("source", _("This evidence is no longer public: choose another one."))
        return _page(request, submission, form, status=409)
    messages.success(request, _("Saved."))
    return redirect("reports:triage_submission", ref=submission.ref)


def _preview(submission: Submission, given: dict[str, Any]) -> dict[str, Any]:
    """The snapshot as its event would show it; nothing is stored."""
    asked = {name: given[name] for name in ("radius_m", "first_year", "last_year")}
    snapshot = evidence.frozen(evidence.find(given["source"], submission.pin, **asked), **asked)
    return Event(kind=EventKind.EVIDENCE, data={"evidence": snapshot}).evidence


def _page(
    request: HttpRequest,
    submission: Submission,
    form: EvidenceForm,
    *,
    shown: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "submission": submission,
        "form": form,
        "evidence": shown,
        "has_sources": bool(evidence.sources()),
    }
    return render(request, "reports/evidence.html", context, status=status)
