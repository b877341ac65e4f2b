"""Refusals as RFC 9457 documents: what a program can read and a person can act on."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from django.http import HttpResponseBase, JsonResponse

Errors = dict[str, list[str]]
Answer = TypeVar("Answer", bound=HttpResponseBase)


class BadParameters(ValueError):
    """What an API's functions raise; `errors` maps parameters or fields to sentences."""

    def __init__(self, errors: Errors, *, status: int = 400) -> None:
        super().__init__(errors)
        self.errors = errors
        self.status = status


class Refused(Exception):
    """A question that is understood and not answered; `str()` is a sentence for the caller."""

    status = 400

    def __init__(self, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}


class NotFound(LookupError):
    """404; `str()` is a sentence for the caller, `instead` the addresses of what took its place."""

    def __init__(self, sentence: str, *, instead: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.instead = tuple(instead)

    @property
    def headers(self) -> dict[str, str]:
        """As RFC 8288 has links; the relation is that of RFC 5829, section 3.4."""
        links = (f'<{url}>; rel="successor-version"' for url in self.instead)
        return {"Link": ", ".join(links)} if self.instead else {}


def refusal(refused: Refused) -> JsonResponse:
    return with_headers(problem(refused.status, str(refused)), refused.headers)


def with_headers(response: Answer, headers: Mapping[str, str]) -> Answer:
    for name, value in headers.items():
        response[name] = value
    return response


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
