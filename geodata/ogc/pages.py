"""What an OGC page for people shows: every document is told with the same few parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.html import escape, format_html


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    href: str = ""
    is_code: bool = False

    def __str__(self) -> str:
        """As HTML: an `include` for each of 4,000 took a second."""
        shown = format_html("<code>{}</code>", self.text) if self.is_code else escape(self.text)
        return format_html('<a href="{}">{}</a>', self.href, shown) if self.href else shown


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` have as many cells as `heads`; the first cell of a row is its head."""

    caption: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """`crumbs` are the pages above; `form` is what the form of `/items` needs."""

    title: str
    crumbs: tuple[Cell, ...]
    intro: str = ""
    facts: Sequence[tuple[str, Cell]] = ()
    links: Sequence[Cell] = ()
    tables: Sequence[Table] = ()
    errors: tuple[str, ...] = ()
    code: str = ""
    next_url: str = ""
    form: dict[str, Any] = field(default_factory=dict)
    template: str = "ogc/page.html"


def told(value: Any) -> str:
    """A property of a feature as text."""
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):  # to the minute: the rest is for programs
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)
