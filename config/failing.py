"""The page of a fault of ours."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseServerError
from django.template import loader
from django.utils.translation import get_language


def server_error(request: HttpRequest) -> HttpResponseServerError:
    """It leans on nothing that may have broken: no database, no names of static files from the
    manifest, no catalogue of translations.  Both languages stand in the template."""
    known = {"language": get_language() or settings.LANGUAGE_CODE, "static": settings.STATIC_URL}
    return HttpResponseServerError(loader.render_to_string("500.html", known))
