"""What other apps hang on the page of an area, such as the overlay that it was made of.

The page knows nothing of overlays: who has something to say registers a provider when the process
starts (`AppConfig.ready`), and the page asks for all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geodata.models import Area


@dataclass(frozen=True, slots=True)
class PageLink:
    """A sentence in the reader's language, and the page that it leads to."""

    sentence: str
    url: str


Provider = Callable[["Area", Any], Iterable[PageLink]]
"""Gets the area and who looks at its page; answers with what that person may see."""

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    if provider not in _providers:
        _providers.append(provider)


def links_of(area: Area, user: Any) -> list[PageLink]:
    return [link for provider in _providers for link in provider(area, user)]
