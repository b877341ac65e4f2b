"""Rows as GeoJSON (RFC 7946), piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

import shapely

from geodata.writing.rows import About, Row, batches

TYPE = "application/geo+json"
_BATCH = 200


def geojson(rows: Iterable[Row], *, about: About) -> Iterator[bytes]:
    """A FeatureCollection of all `rows`; name, attribution and licence are foreign members of it
    (section 6.1), outer rings run counterclockwise (section 3.1.6)."""
    head = {"type": "FeatureCollection", **about.members()}
    yield _text(head)[:-1].encode() + b', "features": ['
    separator = "\n"
    for batch in batches(rows, _BATCH):
        yield (separator + ",\n".join(_features(batch))).encode()
        separator = ",\n"
    yield b"\n]}\n"


def _features(batch: list[Row]) -> Iterator[str]:
    """One line a feature.  Shapely writes the shapes of a batch at once, in full precision."""
    shapes = shapely.from_wkb([row.geometry for row in batch])
    texts = shapely.to_geojson(shapely.orient_polygons(shapes))
    for row, shape in zip(batch, texts, strict=True):
        number = "" if row.id is None else f' "id": {_text(row.id)},'
        said = _text(dict(row.properties))
        yield f'{{"type": "Feature",{number} "geometry": {shape or "null"}, "properties": {said}}}'


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    """What JSON has no word for: days and times in ISO 8601, the rest as it prints."""
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)
