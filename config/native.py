"""Which native GDAL Django talks to: the one inside the pyogrio wheel.

Debian 12 carries GDAL 3.6, for which Django warns (gis.W001) that a hostile spatial reference can
reach files and the network.  The wheel's is newer and the same on every machine (docs/adr/0003).
"""

import os
from importlib.util import find_spec
from pathlib import Path


def bundled_gdal() -> str | None:
    """Path of the wheel's libgdal, its data folders announced to it first; None without a wheel."""
    spec = find_spec("pyogrio")
    if spec is None or spec.origin is None:
        _skip_libkml()
        return None
    package = Path(spec.origin).parent
    found = sorted((package.parent / "pyogrio.libs").glob("libgdal*.so*"))
    if not found:
        _skip_libkml()
        return None
    os.environ.setdefault("GDAL_DATA", str(package / "gdal_data"))
    os.environ.setdefault("PROJ_DATA", str(package / "proj_data"))
    return str(found[0])


def _skip_libkml() -> None:
    """The system's segfaults on a public file.  The wheels have none, and say so on stderr for
    each file that is opened when they are told to skip it."""
    os.environ.setdefault("GDAL_SKIP", "LIBKML")
