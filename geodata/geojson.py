"""GeoJSON (RFC 7946, and the `crs` member of its 2008 forerunner), read without GDAL.

GDAL's driver, pinned or not, fetches the address of a linked `crs`.  This one opens nothing but
the file, decodes one feature at a time, and knows the line of each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder, loads
from pathlib import Path
from typing import Any

from geodata.sources import Unreadable

_LINE_MAX_BYTES = 50_000_000
_WHITESPACE = " \t\r\n"
_PLAIN = ("Point", "LineString", "Polygon")
_GEOMETRIES = {*_PLAIN, *(f"Multi{kind}" for kind in _PLAIN), "GeometryCollection"}


@dataclass(frozen=True, slots=True)
class RawFeature:
    line: int | None
    """None where it shares its line with others: there it tells nothing."""
    fields: dict[str, Any]
    geometry: Any
    """The `geometry` member as decoded: a dictionary, None, or whatever else was written."""
    share: float = 1.0
    """How much of the text is read."""


class GeoJSONText:
    """One file's text.  Iterating raises Unreadable where the text breaks off or is no GeoJSON."""

    def __init__(self, path: Path) -> None:
        try:
            self._text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise Unreadable("not-utf8", byte=error.start) from error
        self._decode = JSONDecoder().raw_decode
        self.crs: Any = None
        """The `crs` member: known once the features begin."""

    def __iter__(self) -> Iterator[RawFeature]:
        try:
            yield from self._features()
        except JSONDecodeError as error:
            is_whole = self._text.rstrip(_WHITESPACE).endswith("}")
            code = "broken-json" if is_whole else "truncated"
            raise Unreadable(code, line=self._line(error.pos)) from error
        except RecursionError as error:
            raise Unreadable("too-deep") from error

    def _features(self) -> Iterator[RawFeature]:
        head: dict[str, Any] = {}
        is_collection = False
        for key, at in self._members():
            if key == "features":
                is_collection = True
                yield from self._each_feature(at)
            else:
                head[key], self._end = self._decode(self._text, at)
            if key == "crs":
                if is_collection:
                    raise Unreadable("late-crs")
                self.crs = head["crs"]
        if not is_collection:
            yield self._single(head)

    def _single(self, head: dict[str, Any]) -> RawFeature:
        """A file may also be one feature, or one bare geometry."""
        if head.get("type") == "Feature":
            return _as_feature(head, line=1)
        if head.get("type") in _GEOMETRIES:
            return RawFeature(1, {}, head)
        raise Unreadable("not-geojson")

    def _members(self) -> Iterator[tuple[str, int]]:
        """The top object's keys and where their values begin; `_end` is moved past each value."""
        at = self._expect("{", 0)
        while self._char(at) != "}":
            key, at = self._decode(self._text, self._skip(at))
            at = self._expect(":", at)
            yield str(key), self._skip(at)
            at = self._after_item(self._end, "}")

    def _each_feature(self, at: int) -> Iterator[RawFeature]:
        at = self._expect("[", at)
        line, counted = 1, 0
        begins_a_line = True
        while self._char(at) != "]":
            at = self._skip(at)
            line, counted = line + self._text.count("\n", counted, at), at
            item, at = self._decode(self._text, at)
            ends_a_line = self._ends_a_line(at)
            own_line = line if begins_a_line and ends_a_line else None
            yield _as_feature(item, own_line, at / len(self._text))
            begins_a_line = ends_a_line
            at = self._after_item(at, "]")
        self._end = self._skip(at) + 1

    def _ends_a_line(self, at: int) -> bool:
        """Whether the next item, if there is one, begins on another line than where this ends."""
        then = self._skip(at)
        if self._text.startswith(",", then):
            then = self._skip(then + 1)
        return "\n" in self._text[at:then] or self._text.startswith("]", then)

    def _after_item(self, at: int, closing: str) -> int:
        """Past the comma, or on the closing bracket."""
        if self._char(at) == closing:
            return self._skip(at)
        at = self._expect(",", at)
        if self._char(at) == closing:
            raise JSONDecodeError("Trailing comma", self._text, at)
        return at

    def _skip(self, at: int) -> int:
        while at < len(self._text) and self._text[at] in _WHITESPACE:
            at += 1
        return at

    def _char(self, at: int) -> str:
        at = self._skip(at)
        return self._text[at : at + 1]

    def _expect(self, char: str, at: int) -> int:
        at = self._skip(at)
        if not self._text.startswith(char, at):
            raise JSONDecodeError(f"Expecting {char}", self._text, at)
        return at + 1

    def _line(self, at: int) -> int:
        return self._text.count("\n", 0, at) + 1


def _as_feature(item: Any, line: int | None, share: float = 1.0) -> RawFeature:
    if not isinstance(item, dict):
        raise Unreadable("not-geojson")
    properties = item.get("properties")
    fields = dict(properties) if isinstance(properties, dict) else {}
    if "id" in item:
        fields.setdefault("id", item["id"])
    return RawFeature(line, fields, item.get("geometry"), share)


class GeoJSONLines:
    """One feature a line (newline-delimited, or RFC 8142 with record separators)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[RawFeature]:
        size, read_bytes = max(self._path.stat().st_size, 1), 0
        with self._path.open("rb") as file:
            for line, raw in enumerate(iter(lambda: file.readline(_LINE_MAX_BYTES), b""), start=1):
                read_bytes += len(raw)
                if text := raw.strip(b"\x1e\xef\xbb\xbf \t\r\n"):
                    yield _as_feature(_decoded(text, line), line, read_bytes / size)


def _decoded(text: bytes, line: int) -> Any:
    try:
        return loads(text)
    except UnicodeDecodeError as error:
        raise Unreadable("not-utf8", byte=error.start) from error
    except JSONDecodeError as error:
        raise Unreadable("broken-json", line=line) from error
    except RecursionError as error:
        raise Unreadable("too-deep") from error
