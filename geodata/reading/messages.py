"""What the reading process tells its parent: frames of JSON and WKB.

No pickle: a reader that a hostile file has taken over can lie, but make nobody run anything.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import fields
from hashlib import sha256
from struct import Struct
from typing import IO, Any

import shapely
from shapely import GeometryCollection

from geodata.kml import Feature, FieldType, Finding, KmlRefused, Severity
from geodata.reading.mended import Kept, Progress
from geodata.sources import NeedsAnswer

MAX_FRAME_BYTES = 200_000_000
"""One feature with half a million vertices and its text has a tenth of it."""

_SIZES = Struct("<II")
_NO_SHAPE = GeometryCollection()
_FEATURE_FIELDS = [one.name for one in fields(Feature) if one.name != "geometry"]


class Garbled(Exception):
    """The other side wrote what is no message."""


def write(
    out: IO[bytes], item: Kept | Finding | Progress | KmlRefused | NeedsAnswer | None
) -> None:
    """None says that the file was read to its end."""
    head, blob = _encoded(item)
    text = json.dumps(head, default=_bytes_as_text).encode("utf-8", "replace")
    out.write(_SIZES.pack(len(text), len(blob)))
    out.write(text)
    out.write(blob)


def read(source: IO[bytes]) -> Iterator[Kept | Finding | Progress]:
    """Until the end of the file.  Raises KmlRefused or NeedsAnswer as the reader did, EOFError
    where the other side stopped without a word, Garbled for nonsense."""
    while True:
        text_size, blob_size = _SIZES.unpack(_exactly(source, _SIZES.size))
        if text_size + blob_size > MAX_FRAME_BYTES:
            raise Garbled
        text, blob = _exactly(source, text_size), _exactly(source, blob_size)
        try:
            item = _decoded(json.loads(text), blob)
        except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as e:
            raise Garbled from e
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


def _encoded(item: Any) -> tuple[dict[str, Any], bytes]:
    match item:
        case Kept():
            values = {name: getattr(item.feature, name) for name in _FEATURE_FIELDS}
            blobs = [shapely.to_wkb(shape) for shape in item.shapes]
            return {"feature": values, "sizes": [len(b) for b in blobs]}, b"".join(blobs)
        case Finding():
            return {"finding": _finding_as_dict(item)}, b""
        case Progress():
            return {"progress": [item.kind, item.share, item.line]}, b""
        case KmlRefused():
            return {"refused": _finding_as_dict(item.finding)}, b""
        case NeedsAnswer():
            asked = {"code": item.code, "asks": item.asks, "choices": item.choices}
            return {"question": asked, "values": item.values}, b""
    return {"end": True}, b""


def _decoded(head: dict[str, Any], blob: bytes) -> Any:
    if "feature" in head:
        return Kept(_feature(head["feature"]), list(_shapes(head["sizes"], blob)))
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
    plain = {key: _text_as_bytes(value) for key, value in values.items()}
    types = {str(name): FieldType(kind) for name, kind in values["types"].items()}
    folder = tuple(str(name) for name in values["folder"])
    feature = Feature(**{**plain, "folder": folder, "geometry": _NO_SHAPE, "types": types})
    if feature.icon and not _is_its_picture(feature):
        raise Garbled
    return feature


def _is_its_picture(feature: Feature) -> bool:
    """An icon is kept for every overlay under its digest: that one is not taken on trust."""
    is_png = feature.icon.startswith(b"\x89PNG\r\n\x1a\n")
    return is_png and sha256(feature.icon).hexdigest() == feature.style["icon"]


def _shapes(sizes: list[int], blob: bytes) -> Iterator[Any]:
    at = 0
    for size in sizes:
        yield shapely.from_wkb(blob[at : at + size])
        at += size


def _bytes_as_text(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": b64encode(value).decode()}
    return str(value)


def _text_as_bytes(value: Any) -> Any:
    is_bytes = isinstance(value, dict) and set(value) == {"base64"}
    return b64decode(value["base64"]) if is_bytes else value
