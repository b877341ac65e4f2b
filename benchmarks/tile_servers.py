"""Tiles over HTTP beside a peer: requests a second of eight clients; ours under granian, tipg (from
PyPI, in an environment of the bench's own) under uvicorn, two workers each, on the same database.

And the memory of a worker over BENCH_REQUESTS tile requests (100,000), as a curve.
"""

import contextlib
import http.client
import itertools
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.http import QueryDict

from benchmarks import seeded
from benchmarks.figures import Figure
from geodata.tiles import Tile
from reports import tiles
from reports.filters import SubmissionFilter
from reports.pyramid import drawing

_CLIENTS, _SECONDS, _WARM_UP_S = 8, 6.0, 2.0
_REQUESTS = int(os.environ.get("BENCH_REQUESTS", 100_000))
_PEER = settings.VAR / "bench-tipg"
_DENSE, _FULL, _USUAL = "z14 dense", "z14 pins", "z14 usual"
_BOUNDS = {"z6": 50.0, "z10": 50.0, _DENSE: 3.0, _FULL: 3.0, _USUAL: 3.0}


def figures() -> Iterator[Figure]:
    seeded.prepare()
    races = {name: _tiles(name) for name in _BOUNDS}
    with serve() as port:
        ours = {name: _rate(port, _our_paths(some)) for name, some in races.items()}
    with _tipg() as port:
        theirs = {name: _rate(port, _tipg_paths(some)) for name, some in races.items()}
    for name, rate in ours.items():
        yield Figure(f"http {name}.tipg ({seeded.COUNT:,})", theirs[name], "/s")
        ratio, bound = rate / theirs[name], _BOUNDS[name]
        label = f"http {name}.ours ({seeded.COUNT:,})"
        yield Figure(label, rate, "/s", ratio, bound, is_least=True)
    yield from _memory()


# ------------------------------------------------------------------ the servers


@contextlib.contextmanager
def serve(workers: int = 2) -> Iterator[int]:
    port = _free_port()
    granian = Path(sys.executable).with_name("granian")
    command = [
        granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "config.wsgi:application",
    ]  # fmt: skip
    with _running(command, port, "/health/live"):
        yield port


@contextlib.contextmanager
def _tipg() -> Iterator[int]:
    python = _PEER / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", _PEER], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "tipg", "uvicorn"], check=True)
    port = _free_port()
    command = [
        python, "-m", "uvicorn", "tipg.main:app", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "2", "--log-level", "error", "--no-access-log",
    ]  # fmt: skip
    environment = {
        "DATABASE_URL": os.environ["DATABASE_URL"].replace("postgis://", "postgresql://", 1),
        "TIPG_DB_SCHEMAS": '["public"]',
        "TIPG_DB_TABLES": '["public.reports_submission"]',
        "TIPG_MAX_FEATURES_PER_TILE": "100000000",
        # What our settings say of every connection (jit, parallel query).
        "PGOPTIONS": "-c jit=off -c max_parallel_workers_per_gather=0",
    }
    with _running(command, port, "/healthz", environment):
        yield port


@contextlib.contextmanager
def _running(
    command: list[object], port: int, path: str, more: dict[str, str] | None = None
) -> Iterator[None]:
    environment = {**os.environ, "CANTONNIER_LOG_LEVEL": "ERROR", **(more or {})}
    server = subprocess.Popen(
        [str(part) for part in command], cwd=settings.BASE_DIR, env=environment,
        start_new_session=True,
    )  # fmt: skip
    try:
        _wait_for(port, path)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def _wait_for(port: int, path: str) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError, http.client.HTTPException):
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            client.request("GET", path)
            if client.getresponse().status == 200:
                return
        time.sleep(0.2)
    raise RuntimeError(f"Nothing answers at {path} of port {port}.")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# ------------------------------------------------------------------ the clients


