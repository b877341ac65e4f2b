"""Checks at start that name what is missing in plain words."""

import re
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

LEAST_POSTGIS = (3, 3)
EMBED_ORIGIN = re.compile(r"\*|https?://(\*\.)?[a-z0-9.-]+(:\d{1,5})?", re.ASCII | re.IGNORECASE)


@register(Tags.security)
def secret_key_is_given(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    try:
        if settings.SECRET_KEY:
            return []
    except ImproperlyConfigured:
        pass  # Django refuses to hand out an empty one
    return [
        Error(
            "There is no secret key.",
            hint="Set CANTONNIER_SECRET_KEY to 50 random characters, or run script/setup, which"
            " keeps one in the state folder.",
            id="cantonnier.E001",
        )
    ]


@register(Tags.urls)
def site_url_is_whole(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme in ("http", "https") and parts.netloc:
        return []
    return [
        Error(
            f"CANTONNIER_SITE_URL is {settings.SITE_URL!r}, which no mail can link to.",
            hint="Write it whole, such as https://signaler.example.fr",
            id="cantonnier.E002",
        )
    ]


@register(Tags.urls)
def tile_url_is_a_template(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    url = settings.BASEMAP_URL
    if not url or all(part in url for part in ("{z}", "{x}", "{y}")):
        return []
    return [
        Error(
            "CANTONNIER_BASEMAP_URL has no {z}, {x} and {y}.",
            hint="Write a tile template, or leave it empty for our own areas alone.",
            id="cantonnier.E003",
        )
    ]


@register(Tags.caches)
def cache_url_is_of_a_kind_we_know(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    url = settings.CACHE_URL
    if not url or urlsplit(url).scheme in settings.CACHE_SCHEMES:
        return _client_of(urlsplit(url).scheme)
    # The scheme alone: the rest may hold a password.
    return [
        Error(
            f"CANTONNIER_CACHE_URL begins with {url.partition(':')[0]!r}, a cache that is not"
            " known here."
            if ":" in url
            else "CANTONNIER_CACHE_URL is not the URL of a cache.",
            hint="Write redis://host:6379/0, rediss://… or locmem://, or leave it empty for none.",
            id="cantonnier.E005",
        )
    ]


def _client_of(scheme: str) -> list[CheckMessage]:
    if not scheme.startswith("redis") or find_spec("redis"):
        return []
    return [
        Error(
            "CANTONNIER_CACHE_URL names a shared cache, and its client is not installed.",
            hint="Install the package redis (cantonnier[shared-cache]), or leave it empty.",
            id="cantonnier.E007",
        )
    ]


@register(Tags.security)
def embed_origins_are_origins(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    bad = [origin for origin in settings.EMBED_ORIGINS if not EMBED_ORIGIN.fullmatch(origin)]
    return [
        Error(
            f"CANTONNIER_EMBED_ORIGINS names {origin!r}, which is not an origin.",
            hint="Write https://www.example.fr or https://*.example.fr, without a path; * for"
            " everybody, nothing for nobody.",
            id="cantonnier.E006",
        )
        for origin in bad
    ]


@register(Tags.database)
def postgis_is_there(
    app_configs: Sequence[AppConfig] | None, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked only where Django checks databases (migrate, check --database default)."""
    if "default" not in (databases or ()):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT default_version FROM pg_available_extensions WHERE name = 'postgis'")
        row = cursor.fetchone()
    return _judge_postgis(row[0] if row else None)


def _judge_postgis(version: str | None) -> list[CheckMessage]:
    if version is None:
        return [
            Error(
                "PostGIS is not installed beside this PostgreSQL.",
                hint="On Debian: apt-get install postgresql-postgis; elsewhere see postgis.net.",
                id="cantonnier.E004",
            )
        ]
    if tuple(int(part) for part in version.split(".")[:2]) < LEAST_POSTGIS:
        return [
            Warning(
                f"PostGIS is {version}; Cantonnier is tested with 3.3 and newer.",
                id="cantonnier.W001",
            )
        ]
    return []
