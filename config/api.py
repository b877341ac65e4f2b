"""The JSON API, its OpenAPI document, and the one table from exception to status."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from config.refused_values import sentence_of
from geodata.api import router as areas_router
from geodata.coordinates import BadCoordinates
from geodata.problems import BadParameters, NotFound, Refused, problem, refusal, with_headers
from reports.api import categories, locate
from reports.api.parsing import StrictParser
from reports.api.sending import router as submissions_router
from reports.api.statistics import router as statistics_router
from reports.paging import BadCursor

api = NinjaAPI(
    title="Cantonnier",
    version="1",
    description="Which areas and who answers; submissions as data. Refusals follow RFC 9457.",
    urls_namespace="api",
    docs_url=None,
    parser=StrictParser(),
)
api.add_router("", locate.router)
api.add_router("", categories.router)
api.add_router("", areas_router)
api.add_router("", submissions_router)
api.add_router("", statistics_router)


@api.exception_handler(BadCoordinates)
def bad_coordinates(request: HttpRequest, error: BadCoordinates) -> HttpResponse:
    fields = [error.field] if error.field else ["lon", "lat"]
    return problem(400, str(error), errors={field: [str(error)] for field in fields})


@api.exception_handler(BadCursor)
def bad_cursor(request: HttpRequest, error: BadCursor) -> HttpResponse:
    return problem(400, errors={"cursor": [str(error)]})


@api.exception_handler(BadParameters)
def bad_parameters(request: HttpRequest, error: BadParameters) -> HttpResponse:
    return problem(error.status, errors=error.errors)


@api.exception_handler(Refused)
def not_answered(request: HttpRequest, error: Refused) -> HttpResponse:
    """Too slow, or too many."""
    return refusal(error)


@api.exception_handler(ValidationError)
def not_of_the_form(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A parameter or body that does not fit the documented types."""
    errors: dict[str, list[str]] = {}
    for found in error.errors:
        errors.setdefault(_name_of(found["loc"]), []).append(sentence_of(found))
    return problem(400, errors=errors)


def _name_of(loc: Sequence[str | int]) -> str:
    """As it was written: ("query", "on") is on, and ("body", "sent", "lon"), of the function's
    parameter `sent`, is lon."""
    place = [str(part) for part in loc[2 if loc[0] == "body" else 1 :]]
    return ".".join(place) or "body"


@api.exception_handler(NotFound)
def no_such_thing(request: HttpRequest, error: NotFound) -> HttpResponse:
    return with_headers(problem(404, str(error)), error.headers)


@api.exception_handler(Http404)
def not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, _("There is nothing here."))


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, str(error))
