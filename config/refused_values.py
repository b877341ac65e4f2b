"""What the API says of a value that does not fit the documented type, in the reader's language.

Pydantic names what is wrong by a type of its own (https://docs.pydantic.dev/latest/errors/
validation_errors/) and words it in English only.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Sentences that Django has, too, are in its own catalogue.
_SENTENCES: Final = {
    "missing": gettext_noop("This field is required."),
    "date": gettext_noop("Write the day as year-month-day, such as 2024-01-31."),
    "int": gettext_noop("Enter a whole number."),
    "float": gettext_noop("Enter a number."),
    "finite": gettext_noop("Enter a number."),
    "bool": gettext_noop("Write true or false."),
    "string_type": gettext_noop("This has to be a text."),
    "uuid": gettext_noop("Enter a valid UUID."),
    "greater_than_equal": gettext_noop(
        "Ensure this value is greater than or equal to %(limit_value)s."
    ),
    "less_than_equal": gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
    "string_too_long": gettext_noop("At most %(limit_value)s characters."),
    "too_long": gettext_noop("At most %(limit_value)s of them."),
}
_LIMITS: Final = ("ge", "le", "max_length")
_OTHER: Final = gettext_noop("This is not of the form that /api/v1/openapi.json describes.")


def sentence_of(error: Mapping[str, Any]) -> str:
    """For one of Pydantic's errors: its `type`, and its `ctx` with the limit that was passed."""
    limits = [error.get("ctx", {}).get(name) for name in _LIMITS]
    limit = next((limit for limit in limits if limit is not None), "")
    return _(_sentence(str(error["type"]))) % {"limit_value": limit}


def _sentence(kind: str) -> str:
    """By the type, else by its first word: `date_parsing` and `date_type` are both a date."""
    return _SENTENCES.get(kind) or _SENTENCES.get(kind.partition("_")[0]) or _OTHER