def _tiles(race: str) -> list[str]:
    """3 by 3 around the densest tile of the zoom; or nine that we, too, draw pin by pin: the
    fullest of these, or one of each ninth of all that have something in them."""
    if race in (_FULL, _USUAL):
        some = seeded.fullest(14, 100_000_000, at_most=drawing.MOST_PINS)
        if race == _USUAL:
            return some[len(some) // 18 :: len(some) // 9][:9]
        return list(itertools.islice(filter(_is_drawn_by_pins, some), 9))
    z, x, y = map(int, seeded.densest(14 if race == _DENSE else int(race[1:])).split("/"))
    return [f"{z}/{x + i}/{y + j}" for i in (-1, 0, 1) for j in (-1, 0, 1)]


def _is_drawn_by_pins(tile: str) -> bool:
    """With its margin a tile may have too many."""
    z, x, y = map(int, tile.split("/"))
    everything = SubmissionFilter(QueryDict())
    assert everything.is_valid()
    return tiles.make(tiles.look_at(Tile(z, x, y), everything)).reason.startswith("pins")


def _our_paths(some: list[str]) -> list[str]:
    return [f"/tiles/submissions/{tile}.mvt" for tile in some]


def _tipg_paths(some: list[str]) -> list[str]:
    wanted = urllib.parse.urlencode({"properties": "id,kind,category_id,status"})
    start = "/collections/public.reports_submission/tiles/WebMercatorQuad"
    return [f"{start}/{tile}?{wanted}&geom-column=pin" for tile in some]


def _rate(port: int, paths: list[str]) -> float:
    """Answers a second.  One that takes longer than the measuring counts in part."""
    begun = time.perf_counter()
    starts, ends = begun + _WARM_UP_S, begun + _WARM_UP_S + _SECONDS
    counts = [0.0] * _CLIENTS

    def ask(number: int) -> None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        for path in itertools.islice(itertools.cycle(paths), number, None):
            sent = time.perf_counter()
            if sent >= ends:
                return
            client.request("GET", path)
            answer = client.getresponse()
            answer.read()
            if answer.status not in (200, 204):
                raise RuntimeError(f"{path} answered {answer.status}")
            came = time.perf_counter()
            inside = min(came, ends) - max(sent, starts)
            counts[number] += max(inside, 0.0) / (came - sent)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / _SECONDS


# ------------------------------------------------------------------ memory


def _memory() -> Iterator[Figure]:
    """One worker, tiles of all zooms at random; the least of the last half against the least of the
    first tenth and after."""
    draw = random.Random(1)
    dense = {z: list(map(int, seeded.densest(z).split("/")[1:])) for z in range(3, 17)}
    curve: list[float] = []
    with serve(workers=1) as port:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(_REQUESTS):
            z = draw.randint(3, 16)
            reach = min(2 ** (z - 3), 50)
            x, y = (draw.randint(-reach, reach) + middle for middle in dense[z])
            client.request("GET", f"/tiles/submissions/{z}/{max(x, 0)}/{max(y, 0)}.mvt")
            client.getresponse().read()
            if number % max(_REQUESTS // 20, 1) == 0:
                curve.append(_worker_mb(port))
    print("worker memory, MB:", " ".join(f"{point:.0f}" for point in curve), file=sys.stderr)
    settled = curve[len(curve) // 4]
    yield Figure("worker.memory", curve[-1], "MB", curve[-1] / settled, 1.1)


def _worker_mb(port: int) -> float:
    """Resident memory of the largest process of the server on `port`."""
    mine = [
        stat.parent
        for stat in Path("/proc").glob("[0-9]*/status")
        if f"--port\0{port}\0" in _read(stat.parent / "cmdline")
    ]
    children = [
        stat.parent
        for stat in Path("/proc").glob("[0-9]*/status")
        if any(f"PPid:\t{parent.name}\n" in _read(stat) for parent in mine)
    ]
    return max(_resident_kb(one) for one in [*mine, *children]) / 1_024


def _resident_kb(process: Path) -> int:
    lines = [line for line in _read(process / "status").splitlines() if line.startswith("VmRSS")]
    return int(lines[0].split()[1]) if lines else 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
