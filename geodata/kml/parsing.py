"""Expat under guard: no DTD, no entity of the file's own, nothing fetched, a bounded depth.

Expat knows UTF-8 and UTF-16; Python's codecs add the 8-bit ones, so that Windows-1252 reads too.
Namespaces are left alone on purpose: prefixes nobody declared are common.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol
from xml.parsers import expat

from geodata.kml.archive import Source
from geodata.kml.encoding import Transcoder, parser_encoding
from geodata.kml.findings import KmlRefused
from geodata.kml.limits import MAX_DEPTH, MAX_TOKEN_BYTES
from geodata.kml.nodes import local_name

ROOTS = ("kml", "Document", "Folder", "Placemark")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Listener(Protocol):
    """Hears of elements in the order of the file, under their local names."""

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None: ...
    def text(self, data: str) -> None: ...
    def end(self, tag: str) -> None: ...


@dataclass(slots=True)
class Parsing:
    """Feeds one file to a listener, chunk by chunk."""

    listener: Listener
    roots: tuple[str, ...] = ROOTS
    """What the first element may be."""
    read_bytes: int = 0
    is_mixed: bool = False
    """Whether bytes that are no UTF-8 are to be read as Windows-1252, whatever is declared."""
    has_begun: bool = False
    """Whether the first element has been met, and is one of `roots`."""
    _depth: int = 0
    _skipped_lines: int = 0
    _fed: int = 0
    _transcoder: Transcoder | None = None
    _parser: expat.XMLParserType = field(default_factory=expat.ParserCreate)

    def _begin(self, start: bytes) -> bytes:
        """Makes a parser for a file that starts so; white space before the declaration goes."""
        bare = start.removeprefix(codecs.BOM_UTF8).lstrip()
        if not bare.startswith(b"<?xml"):
            bare = start
        gone = start[: len(start) - len(bare)]
        self._skipped_lines = gone.count(b"\n")
        self._transcoder = Transcoder() if self.is_mixed else None
        self._listen("utf-8" if self.is_mixed else parser_encoding(start))
        return bare

    def _listen(self, encoding: str | None) -> None:
        self._parser = expat.ParserCreate(encoding)
        self._parser.buffer_text = True
        self._parser.buffer_size = 65_536
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self.listener.text
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def steps(self, source: Source) -> Iterator[None]:
        """Yields after each chunk; raises KmlRefused at what cannot be read on."""
        is_first = True
        for chunk in source.chunks():
            self._feed(self._begin(chunk) if is_first else chunk, is_final=False)
            self.read_bytes += len(chunk)
            self._check_pace()
            is_first = False
            yield
        if is_first:
            raise KmlRefused("empty-file")
        self._feed(b"", is_final=True)
        yield

    def _feed(self, chunk: bytes, *, is_final: bool) -> None:
        clean = self._transcoder.feed(chunk, is_final=is_final) if self._transcoder else chunk
        self._fed += len(clean)
        try:
            self._parser.Parse(clean, is_final)
        except expat.ExpatError as error:
            code, message = self._why(error, chunk)
            raise KmlRefused(code, error.lineno + self._skipped_lines, reason=message) from error
        except (LookupError, ValueError) as error:  # an encoding Python does not know, or 16-bit
            raise KmlRefused("unknown-encoding", 1) from error

    def _why(self, error: expat.ExpatError, chunk: bytes) -> tuple[str, str]:
        """The code of a finding and expat's own words."""
        message = expat.ErrorString(error.code) or ""
        if message == expat.errors.XML_ERROR_UNKNOWN_ENCODING:
            return "unknown-encoding", message
        if message == expat.errors.XML_ERROR_INCORRECT_ENCODING:
            return "other-encoding", message
        if message == expat.errors.XML_ERROR_INVALID_TOKEN and not _is_utf8(chunk):
            return "not-utf8", message
        return ("broken-xml" if self.has_begun else "not-xml"), message

    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self._skipped_lines

    def _check_pace(self) -> None:
        """Refuses one endless tag or comment: expat before 2.6 reads it again at every chunk."""
        if self._fed - self._parser.CurrentByteIndex > MAX_TOKEN_BYTES:
            raise KmlRefused("too-long-tag", self._line())

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """Called a million times for a file of 100 MB: what is rare stands apart."""
        tag = local_name(name)
        line = self._parser.CurrentLineNumber + self._skipped_lines
        if not self.has_begun:
            self._check_root(tag, line)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise KmlRefused("too-deep", line, limit=MAX_DEPTH)
        self.listener.start(tag, attributes, line)

    def _check_root(self, tag: str, line: int) -> None:
        if tag not in self.roots:
            raise KmlRefused("not-kml", line, root=tag[:60])
        self.has_begun = True

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.listener.end(local_name(name))

    def _refuse_doctype(self, *_declaration: object) -> None:
        raise KmlRefused("doctype", self._line())


def _is_utf8(chunk: bytes) -> bool:
    """Whether the chunk is UTF-8 but for a character cut in two at its ends."""
    if chunk.startswith(_UTF16):
        return True
    try:
        chunk.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(chunk) - 3 or error.start < 3
    return True
