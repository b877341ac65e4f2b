"""What the reading process tells its parent: frames of JSON and WKB.

No pickle: a reader that a hostile file has taken over can lie, but make nobody run anything.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from hashlib import sha256
from itertools import accumulate, islice, pairwise
from struct import Struct
from typing import IO, Any

import numpy as np
import shapely
from shapely import GeometryCollection
from shapely.geometry.base import BaseGeometry

from geodata.kml import Feature, FieldType, Finding, KmlRefused, Severity
from geodata.reading.mended import Kept, Progress
from geodata.sources import NeedsAnswer

MAX_FRAME_BYTES = 200_000_000
"""One feature with half a million vertices and its text has a tenth of it."""

FRAME_FEATURES = 16
FRAME_BYTES = 1_000_000
"""Told together: a call of shapely costs as much for sixteen as for one."""

_SIZES = Struct("<II")
_NO_SHAPE = GeometryCollection()
_FEATURE_FIELDS = [one.name for one in fields(Feature) if one.name != "geometry"]


class Garbled(Exception):
    """The other side wrote what is no message."""


@dataclass(slots=True)
class Telling:
    """Writes messages in order; features that follow each other share a frame."""

    out: IO[bytes]
    _held: list[str] = field(default_factory=list)
    _shapes: list[list[BaseGeometry]] = field(default_factory=list)
    _weight: int = 0

    def tell(self, item: Kept | Finding | Progress | KmlRefused | NeedsAnswer | None) -> None:
        """None says that the file was read to its end."""
        if isinstance(item, Kept):
            self._hold(item)
            return
        self._tell_held()
        self._frame(json.dumps(_encoded(item), default=str), b"")

    def _hold(self, kept: Kept) -> None:
        values = {name: getattr(kept.feature, name) for name in _FEATURE_FIELDS}
        self._held.append(json.dumps(values, default=_bytes_as_text))
        self._shapes.append(kept.shapes)
        self._weight += len(self._held[-1]) + 16 * kept.feature.vertices
        if len(self._held) >= FRAME_FEATURES or self._weight >= FRAME_BYTES:
            self._tell_held()

    def _tell_held(self) -> None:
        if not self._held:
            return
        shapes = np.asarray([one for shapes in self._shapes for one in shapes], dtype=object)
        blobs = shapely.to_wkb(shapes).tolist()
        counts, sizes = [len(shapes) for shapes in self._shapes], [len(blob) for blob in blobs]
        head = f'{{"features": [{",".join(self._held)}], "shapes": {counts}, "sizes": {sizes}}}'
        self._held, self._shapes, self._weight = [], [], 0
        self._frame(head, b"".join(blobs))

    def _frame(self, head: str, blob: bytes) -> None:
        text = head.encode("utf-8", "replace")
        self.out.write(_SIZES.pack(len(text), len(blob)))
        self.out.write(text)
        self.out.write(blob)


def read(source: IO[bytes]) -> Iterator[Kept | Finding | Progress]:
    """Until the end of the file.  Raises KmlRefused or NeedsAnswer as the reader did, EOFError
    where the other side stopped without a word, Garbled for nonsense."""
    while True:
        text_size, blob_size = _SIZES.unpack(_exactly(source, _SIZES.size))
        if text_size + blob_size > MAX_FRAME_BYTES:
            raise Garbled
        text, blob = _exactly(source, text_size), _exactly(source, blob_size)
        try:
            head = json.loads(text)
            items = _features(head, blob) if "features" in head else [_decoded(head)]
        except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as e:
            raise Garbled from e
        for item in items:
            if item is None:
                return
            if isinstance(item, KmlRefused | NeedsAnswer):
                raise item
            yield item


def _exactly(source: IO[bytes], size: int) -> bytes:
    data = source.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _encoded(item: Finding | Progress | KmlRefused | NeedsAnswer | None) -> dict[str, Any]:
    match item:
        case Finding():
            return {"finding": _finding_as_dict(item)}
        case Progress():
            return {"progress": [item.kind, item.share, item.line]}
        case KmlRefused():
            return {"refused": _finding_as_dict(item.finding)}
        case NeedsAnswer():
            asked = {"code": item.code, "asks": item.asks, "choices": item.choices}
            return {"question": asked, "values": item.values}
    return {"end": True}


def _decoded(head: dict[str, Any]) -> Any:
    if "finding" in head:
        return _finding(head["finding"])
    if "progress" in head:
        kind, share, line = head["progress"]
        return Progress(str(kind)[:40], float(share), line)
    if "refused" in head:
        finding = _finding(head["refused"])
        return KmlRefused(finding.code, finding.line, **finding.values)
    if "question" in head:
        asked = head["question"]
        choices = tuple(str(choice) for choice in asked["choices"])
        return NeedsAnswer(asked["code"], asks=asked["asks"], choices=choices, **head["values"])
    if "end" not in head:
        raise Garbled
    return None


def _finding_as_dict(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "line": finding.line,
        "placemark": finding.placemark,
        "folder": finding.folder,
        "values": dict(finding.values),
    }


def _finding(values: dict[str, Any]) -> Finding:
    return Finding(**{**values, "severity": Severity(values["severity"])})


def _feature(values: dict[str, Any]) -> Feature:
    icon = _text_as_bytes(values["icon"])
    types = {str(name): FieldType(kind) for name, kind in values["types"].items()}
    folder = tuple(str(name) for name in values["folder"])
    feature = Feature(
        **{**values, "icon": icon, "folder": folder, "geometry": _NO_SHAPE, "types": types}
    )
    if feature.icon and not _is_its_picture(feature):
        raise Garbled
    return feature


def _is_its_picture(feature: Feature) -> bool:
    """An icon is kept for every overlay under its digest: that one is not taken on trust."""
    is_png = feature.icon.startswith(b"\x89PNG\r\n\x1a\n")
    return is_png and sha256(feature.icon).hexdigest() == feature.style["icon"]


def _features(head: dict[str, Any], blob: bytes) -> list[Kept]:
    shapes = iter(_shapes(head["sizes"], blob))
    pairs = zip(head["features"], head["shapes"], strict=True)
    return [Kept(_feature(values), list(islice(shapes, count))) for values, count in pairs]


def _shapes(sizes: list[int], blob: bytes) -> list[Any]:
    ends = list(accumulate(sizes, initial=0))
    parts = [blob[start:end] for start, end in pairwise(ends)]
    shapes: list[Any] = shapely.from_wkb(np.asarray(parts, dtype=object)).tolist()
    return shapes


def _bytes_as_text(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": b64encode(value).decode()}
    return str(value)


def _text_as_bytes(value: Any) -> Any:
    is_bytes = isinstance(value, dict) and set(value) == {"base64"}
    return b64decode(value["base64"]) if is_bytes else value
