"""The page on which a resident sends a submission, and the place search beside it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from geodata.coordinates import BadCoordinates
from geodata.locating import NotHere
from reports import geocoding
from reports.actions.submit import submit
from reports.asking import SubmissionPageForm
from reports.models import Question
from reports.outside import OutsideEveryArea, outside_sentence
from reports.routing import NotConcerned


@require_http_methods(["GET", "HEAD", "POST"])
def new_submission(request: HttpRequest) -> HttpResponse:
    """The button `check` tells who would answer and sends nothing."""
    if request.method != "POST":
        asked = {name: request.GET[name] for name in ("lon", "lat", "kind") if name in request.GET}
        return _page(request, SubmissionPageForm(initial=asked))
    form = SubmissionPageForm(request.POST, request.FILES)
    is_valid = form.is_valid()
    if "check" in request.POST and form.answer:
        return _page(request, form.only_asking())
    if not is_valid:
        return _page(request, form, status=400)
    try:
        sent = submit(**_arguments(form.cleaned_data))
    except OutsideEveryArea:
        form.add_error("lon", outside_sentence(form.cleaned_data["pin"]))
    except NotHere:  # it was, when the form looked: areas have come or gone since
        form.add_error("side", _("That is not one of the areas at the pin: choose again."))
    except NotConcerned:
        form.add_error("addressed_to", _("That collectivity has no area at the pin."))
    else:
        return redirect(f"{sent.submission.get_absolute_url()}?sent")
    return _page(request, form, status=400)


def _arguments(given: dict[str, Any]) -> dict[str, Any]:
    names = (
        "pin", "category", "description", "client_uuid", "address", "reporter_email", "photos",
        "accuracy_m", "side", "answers", "addressed_to", "may_share_contact",
    )  # fmt: skip
    return {name: given[name] for name in names}


def _page(request: HttpRequest, form: SubmissionPageForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "lost_photos": bool(request.FILES),
        "questions": Question.objects.asked(),
    }
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
