"""The query of `/items` → what is asked, or a refusal that names the parameter.

OGC API Features Part 1, 7.15 (limit, bbox, datetime, properties), Part 2, 6 (crs, bbox-crs), Part
3, 6 (filter, filter-lang, filter-crs).  Unknown parameters are refused (Part 1, requirement 8).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from geodata.boxes import Box
from geodata.ogc.collections import Asked, Collection
from geodata.ogc.cql import LANGUAGES, BadFilter, Condition, condition_of, read_filter
from geodata.ogc.crs import CRS84, BadCrs, Crs, crs_named
from geodata.ogc.literals import BadLiteral, read_bounds, read_datetime, read_numbers
from geodata.problems import BadParameters, Errors

OF_THE_STANDARD = (
    "f", "limit", "cursor", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang",
    "filter-crs",
)  # fmt: skip
_NARROWING = ("bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs")
Found = TypeVar("Found")


def refuse_unknown(query: QueryDict, known: tuple[str, ...]) -> None:
    """Raises BadParameters, also for a known one that is given twice with different values."""
    errors: Errors = {
        name[:60]: [_("There is no such parameter here: %(all)s.") % {"all": ", ".join(known)}]
        for name in query
        if name not in known
    }
    for name in query:
        if name in OF_THE_STANDARD and len(set(query.getlist(name))) > 1:
            errors[name] = [_("It is given twice, with different values.")]
    if errors:
        raise BadParameters(errors)


def read_crs(query: QueryDict, name: str = "crs") -> Crs:
    """Raises BadParameters."""
    text = query.get(name, "")
    return _read(name, BadCrs, lambda: crs_named(text)) if text else CRS84


def read_items(query: QueryDict, collection: Collection) -> Asked:
    """Raises BadParameters."""
    own = [parameter.name for parameter in collection.own_parameters()]
    equal = [name for name in equalities(collection) if name not in own]
    refuse_unknown(query, (*OF_THE_STANDARD, *own, *equal))
    given = QueryDict(mutable=True)
    for name in own:
        if name in query:
            given.setlist(name, query.getlist(name))
    moment = query.get("datetime", "")
    conditions = [*_equal(query, equal, collection), *_filter(query, collection)]
    return Asked(
        own=given,
        limit=_limit(query, collection),
        cursor=query.get("cursor", ""),
        bounds=_bounds(query),
        span=_read("datetime", BadLiteral, lambda: read_datetime(moment)) if moment else None,
        conditions=tuple(conditions),
        key=_key(query, [*_NARROWING, *equal]),
    )


def equalities(collection: Collection) -> list[str]:
    """Queryables that are parameters of their own, too."""
    return [
        name
        for name, queryable in collection.queryables.items()
        if queryable.type != "geometry" and name not in OF_THE_STANDARD
    ]


def _key(query: QueryDict, names: list[str]) -> str:
    """Of what is asked beyond the collection's own parameters; '' for nothing."""
    shown = QueryDict(mutable=True)
    for name in names:
        if query.get(name):
            shown.setlist(name, query.getlist(name))
    return shown.urlencode()


def _limit(query: QueryDict, collection: Collection) -> int:
    """More than the most is the most, as the standard wants it (Part 1, 7.15.2)."""
    text = query.get("limit", "")
    if not text:
        return collection.default_limit
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) > 0):
        sentence = _("A whole number from 1 to %(most)d.") % {"most": collection.most}
        raise BadParameters({"limit": [sentence]})
    return min(int(text), collection.most)


def _bounds(query: QueryDict) -> Any:
    crs = read_crs(query, "bbox-crs")
    text = query.get("bbox", "")
    if not text:
        return None
    found = _read("bbox", BadLiteral, lambda: read_bounds(read_numbers(text), crs))
    return None if found == Box(-180, -90, 180, 90) else found


def _equal(query: QueryDict, names: list[str], collection: Collection) -> list[Condition]:
    """`name=value` for each queryable, as text of its type."""
    conditions = []
    for name in names:
        for text in filter(None, query.getlist(name)):
            if "\0" in text:
                raise BadParameters({name: [_("The filter has a character that no text has.")]})
            tree = {"op": "=", "args": [{"property": name}, _typed(text, name, collection)]}
            conditions.append(_condition(name, tree, collection, CRS84))
    return conditions


def _typed(text: str, name: str, collection: Collection) -> Any:
    kind = collection.queryables[name].type
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind in ("integer", "number"):
        try:
            return float(text)
        except ValueError:
            return text
    return text


def _filter(query: QueryDict, collection: Collection) -> list[Condition]:
    language = query.get("filter-lang", "") or LANGUAGES[0]
    if language not in LANGUAGES:
        sentence = _("The languages are %(all)s.") % {"all": ", ".join(LANGUAGES)}
        raise BadParameters({"filter-lang": [sentence]})
    crs = read_crs(query, "filter-crs")
    written = query.get("filter", "")
    if not written.strip():
        return []
    tree = _read("filter", BadFilter, lambda: read_filter(written, language))
    return [_condition("filter", tree, collection, crs)]


def _condition(name: str, tree: Any, collection: Collection, crs: Crs) -> Condition:
    return _read(name, BadFilter, lambda: condition_of(tree, collection.queryables, crs))


def _read(name: str, bad: type[Exception], read: Callable[[], Found]) -> Found:
    try:
        return read()
    except bad as error:
        raise BadParameters({name: [str(error)]}) from None
