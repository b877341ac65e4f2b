"""The reading process: `python -m geodata.reading`, a job on stdin, messages on stdout."""

import gc
import json
import os
import sys
from pathlib import Path
from typing import Any

from geodata.reading.confining import confine


def main() -> None:
    """Confines itself first; what reads files is imported afterwards."""
    job = json.loads(sys.stdin.buffer.readline())
    out = os.fdopen(os.dup(1), "wb", buffering=1 << 16)
    os.dup2(2, 1)  # nobody's print may garble the messages
    confine(**job["limits"])
    gc.set_threshold(_OBJECTS_BETWEEN_SWEEPS)
    try:
        _read(job, out)
    except MemoryError:
        os._exit(EXIT_OUT_OF_MEMORY)
    out.close()


EXIT_OUT_OF_MEMORY = 77

_OBJECTS_BETWEEN_SWEEPS = 50_000
"""Trees of placemarks hold no circles: sweeping after every 700 objects found nothing, ever."""


def _read(job: dict[str, Any], out: Any) -> None:
    from geodata.kml import KmlRefused
    from geodata.mending import Ground
    from geodata.reading import messages
    from geodata.reading.mended import read_mended
    from geodata.sources import NeedsAnswer, Options

    near = tuple(job["ground"]) if job["ground"] else None
    territory = tuple(tuple(edges) for edges in job["territory"])
    options = Options(**{**job["options"], "near": near})
    telling = messages.Telling(out)
    try:
        for item in read_mended(Path(job["path"]), options, Ground(near, territory)):
            telling.tell(item)
        telling.tell(None)
    except (KmlRefused, NeedsAnswer) as told:
        telling.tell(told)


if __name__ == "__main__":
    main()
