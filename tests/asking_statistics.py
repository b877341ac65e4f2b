"""What the doors of statistics are asked, and what they say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from reports.models import Submission
from tests.submissions import pinned

API = "/api/v1/statistics"
PARIS = timezone.get_default_timezone()


def told(client: Client, query: str = "", path: str = API) -> dict[str, Any]:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def sent_on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def sent(day: str, **fields: Any) -> Submission:
    """One in commune A, sent on a day and closed where `closed_at` says so."""
    return pinned(0.3, 45.3, created_at=sent_on(day), **fields)
