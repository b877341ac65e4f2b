"""JSON bodies as Python, or refused at the door."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.parser import Parser


class StrictParser(Parser):
    """Refuses what breaks later: bottomless nesting, NaN, NUL, lone surrogates."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            parsed = json.loads(request.body, parse_constant=_refuse_constant)
            _check(json.dumps(parsed, ensure_ascii=False))
        except (ValueError, RecursionError):
            raise HttpError(400, _("The body is not JSON that can be read.")) from None
        return parsed


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _check(text: str) -> None:
    text.encode("utf-8")  # a lone surrogate raises UnicodeEncodeError, a ValueError
    if "\\u0000" in text:
        raise ValueError("NUL")
