"""The page that says that we failed stands by itself, whatever has broken."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import trans_real

FRENCH = "L’erreur a été notée."
ENGLISH = "The fault is noted."


@pytest.fixture(autouse=True)
def no_manifest(settings: Any) -> None:
    """As in a deployment where `collectstatic` has not been run: no page of ours can be drawn."""
    settings.STATIC_ROOT = "/nowhere"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "config.storage.StaticStorage"},
    }


def failed(path: str, language: str = "fr") -> HttpResponse:
    client = Client(raise_request_exception=False)
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 500
    return answer


def test_without_the_manifest_of_static_files(db: None) -> None:
    answer = failed("/")
    assert FRENCH in answer.content.decode()
    assert 'href="/static/css/site.css"' in answer.content.decode()
    assert "default-src" in answer["Content-Security-Policy"]


def test_without_a_database() -> None:
    """This test may not ask it anything."""
    assert FRENCH in failed("/").content.decode()


def test_without_translations(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> str:
        raise OSError("no catalogue")

    for name in ("gettext", "pgettext", "ngettext", "npgettext"):
        monkeypatch.setattr(trans_real, name, broken)
    answer = failed("/")
    assert FRENCH in answer.content.decode()
    assert '<html lang="fr">' in answer.content.decode()


def test_in_english_for_who_reads_english() -> None:
    html = failed("/", "en").content.decode()
    assert ENGLISH in html
    assert FRENCH not in html
    assert '<html lang="en">' in html
