"""Icons of a KMZ → small PNGs made anew.  Nothing is fetched; what is remote is only named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from PIL import Image

from geodata.kml import limits
from geodata.kml.archive import Source

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_REMOTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    OverflowError,
    Image.DecompressionBombError,
)
"""What Pillow raises on broken pictures."""


@dataclass(frozen=True, slots=True)
class Icon:
    """A picture as we keep it, or `fault`, the code of a finding that says why there is none."""

    png: bytes = b""
    fault: str = ""

    @property
    def sha256(self) -> str:
        return sha256(self.png).hexdigest()


@dataclass(slots=True)
class IconBook:
    """The icons that the styles of one file name."""

    source: Source | None = None
    _found: dict[str, Icon] = field(default_factory=dict)

    def find(self, href: str) -> Icon:
        """What stands at `href`, looked for once."""
        if href not in self._found:
            if len(self._found) >= limits.MAX_ICONS:
                return Icon(fault="too-many-icons")
            self._found[href] = self._made(href)
        return self._found[href]

    def _made(self, href: str) -> Icon:
        if _REMOTE.match(href):
            return Icon(fault="icon-not-fetched")
        data = self._bytes(href)
        if data is None:
            return Icon(fault="icon-missing")
        png = made_anew(data)
        return Icon(png) if png else Icon(fault="icon-unreadable")

    def _bytes(self, href: str) -> bytes | None:
        """At most what an icon may have; what lies beyond makes the picture unreadable."""
        if self.source is None or self.source.member is None:
            return None
        beside = dirname(self.source.member.filename)
        return self.source.other(normpath(join(beside, unquote(href))), limits.MAX_ICON_BYTES)


def made_anew(data: bytes) -> bytes | None:
    """The picture's pixels as PNG, at most MAX_ICON_SIDE wide and high, and nothing else of it;
    None for what is no picture.  The same again for what it made itself."""
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > limits.MAX_ICON_PIXELS:
                return None
            pixels = image.convert("RGBA")
    except _UNREADABLE:
        return None
    pixels.thumbnail((limits.MAX_ICON_SIDE, limits.MAX_ICON_SIDE))
    bare = Image.frombytes("RGBA", pixels.size, pixels.tobytes())
    png = BytesIO()
    bare.save(png, "PNG")
    return png.getvalue()
