"""How the bytes of a KML become characters, where its declaration is missing, odd or wrong.

As browsers do (WHATWG Encoding Standard), ISO-8859-1 is read as Windows-1252: those who declare the
one write the other's dashes and euros.  What is neither declared nor UTF-8 is Windows-1252 too.
"""

import codecs
import re

_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})""")
_LATIN_1 = {"iso8859-1", "ascii"}
_MIXED = "utf-8-else-windows-1252"


def parser_encoding(start: bytes) -> str | None:
    """What expat shall be told instead of what the file declares; None to believe the file."""
    match = _DECLARED.match(start.removeprefix(codecs.BOM_UTF8).lstrip()[:300])
    if match is None:
        return None
    try:
        name = codecs.lookup(match[1].decode("ascii")).name
    except LookupError:
        return None
    if name in _LATIN_1:
        return "windows-1252"
    return "utf-8" if name == "utf-8" else None


def is_plainly_utf8(start: bytes) -> bool:
    """Whether a file that starts so says that it is UTF-8, or says nothing."""
    if b"\0" in start[:300]:
        return False
    return b"encoding" not in start[:300] or parser_encoding(start) == "utf-8"


class Transcoder:
    """UTF-8 as it is, and every byte that is none as Windows-1252 → clean UTF-8."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors=_MIXED)

    def feed(self, chunk: bytes, *, is_final: bool) -> bytes:
        return self._decoder.decode(chunk, is_final).encode("utf-8")


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are no UTF-8; five of 256 mean nothing in Windows-1252 either."""
    assert isinstance(error, UnicodeDecodeError)
    odd = error.object[error.start : error.end]
    return odd.decode("windows-1252", errors="replace"), error.end


codecs.register_error(_MIXED, _as_windows_1252)
