"""The page on which a resident sends a submission, and the place search beside it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from geodata.coordinates import BadCoordinates
from reports import geocoding
from reports.actions.submit import OutsideEveryArea, submit
from reports.forms import SubmissionForm
from reports.outside import outside_sentence


@require_http_methods(["GET", "HEAD", "POST"])
def new_submission(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        asked = {name: request.GET[name] for name in ("lon", "lat", "kind") if name in request.GET}
        return _page(request, SubmissionForm(initial=asked))
    form = SubmissionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        sent = submit(**_arguments(form.cleaned_data))
    except OutsideEveryArea:
        form.add_error("lon", outside_sentence(form.cleaned_data["pin"]))
        return _page(request, form, status=400)
    return redirect(f"{sent.submission.get_absolute_url()}?sent")


def _arguments(given: dict[str, Any]) -> dict[str, Any]:
    names = ("pin", "category", "description", "client_uuid", "address", "reporter_email", "photos")
    return {name: given[name] for name in names}


def _page(request: HttpRequest, form: SubmissionForm, *, status: int = 200) -> HttpResponse:
    lost_photos = status == 400 and bool(request.FILES)
    context = {"form": form, "lost_photos": lost_photos}
    return render(request, "reports/submission_new.html", context, status=status)


@require_safe
def places(request: HttpRequest) -> JsonResponse:
    """Places for the text `q`, for the search beside the map."""
    text = request.GET.get("q", "")[:200]
    try:
        found = geocoding.search(text)
    except BadCoordinates as bad:
        return JsonResponse({"places": [], "message": str(bad)}, status=400)
    message = "" if found.places else _("Nothing was found.")
    if not found.is_complete:
        message = _("The address search does not answer; names of municipalities still work.")
    rows = [{"label": p.label, "lon": p.lon, "lat": p.lat} for p in found.places]
    return JsonResponse({"places": rows, "message": message})
