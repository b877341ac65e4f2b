"""Whether the first pass over a KML can end at its first placemark, told from the bytes alone.

Looking for a few bytes costs a hundredth of parsing them.
"""

import codecs
import re

from geodata.kml.archive import Source
from geodata.kml.encoding import is_plainly_utf8
from geodata.kml.findings import KmlRefused

_SHARED = re.compile(rb"S(?:tyle(?:Map)?|chema)[\s/>]")
"""Begins with a letter on purpose: a class before it (`[<:]`) made the search ten times slower."""

_FIRST = re.compile(rb"[<:]Placemark[\s/>]")
_LONGEST = 16
"""Bytes of such a tag: it may be cut in two by the end of a chunk."""


def styles_may_follow(source: Source) -> bool:
    """Whether there may be a style or schema (its own or a shared one) behind the first placemark,
    or bytes that are not plain UTF-8, or that cannot be read at all."""
    try:
        return _may_follow(source)
    except (KmlRefused, UnicodeDecodeError):
        return True


def _may_follow(source: Source) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    has_placemark = is_later = False
    before = b""
    for chunk in source.chunks():
        if not is_later and not is_plainly_utf8(chunk):
            return True
        is_later = True
        decoder.decode(chunk)
        looked_at = before + chunk
        at = 0
        if not has_placemark and (first := _FIRST.search(looked_at)):
            has_placemark, at = True, first.start()
        if has_placemark and _SHARED.search(looked_at, at):
            return True
        before = chunk[-_LONGEST:]
    decoder.decode(b"", final=True)
    return False
