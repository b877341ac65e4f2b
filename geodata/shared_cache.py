"""The cache that all processes share, on Redis or Valkey: without it, tiles are drawn as before."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

Answer = TypeVar("Answer")

PAUSE_S: Final = 5.0
"""After a failure a thread does not ask for so long: a server that is away costs it one wait in
five seconds, not one for each tile."""
logger = logging.getLogger(__name__)


class SharedCache(RedisCache):
    """A server that fails is a cache that has nothing: only good for what can be made again."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._away_until = 0.0

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        ask = super().get
        return self._or(default, lambda: ask(key, default, version))

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        tell = super().set
        self._or(None, lambda: tell(key, value, *args, **kwargs))

    def _or(self, nothing: Answer, ask: Callable[[], Answer]) -> Answer:
        if time.monotonic() < self._away_until:
            return nothing
        try:
            return ask()
        except (RedisError, OSError) as error:
            self._away_until = time.monotonic() + PAUSE_S
            logger.warning("shared cache is away", extra={"why": type(error).__name__})
            return nothing
