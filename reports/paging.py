"""Pages of submissions by key and never by offset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from reports.models import Submission
from reports.querysets import SubmissionQuerySet
from reports.sorting import NEWEST, Sort

MOST_ON_A_PAGE = 500
LONGEST_CURSOR = 200


@cache
def _signer() -> Signer:
    """Made when first asked: without a secret key, the checks have to be able to say so."""
    return Signer(sep=".", salt="reports.paging")


class BadCursor(ValueError):
    """The cursor is none that we have given; `str()` is a sentence for the caller."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some submissions, and the cursor of those after them ('' on the last page)."""

    rows: Sequence[Submission]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page ends: the number of the order's key (`Sort.as_number`), then the id."""

    number: int
    pk: int


def page_of(
    submissions: SubmissionQuerySet,
    *,
    sort: Sort = NEWEST,
    cursor: str = "",
    limit: int = 50,
    bound_to: str = "",
) -> Page:
    """`limit` submissions after `cursor` in the order of `sort`.  Raises BadCursor for a cursor
    that was not given for the same `bound_to` (what the submissions are) and the same order."""
    ordered = after(submissions, sort, read_cursor(cursor, sort, bound_to))
    return page_from(list(ordered[: limit + 1]), sort, limit=limit, bound_to=bound_to)


def page_from(rows: Sequence[Submission], sort: Sort, *, limit: int, bound_to: str) -> Page:
    """The page that one row more than `limit` makes."""
    if len(rows) <= limit:
        return Page(rows, "")
    last = rows[limit - 1]
    key = Key(sort.as_number(getattr(last, sort.key)), last.pk)
    return Page(rows[:limit], write_cursor(key, sort, bound_to))


def after(
    submissions: SubmissionQuerySet, sort: Sort, key: Key | None, *, along: str = "", pk: str = "pk"
) -> SubmissionQuerySet:
    """In the order of `sort`, those after `key`.  `along` and `pk` name the same values elsewhere:
    on a link, whose index can then be walked."""
    column = along or sort.key
    if sort.is_descending:
        submissions = submissions.order_by(f"-{column}", f"-{pk}")
        beyond, is_past = "lte", "gte"
    else:
        submissions = submissions.order_by(column, pk)
        beyond, is_past = "gte", "lte"
    if key is None:
        return submissions
    value = sort.from_number(key.number)
    return submissions.alias(_at=F(column), _pk=F(pk)).filter(
        Q(**{f"_at__{beyond}": value}) & ~Q(**{"_at": value, f"_pk__{is_past}": key.pk})
    )


def write_cursor(key: Key, sort: Sort, bound_to: str) -> str:
    return _signer().sign(f"{key.number}_{key.pk}_{_digest(sort, bound_to)}")


def read_cursor(cursor: str, sort: Sort, bound_to: str) -> Key | None:
    """None for the first page.  Raises BadCursor."""
    if not cursor:
        return None
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise BadSignature
        number, pk, digest = _signer().unsign(cursor).split("_")
    except (BadSignature, ValueError):
        raise BadCursor(
            _("This page marker is not one of ours: start at the first page.")
        ) from None
    if digest != _digest(sort, bound_to):
        raise BadCursor(
            _("This page marker belongs to another filter or order: start at the first page.")
        )
    return Key(int(number), int(pk))


def _digest(sort: Sort, bound_to: str) -> str:
    return salted_hmac("reports.paging", f"{sort.name}?{bound_to}").hexdigest()[:12]


def cursor_of(given: Any) -> str:
    """The cursor of a URL's parameters."""
    return str(given.get("cursor", ""))
