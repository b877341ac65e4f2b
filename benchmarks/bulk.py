"""locate_points: points a second and memory, as a process of its own, CSV read and written.

BENCH_POINTS says how many; a million is what the bounds are meant for.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from benchmarks.figures import Figure
from benchmarks.locate import pins_of_communes

_POINTS = int(os.environ.get("BENCH_POINTS", "200000"))
_CATEGORIES = ("voirie", "dechets", "eclairage", "eau", "nature")


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="cantonnier-bench-") as folder:
        source, target = Path(folder, "in.csv"), Path(folder, "out.csv")
        _write(source)
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", "locate_points", source, target],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        seconds = time.perf_counter() - began
        peak = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    name = f"bulk.{_POINTS:,} points"
    yield Figure(name, _POINTS / seconds, "/s", bound=20_000, is_least=True)
    yield Figure("bulk.memory", peak / 1_024, "MB", ratio=peak / 1_024 / 1_500, bound=1.0)


def _write(path: Path) -> None:
    """Points around many communes, nearly all inside."""
    draw = random.Random(3)
    pins = pins_of_communes(number=20_000)
    with path.open("w", encoding="utf-8") as file:
        file.write("lon,lat,category\n")
        for number in range(_POINTS):
            lon, lat = pins[number % len(pins)]
            lon, lat = lon + draw.uniform(-0.005, 0.005), lat + draw.uniform(-0.005, 0.005)
            file.write(f"{lon:.6f},{lat:.6f},{_CATEGORIES[number % 5]}\n")
