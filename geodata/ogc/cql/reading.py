"""A filter in one of its two writings → the tree of the JSON writing, bounded."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from geodata.ogc.cql import text
from geodata.ogc.cql.errors import BadFilter

LONGEST = 20_000
"""Characters: an address is no longer with most servers."""
LANGUAGES = ("cql2-text", "cql2-json")


def read_filter(written: str, language: str) -> Any:
    """Raises BadFilter."""
    if len(written) > LONGEST:
        raise BadFilter(_("The filter is too long: %(most)d characters.") % {"most": LONGEST})
    if "\0" in written:
        raise BadFilter(_("The filter has a character that no text has."))
    return text.parse(written) if language == "cql2-text" else _from_json(written)


def _from_json(written: str) -> Any:
    try:
        tree = json.loads(written, parse_constant=_refuse)
        plain = json.dumps(tree, ensure_ascii=False)
        plain.encode("utf-8")  # a lone surrogate is a UnicodeEncodeError
    except (ValueError, RecursionError):
        raise BadFilter(_("The filter is not JSON that can be read.")) from None
    if "\\u0000" in plain:
        raise BadFilter(_("The filter has a character that no text has."))
    return tree


def _refuse(name: str) -> None:
    raise ValueError(name)
