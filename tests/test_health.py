"""What supervisors ask, and what is said at start when something is missing."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` as an administrator runs it: the product's settings, not the tests'."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**kept, "CANTONNIER_VAR": "/nonexistent", **environment},
        text=True,
        capture_output=True,
        timeout=60,
    )


def test_live_answers_without_a_query(client: Client) -> None:
    assert client.get("/health/live").content == b"ok\n"


def test_ready_names_the_missing_worker(client: Client, db: None) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["database"] == "ok"
    assert answer.json()["migrations"] == "ok"
    assert "No job worker runs" in answer.json()["worker"]


def test_ready_with_a_worker_that_was_heard_of(client: Client, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert client.get("/health/ready").json() == {
        "ready": True,
        "database": "ok",
        "migrations": "ok",
        "worker": "ok",
    }


def test_production_settings_pass_the_deployment_checks() -> None:
    checked = manage(
        "check", "--deploy", "--fail-level", "WARNING", CANTONNIER_SECRET_KEY="0aB9-" * 12
    )
    assert checked.returncode == 0, checked.stderr
    assert "no issues (0 silenced)" in checked.stdout


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "There is no secret key"),
        ({"CANTONNIER_SITE_URL": "signaler.example.fr"}, "which no mail can link to"),
        ({"CANTONNIER_BASEMAP_URL": "https://tiles.example.org/"}, "has no {z}, {x} and {y}"),
    ],
)
def test_a_bad_setting_is_named_in_plain_words(environment: dict[str, str], sentence: str) -> None:
    given = {"CANTONNIER_SECRET_KEY": "0aB9-" * 12, **environment} if environment else {}
    checked = manage("check", **given)
    assert checked.returncode == 1
    assert sentence in checked.stderr


def test_a_database_that_does_not_answer_is_named_with_what_to_do() -> None:
    checked = manage(
        "check", "--database", "default",
        CANTONNIER_SECRET_KEY="0aB9-" * 12,
        DATABASE_URL="postgis://nobody@%2Fnonexistent/none",
    )  # fmt: skip
    assert checked.returncode == 1
    assert "The database cannot be reached" in checked.stderr
    assert "script/db start" in checked.stderr


@pytest.mark.parametrize("url", ["memcached://:secret@cache:11211", "secret-cache"])
def test_a_cache_of_an_unknown_kind_is_named_at_start(url: str) -> None:
    said = manage("check", CANTONNIER_SECRET_KEY="x" * 50, CANTONNIER_CACHE_URL=url)
    assert said.returncode == 1
    assert "CANTONNIER_CACHE_URL" in said.stderr
    assert "redis://host:6379/0" in said.stderr
    assert "secret" not in said.stderr
    assert "Traceback" not in said.stderr


def test_a_cache_of_a_known_kind_is_fine() -> None:
    for url in ("", "locmem://", "redis://cache:6379/0", "rediss://cache:6379/0"):
        said = manage("check", CANTONNIER_SECRET_KEY="x" * 50, CANTONNIER_CACHE_URL=url)
        assert "CANTONNIER_CACHE_URL" not in said.stderr
