"""Logs are one JSON line an event, and tell nothing of a person."""

import json
import os
import subprocess
import sys

from django.conf import settings

SCRIPT = """
import django
django.setup()
from django.test import Client
client = Client(headers={"user-agent": "Somebody's telephone"}, REMOTE_ADDR="203.0.113.7")
client.get("/health/live?lon=0.123&q=secret-words")
client.get("/submissions/track/a-secret-token/")
"""


def test_a_request_is_one_json_line_without_personal_data(db: None) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "CANTONNIER_HTTPS": "false",
        },
        text=True, capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    finished = [line for line in lines if line["event"] == "request_finished"]
    assert [line["request"] for line in finished] == [
        "GET /health/live",
        "GET /submissions/track/…/",
    ]
    assert all(line["request_id"] and line["timestamp"] for line in finished)
    for secret in ("203.0.113.7", "telephone", "0.123", "secret-words", "a-secret-token"):
        assert secret not in ran.stderr
