"""What an address says to a method that it does not know: a sentence, where Django says nothing."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from geodata.problems import problem

_FOR_PROGRAMS = ("/api/", "/ogc/", "/tiles/")


class SaysWhatIsAllowed:
    """Stands inside of what settles the language, and outside of every view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        return response if response.status_code != 405 else _told(request, response["Allow"])


def _told(request: HttpRequest, allowed: str) -> HttpResponseBase:
    sentence = _("This address answers to %(methods)s only.") % {"methods": allowed}
    if request.path.startswith(_FOR_PROGRAMS):
        response: HttpResponseBase = problem(405, sentence)
    else:
        response = render(request, "405.html", {"sentence": sentence}, status=405)
    response["Allow"] = allowed
    return response
