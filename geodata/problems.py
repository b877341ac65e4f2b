"""Refusals as RFC 9457 documents: what a program can read and a person can act on."""

from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

Errors = dict[str, list[str]]


class BadParameters(ValueError):
    """What an API's functions raise; `errors` maps parameters or fields to sentences."""

    def __init__(self, errors: Errors, *, status: int = 400) -> None:
        super().__init__(errors)
        self.errors = errors
        self.status = status


class NotFound(LookupError):
    """404; `str()` is a sentence for the caller."""


def problem(status: int, detail: str = "", *, errors: Errors | None = None) -> JsonResponse:
    """`errors` maps parameters to sentences; without a `detail` they make it."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase}
    body["status"] = status
    body["detail"] = detail or " ".join(
        f"{name}: {' '.join(texts)}" for name, texts in (errors or {}).items()
    )
    if errors:
        body["errors"] = errors
    return JsonResponse(
        body, status=status, content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )  # fmt: skip
