"""What reads the ground and then writes is done again where the ground changed between the two."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection
from psycopg.errors import DeadlockDetected, ForeignKeyViolation

from reports.keeping import GroundMoved
from reports.models import SubmissionArea

MOST_TRIES = 5
"""Each failure is a change that somebody committed meanwhile: five in a row are no coincidence."""

_Given = ParamSpec("_Given")
_Done = TypeVar("_Done")


def again_on_new_ground(act: Callable[_Given, _Done]) -> Callable[_Given, _Done]:
    """`act` from its beginning where its areas went away, or others came, before it was kept.

    The failed try has left nothing behind.  Inside somebody else's transaction nothing is done
    again: what that one has read would stay as old as it is.
    """

    @wraps(act)
    def acting(*args: _Given.args, **kwargs: _Given.kwargs) -> _Done:
        tries = 1 if connection.in_atomic_block else MOST_TRIES
        for _again in range(tries - 1):
            try:
                return act(*args, **kwargs)
            except (GroundMoved, DatabaseError) as error:
                if not is_of_the_ground(error):
                    raise
        return act(*args, **kwargs)

    return acting


def is_of_the_ground(error: Exception) -> bool:
    """Whether a change of the ground was in the way, and not a fault of the act: an area that a
    link names is gone, or one of two that waited for each other was sent away."""
    cause = error.__cause__
    if isinstance(cause, ForeignKeyViolation):
        return cause.diag.table_name == SubmissionArea._meta.db_table
    return isinstance(error, GroundMoved) or isinstance(cause, DeadlockDetected)
