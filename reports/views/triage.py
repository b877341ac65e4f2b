"""Staff find submissions by area and work on them.  The URL is the state of the list."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.staff import user_of
from geodata.problems import Refused, with_headers
from reports.actions import triage as actions
from reports.actions.recording import NothingToSay, NotYours
from reports.areas import areas_around
from reports.doors import PAGE_EXTRAS, bounded
from reports.filters import SubmissionFilter
from reports.listing import Desk
from reports.models import Submission
from reports.paging import BadCursor, Page, cursor_of
from reports.permissions import can_handle, can_read_contact
from reports.triage_form import TriageForm

PAGE_SIZE = 25


@require_safe
@login_required
def triage(request: HttpRequest) -> HttpResponse:
    """The submissions of the user's collectivities, and no others."""
    user = user_of(request)
    desk = Desk(user)
    wanted = SubmissionFilter(request.GET, extras=PAGE_EXTRAS)
    page, problem, status, headers = Page([], ""), "", 200, {}
    try:
        if wanted.is_valid():
            page = _triaged(request, wanted, desk)
        else:
            status = 400
    except BadCursor as bad:
        problem, status = str(bad), 400
    except Refused as refused:
        problem, status, headers = str(refused), refused.status, refused.headers
    context = {
        "filter": wanted,
        "page": page,
        "problem": problem,
        "areas": areas_around(desk.newest(), chosen=wanted.chosen_areas),
        "collectivities": desk.collectivities,
    }
    return with_headers(render(request, "reports/triage.html", context, status=status), headers)


def _triaged(request: HttpRequest, wanted: SubmissionFilter, desk: Desk) -> Page:
    with bounded(request, wanted):
        return desk.page(wanted, cursor=cursor_of(request.GET), limit=PAGE_SIZE)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def triage_submission(request: HttpRequest, ref: str) -> HttpResponse:
    user = user_of(request)
    mine = Submission.objects.triaged_by(user).with_page_parts()
    submission = get_object_or_404(mine, ref=ref.upper())
    form = TriageForm(request.POST or None, submission=submission)
    if request.method == "POST" and form.is_valid():
        refused = _carry_out(form, submission, user)
        if refused is None:
            messages.success(request, _("Saved."))
            return redirect("reports:triage_submission", ref=submission.ref)
        form.add_error(None, refused[1])
        submission.refresh_from_db()
        return _page(request, submission, form, status=refused[0])
    return _page(request, submission, form, status=400 if form.errors else 200)


def _carry_out(form: TriageForm, submission: Submission, user: User) -> tuple[int, str] | None:
    """Do what the form asks; the status and sentence of a refusal, or None."""
    try:
        form.carry_out(submission=submission, by=user)
    except NotYours:
        return 403, _("Another collectivity answers for this one: you can read it, not change it.")
    except actions.ChangedMeanwhile:
        return 409, _("A colleague changed it meanwhile: read the history, then decide again.")
    except actions.TransitionNotAllowed as refused:
        return 400, str(refused)
    except NothingToSay:
        return 400, _("Write a few words first.")
    return None


def _page(
    request: HttpRequest, submission: Submission, form: TriageForm, *, status: int
) -> HttpResponse:
    may_handle = can_handle(request.user, submission)
    context = {
        "submission": submission,
        "form": form,
        "may_handle": may_handle,
        "may_read_contact": can_read_contact(request.user, submission),
    }
    return render(request, "reports/triage_submission.html", context, status=status)
