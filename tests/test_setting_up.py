"""The scripts of a machine of one's own, run for real in a folder of their own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR


def run(*command: str, var: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=_environment(var, **more),
        text=True,
        capture_output=True,
        timeout=120,
    )


def _environment(var: Path, **more: str) -> dict[str, str]:
    """A person's shell: no settings of the tests', state in `var`."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return {**kept, "CANTONNIER_VAR": str(var), **more}


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    """A state folder under /var/tmp, which any user may traverse; its cluster is stopped after."""
    folder = Path("/var/tmp") / f"cantonnier-{os.getpid()}-{tmp_path.name}"
    folder.mkdir(mode=0o755)
    yield folder
    run("script/db", "stop", var=folder)
    shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_cluster_listens_on_a_socket_alone_keeps_its_data_and_stops(var: Path) -> None:
    assert run("script/db", "start", var=var).returncode == 0
    created = run("script/db", "psql", "-c", "CREATE TABLE kept (n int)", var=var)
    assert created.returncode == 0, created.stderr
    listening = run("script/db", "psql", "-Atc", "SHOW listen_addresses", var=var)
    assert listening.stdout.strip() == ""

    assert run("script/db", "stop", var=var).returncode == 0
    assert run("script/db", "status", var=var).stdout.strip() == "stopped"
    assert run("script/db", "start", var=var).returncode == 0
    assert run("script/db", "psql", "-Atc", "SELECT count(*) FROM kept", var=var).stdout == "0\n"


def test_reset_asks_before_it_deletes(var: Path) -> None:
    run("script/db", "start", var=var)
    run("script/db", "psql", "-c", "CREATE TABLE kept (n int)", var=var)
    refused = subprocess.run(
        ["script/db", "reset"],
        cwd=ROOT, env=_environment(var), input="no\n", text=True, capture_output=True, timeout=60,
    )  # fmt: skip
    assert refused.returncode == 1
    assert "Nothing was deleted" in refused.stderr
    assert run("script/db", "psql", "-Atc", "SELECT count(*) FROM kept", var=var).stdout == "0\n"

    assert run("script/db", "reset", "--yes", var=var).returncode == 0
    assert run("script/db", "psql", "-c", "SELECT 1 FROM kept", var=var).returncode == 1


def test_a_path_too_long_for_a_socket_still_works(var: Path) -> None:
    deep = var / ("long" * 20)
    deep.mkdir()
    try:
        assert run("script/db", "start", var=deep).returncode == 0
        assert run("script/db", "psql", "-Atc", "SELECT 1", var=deep).stdout == "1\n"
    finally:
        run("script/db", "stop", var=deep)


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_server_refuses_a_port_that_is_none(var: Path, port: str) -> None:
    refused = run("script/server", "--port", port, var=var)
    assert refused.returncode == 1
    assert "from 1 to 65535" in refused.stderr


def test_server_names_a_taken_port(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run("script/server", "--port", str(port), var=var)
    assert refused.returncode == 1
    assert f"Port {port} is taken" in refused.stderr


def test_server_starts_serves_brings_its_worker_back_and_stops_whole(var: Path) -> None:
    port = free_port()
    log = (var / "log.txt").open("w+")
    server = subprocess.Popen(
        ["script/server", "--no-demo", "--port", str(port)],
        cwd=ROOT, env=_environment(var), stdout=log, stderr=log, start_new_session=True,
        preexec_fn=_heed_interrupts,
    )  # fmt: skip
    try:
        _wait_until(lambda: _answers(f"http://127.0.0.1:{port}/health/live"), 180)
        _wait_until(lambda: _answers(f"http://127.0.0.1:{port}/health/ready"), 60)
        first = _worker_of(server.pid)
        os.kill(first, signal.SIGKILL)
        _wait_until(lambda: (_worker_of(server.pid) or first) != first, 60)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)
    log.seek(0)
    assert f"http://127.0.0.1:{port}/" in log.read()
    assert not _session_members(server.pid)
    assert not _answers(f"http://127.0.0.1:{port}/health/live")
    assert run("script/db", "status", var=var).stdout.strip() == "stopped"


def _heed_interrupts() -> None:
    """In the background Ctrl-C is ignored, and a shell may not trap what it was born ignoring."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _wait_until(happens: object, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happens():  # type: ignore[operator]
            return
        time.sleep(0.3)
    raise AssertionError(f"did not happen within {seconds} s")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _session_members(session: int) -> dict[int, str]:
    """Process id → command line of the processes `script/server` started (its session)."""
    members = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
            command = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(after_name[3]) == session and after_name[0] != "Z":
            members[int(stat.parent.name)] = command
    return members


def _worker_of(session: int) -> int:
    """The job worker's process id, 0 while there is none."""
    workers = (
        pid for pid, line in _session_members(session).items() if "procrastinate worker" in line
    )
    return next(workers, 0)


def test_no_lock_file_names_a_registry_host() -> None:
    locks = [*ROOT.glob("requirements/*.txt"), *ROOT.glob("package-lock.json")]
    assert locks
    for lock in locks:
        assert not re.search(r"https?://", lock.read_text(encoding="utf-8")), lock.name


def test_every_run_time_package_is_pinned_alike_for_tests() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        return dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", text, re.MULTILINE))

    run_pins, dev_pins = pins("run"), pins("dev")
    assert run_pins
    assert {name: dev_pins.get(name) for name in run_pins} == run_pins
