"""A valid filter's values as the parameters of a URL, each in the one way that equal ones share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from geodata.drawn import as_geojson

URL_NAMES: Final = {"created_from": "from", "created_to": "to"}
"""Python keeps these words to itself; the URL uses them."""


def pairs_of(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and values of a filter's `cleaned_data`."""
    yield from _what(given)
    yield from _where(given)
    for day in ("created_from", "created_to"):
        if given[day]:
            yield URL_NAMES[day], given[day].isoformat()


def _what(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("kind", "status"):
        yield from ((name, value) for value in given[name])
    for name in ("category", "group"):
        yield from ((name, one.code) for one in given[name])
    for one in given["responsible"]:
        yield "responsible", f"{one.level.code}:{one.code}"
    if given["q"]:
        yield "q", given["q"]
    if given["has_photo"] is not None:
        yield "has_photo", str(given["has_photo"]).lower()


def _where(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """`on` says of which day areas are meant: without one, nothing."""
    for area in given["area"]:
        yield "area", f"{area.level.code}:{area.code}"
    for shape in given["shapes"]:
        yield "area", shape.key
    if given["area"] and given["on"]:
        yield "on", given["on"].isoformat()
    for name in ("bbox", "near"):
        if given[name]:
            yield name, str(given[name])
    if given["within"]:
        yield "within", as_geojson(given["within"])
