"""How many different things one client may ask for in a minute.

Counted in Django's cache `limits`: by process on one machine, by all of them where the cache is
shared (Redis).  What is kept is a keyed digest of the client's address, for a minute.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from geodata.problems import Refused

WINDOW_S = 60


class TooMany(Refused):
    """429, with the seconds after which the next minute begins."""

    status = 429


def client_address(request: HttpRequest) -> str:
    """Who asks.  Behind a proxy of ours, whom that proxy names last in `X-Forwarded-For`: what
    stands before was written by the client."""
    if settings.BEHIND_PROXY:
        named = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        if named:
            return named[:64]
    return str(request.META.get("REMOTE_ADDR", ""))


def admit(request: HttpRequest, topic: str, thing: str, *, most: int) -> None:
    """Count `thing` for the client, once a minute however often it is asked.  Raises TooMany
    beyond `most` different ones; `most` 0 counts nothing."""
    if most <= 0:
        return
    window, gone_s = divmod(time.time(), WINDOW_S)
    client = _digest(client_address(request))
    prefix = f"{topic}:{client}:{window:.0f}"
    cache = caches["limits"]
    if not cache.add(f"{prefix}:{_digest(thing)}", True, WINDOW_S):
        return
    cache.add(prefix, 0, WINDOW_S)
    try:
        count = cache.incr(prefix)
    except ValueError:  # evicted between the two: the cache is full, and counts anew
        return
    if count > most:
        cache.delete(f"{prefix}:{_digest(thing)}")  # asked again, it is refused again
        raise TooMany(
            _("Too many different questions in a minute: please wait, then ask again."),
            retry_after_s=max(1, round(WINDOW_S - gone_s)),
        )


def _digest(text: str) -> str:
    return salted_hmac("geodata.rate_limits", text).hexdigest()[:20]
