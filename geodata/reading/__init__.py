"""Reading overlays: one door for every kind of file, in a process of its own (docs/adr/).

`opening` opens a file as what it is; `mended` repairs each shape; `apart` does both in a process
that has no network, no database and hard limits.  Nothing here knows Django.
"""

from geodata.reading.apart import Limits, read_apart
from geodata.reading.mended import Kept, Progress, read_mended
from geodata.reading.opening import Opened, look_at, open_overlay

__all__ = [
    "Kept",
    "Limits",
    "Opened",
    "Progress",
    "look_at",
    "open_overlay",
    "read_apart",
    "read_mended",
]
