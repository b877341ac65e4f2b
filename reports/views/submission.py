"""The public page of a submission, its photos, and the page behind the secret link."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reports.actions.forget_reporter import forget_reporter
from reports.models import Photo, Submission
from reports.notifications import read_tracking_token


@require_safe
def submission(request: HttpRequest, ref: str) -> HttpResponse:
    """Hidden ones are as absent, but to the staff who may see them."""
    visible = Submission.objects.visible_to(request.user)
    found = get_object_or_404(visible.with_page_parts(), ref=ref.upper())
    if ref != found.ref:
        return redirect(found)
    context = {"submission": found, "just_sent": "sent" in request.GET}
    return render(request, "reports/submission.html", context)


@require_safe
def submission_by_id(request: HttpRequest, pk: int) -> HttpResponse:
    """From the number that a tile carries to the page, for those who may see it."""
    return redirect(get_object_or_404(Submission.objects.visible_to(request.user), pk=pk))


@require_safe
def tracked_submission(request: HttpRequest, token: str) -> HttpResponse:
    """The same page for the one who sent it: hidden or not, with their address to take back."""
    context = {"submission": _tracked_or_404(token), "token": token}
    response = render(request, "reports/submission.html", context)
    # The link is a secret: it stays out of caches and of what other sites are told.
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def forget_me(request: HttpRequest, token: str) -> HttpResponse:
    forget_reporter(submission=_tracked_or_404(token))
    messages.success(request, _("Your e-mail address is removed; no more mails will come."))
    return redirect("reports:tracked_submission", token=token)


def _tracked_or_404(token: str) -> Submission:
    pk = read_tracking_token(token)
    if pk is None:
        raise Http404
    return get_object_or_404(Submission.objects.with_page_parts(), pk=pk)


@require_safe
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """A photo is seen by those who see its submission."""
    visible = Submission.objects.visible_to(request.user)
    found = get_object_or_404(Photo.objects.filter(submission__in=visible), pk=pk)
    return FileResponse(
        found.file.open("rb"),
        content_type="image/jpeg",
        headers={"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"},
    )
