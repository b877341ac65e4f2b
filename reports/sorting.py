"""The orders of lists: each a key that an index or a bounded set can give, then the id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Sort:
    """`key` is a field, or the annotation `distance_mm` that `SubmissionQuerySet.near` makes.
    Keys are moments, or whole millimetres: both go through a cursor as one integer, exactly."""

    name: str
    label: Promise
    key: str
    is_descending: bool

    @property
    def is_by_sending(self) -> bool:
        """Whether links of areas hold the key, too."""
        return self.key == "created_at"

    def as_number(self, value: Any) -> int:
        return (value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else int(value)

    def from_number(self, number: int) -> datetime | int:
        """Raises OverflowError."""
        if self.key == "distance_mm":
            return number
        return _EPOCH + number * _MICROSECOND


NEWEST = Sort("newest", _("Newest first"), "created_at", True)
OLDEST = Sort("oldest", _("Oldest first"), "created_at", False)
CHANGED = Sort("changed", _("Recently changed first"), "updated_at", True)
NEAR = Sort("near", _("Nearest first"), "distance_mm", False)
SORTS = (NEWEST, OLDEST, CHANGED, NEAR)
