"""The signed-in user of a request, as our own type."""

from django.http import HttpRequest

from accounts.models import User


def user_of(request: HttpRequest) -> User:
    """Call it behind `login_required` only."""
    assert isinstance(request.user, User)
    return request.user
