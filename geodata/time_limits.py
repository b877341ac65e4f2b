"""No statement of a block may take longer than it is given: the database ends it, not a proxy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from geodata.problems import Refused

_READ = "SELECT current_setting('statement_timeout')"
_SET = "SELECT set_config('statement_timeout', %s, TRUE)"


class TooSlow(Refused):
    """422: it is the question that is too big."""

    status = 422


@contextmanager
def time_limit(limit_s: float) -> Iterator[None]:
    """Each statement inside may take `limit_s` seconds.  Raises TooSlow; nothing of the block's
    transaction is kept then.  Three short round trips (BEGIN, SET LOCAL, COMMIT)."""
    is_inner = connection.in_atomic_block
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            before = ""
            if is_inner:
                cursor.execute(_READ)
                before = cursor.fetchone()[0]
            cursor.execute(_SET, [f"{max(1, round(limit_s * 1000))}ms"])
            yield
            if is_inner:  # SET LOCAL would last until the outer transaction ends
                cursor.execute(_SET, [before])
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise too_slow() from error
        raise


def too_slow() -> TooSlow:
    return TooSlow(
        _("This question takes too long to answer: narrow it by an area, dates or a category.")
    )
