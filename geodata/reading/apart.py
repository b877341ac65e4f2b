"""The parent's side: starts the reading process, listens, and says how it died."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer
from typing import IO

from geodata.kml import Finding, KmlRefused
from geodata.mending import Ground
from geodata.reading import messages
from geodata.reading.mended import Kept, Progress
from geodata.sources import Options

_HERE = Path(__file__).resolve().parents[2]
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "PROJ_DATA", "VIRTUAL_ENV")
"""Nothing else of our environment: no key, no address of a database."""

_OUT_OF_MEMORY = 77


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reading process may use."""

    memory_bytes: int = 1_000_000_000
    cpu_s: int = 1_200
    wall_s: int = 1_200
    file_bytes: int = 700_000_000
    """The largest file it may write: the parts of an unpacked archive."""


class ReadingDied(KmlRefused):
    """The process ended without a word.  `reason` is memory, time, killed or crash."""

    def __init__(self, reason: str) -> None:
        super().__init__("reading-died", None, reason=reason)
        self.reason = reason


def read_apart(
    path: Path, options: Options, ground: Ground, limits: Limits
) -> Iterator[Kept | Finding | Progress]:
    """As `read_mended`, from a process of its own.  Raises ReadingDied besides."""
    with tempfile.TemporaryFile() as complaints, _started(complaints) as process:
        clock = _Clock(process, limits.wall_s)
        try:
            _send(process, path, options, ground, limits)
            assert process.stdout is not None
            yield from messages.read(process.stdout)
        except (EOFError, messages.Garbled) as silence:
            raise ReadingDied(_reason(process, clock, complaints)) from silence
        finally:
            clock.stop()
            process.kill()


class _Clock:
    """Kills the process when its time is over."""

    def __init__(self, process: subprocess.Popen[bytes], wall_s: float) -> None:
        self.has_rung = False
        self._process = process
        self._timer = Timer(wall_s, self._ring)
        self._timer.daemon = True
        self._timer.start()

    def _ring(self) -> None:
        self.has_rung = True
        self._process.kill()

    def stop(self) -> None:
        self._timer.cancel()


def _started(complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    """Executed anew, never forked: threads of ours may hold locks of PROJ and GDAL."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "geodata.reading"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        cwd=_HERE,
        env={**environment, **_QUIET},
        bufsize=1 << 16,
    )
    assert process.stdout is not None
    with suppress(OSError, AttributeError):  # so that it reads on while we write to the database
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return process


_PIPE_BYTES = 1 << 20
"""What an ordinary user may ask of Linux."""


_QUIET = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "PROJ_NETWORK": "OFF",
    "GDAL_SKIP": "LIBKML,KML,OGR_VRT,VRT,HTTP,WFS,OAPIF,CSW,WMS,WMTS,WCS,GeoJSON,GPX,CSV,SQLite",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_PAM_ENABLED": "NO",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def _send(
    process: subprocess.Popen[bytes], path: Path, options: Options, ground: Ground, limits: Limits
) -> None:
    said = {**asdict(options)}
    said.pop("near")
    job = {
        "path": str(path.absolute()),
        "options": said,
        "ground": ground.extent,
        "territory": ground.territory,
        "limits": {
            "memory_bytes": limits.memory_bytes,
            "cpu_s": limits.cpu_s,
            "file_bytes": limits.file_bytes,
        },
    }
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(job).encode() + b"\n")
        process.stdin.close()


def _reason(process: subprocess.Popen[bytes], clock: _Clock, complaints: IO[bytes]) -> str:
    code = process.wait(timeout=30) if not clock.has_rung else process.wait()
    if clock.has_rung or code == -signal.SIGXCPU:
        return "time"
    if code == _OUT_OF_MEMORY or _speaks_of_memory(complaints):
        return "memory"
    return "killed" if code == -signal.SIGKILL else "crash"


def _speaks_of_memory(complaints: IO[bytes]) -> bool:
    """Native libraries end the process where they get no memory; their last words say so."""
    complaints.seek(0, 2)
    complaints.seek(max(0, complaints.tell() - 4_000))
    words = complaints.read().lower()
    return any(
        one in words for one in (b"bad_alloc", b"memoryerror", b"out of memory", b"cannot allocate")
    )
