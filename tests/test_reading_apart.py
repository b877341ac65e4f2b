"""Uploads are read in a process of its own: limited, without network, and its death is told."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import fiona
import pytest
from django.conf import settings as configured
from pytest_django.fixtures import Settings

from geodata.reading import apart
from layers.errors import WrongFile
from layers.importing import pouring
from layers.models import ImportState, OverlayImport
from tests import overlays
from tests.world import World


@pytest.fixture(autouse=True)
def _reading_apart(settings: Settings) -> None:
    settings.OVERLAY_READ_APART = True


def _outcome(overlay_import: OverlayImport) -> list[tuple[str, str, dict[str, object]]]:
    return list(overlay_import.findings.values_list("severity", "code", "values"))


def test_what_is_read_apart_is_what_is_read_here(world: World, settings: Settings) -> None:
    content = overlays.kml(
        "<Folder><name>Dossier é</name>"
        "<Placemark><name>Noué</name><ExtendedData><Data name='n'><value>1</value></Data>"
        "</ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>0,45 1,46 1,45 0,46 "
        "0,45</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder>",
        "<Placemark><name>Rien</name></Placemark>",
    )
    there = overlays.read(world, content)
    settings.OVERLAY_READ_APART = False
    here = overlays.read(world, content)
    columns = ("name", "folder", "line", "fields", "style", "geom")
    assert there.state == here.state == ImportState.READ
    assert list(there.features.values(*columns)) == list(here.features.values(*columns))
    assert _outcome(there) == _outcome(here)
    assert there.findings.count() > 1


def test_question_of_a_file_comes_across(world: World) -> None:
    read = overlays.read(world, b"nom;est;nord\nA;0,5;45,5\n")
    assert (read.state, read.question["asks"]) == (ImportState.ASKING, "columns")


def test_refusal_of_a_file_comes_across_with_its_line(world: World) -> None:
    whole = overlays.placemark("Whole", 0, 45, 1, 46)
    read = overlays.read(world, f"<kml>\n{whole}\n<Placemark></kml>".encode())
    assert (read.state, read.feature_count) == (ImportState.FAILED, 1)
    assert read.findings.get().line == 3


def test_file_that_needs_too_much_memory_ends_as_a_finding(
    world: World, settings: Settings
) -> None:
    settings.OVERLAY_READ_MAX_MEMORY_BYTES = 200_000_000
    positions = b"[0,45]," * 3_000_000
    content = b'{"type": "LineString", "coordinates": [' + positions + b"[1,46]]}"
    read = overlays.read(world, content)
    assert read.state == ImportState.FAILED
    assert _outcome(read) == [("error", "reading-died", {"reason": "memory"})]
    assert "mémoire" in read.findings.get().sentence


def test_reading_that_hangs_is_ended_by_the_clock(
    world: World, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.OVERLAY_READ_MAX_S = 0
    monkeypatch.setattr(pouring, "_MORE_S", 0.05)
    read = overlays.read(world)
    assert read.state == ImportState.FAILED
    assert _outcome(read) == [("error", "reading-died", {"reason": "time"})]


@pytest.mark.parametrize(
    ("signal_number", "reason"), [(signal.SIGKILL, "killed"), (signal.SIGSEGV, "crash")]
)
def test_process_that_dies_ends_as_a_finding_and_not_as_a_stuck_upload(
    world: World, monkeypatch: pytest.MonkeyPatch, signal_number: int, reason: str
) -> None:
    _meddle(monkeypatch, lambda process: process.send_signal(signal_number))
    begun = time.monotonic()
    read = overlays.read(world)
    assert time.monotonic() - begun < 20
    assert read.state == ImportState.FAILED
    assert _outcome(read) == [("error", "reading-died", {"reason": reason})]


def _meddle(
    monkeypatch: pytest.MonkeyPatch, deed: Callable[[subprocess.Popen[bytes]], None]
) -> None:
    """Does something to the reading process as soon as it has begun."""
    begin = apart._started

    def started(complaints: object) -> subprocess.Popen[bytes]:
        process = begin(complaints)
        deed(process)
        return process

    monkeypatch.setattr(apart, "_started", started)


def test_reading_process_knows_neither_key_nor_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []

    def look(process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 5
        while not (known := Path(f"/proc/{process.pid}/environ").read_bytes()):
            assert time.monotonic() < deadline  # empty for the blink in which it is exchanged
        seen.append(known)

    _meddle(monkeypatch, look)
    assert overlays.read(world).state == ImportState.READ
    assert b"PATH=" in seen[0]
    assert b"DATABASE" not in seen[0]
    assert configured.SECRET_KEY.encode() not in seen[0]


def _python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        cwd=configured.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_confined_process_reaches_no_network_writes_no_large_file_and_leaves_no_core(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = _python(
            """
            import os, resource, socket, sys
            from geodata.reading.confining import confine
            confine(memory_bytes=500_000_000, cpu_s=10, file_bytes=1_000)
            print(resource.getrlimit(resource.RLIMIT_CORE))
            try:
                socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=2)
                print("connected")
            except OSError:
                print("unreachable")
            import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            try:
                from pathlib import Path; Path(sys.argv[2]).write_bytes(b"x" * 2_000)
                print("written")
            except OSError:
                print("too large")
            try:
                print(len(bytearray(800_000_000)))
            except MemoryError:
                print("no memory")
            """,
            str(server.getsockname()[1]),
            str(tmp_path / "file"),
        )
    core, network, file, memory = told.stdout.split("\n")[:4]
    assert (core, file, memory) == ("(0, 0)", "too large", "no memory")
    if network == "connected" and not _may_leave_the_network():
        pytest.skip("this system lets nobody have a network namespace of its own")
    assert network == "unreachable"


def _may_leave_the_network() -> bool:
    return (
        _python(
            "import ctypes; raise SystemExit(ctypes.CDLL(None).unshare(0x40000000)"
            " and ctypes.CDLL(None).unshare(0x50000000))"
        ).returncode
        == 0
    )


@pytest.mark.skipif(sys.platform != "linux", reason="Linux ends a child with its parent")
def test_reading_process_ends_with_the_worker_that_started_it(tmp_path: Path) -> None:
    fifo = tmp_path / "endless"
    os.mkfifo(fifo)  # opening it to read waits for a writer who never comes
    worker = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from geodata.reading import *;"
            "from geodata.mending import Ground; from geodata.sources import Options;"
            "list(read_apart(Path(sys.argv[1]), Options(), Ground(None), Limits()))",
            str(fifo),
        ],
        cwd=configured.BASE_DIR,
    )
    reader = _waited_for(lambda: _child_of(worker.pid))
    _waited_for(lambda: "geodata.reading" in _command(reader) and _has_confined(reader))
    worker.kill()
    worker.wait()
    assert _waited_for(lambda: not _lives(reader))


def _waited_for(found: Callable[[], int], seconds: float = 30) -> int:
    until = time.monotonic() + seconds
    while not (result := found()) and time.monotonic() < until:
        time.sleep(0.05)
    return result


def _child_of(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0]) if children else 0


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def _has_confined(pid: int) -> bool:
    return "NoNewPrivs:\t1" in Path(f"/proc/{pid}/status").read_text()


def _lives(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


# ---------------------------------------------------------------- hostile files


def _shapefile(folder: Path, prj: str | None = None) -> list[Path]:
    schema = {"geometry": "Point", "properties": {"nom": "str"}}
    with fiona.open(
        folder / "a.shp", "w", driver="ESRI Shapefile", crs="EPSG:4326", schema=schema
    ) as file:
        file.write(
            {"geometry": {"type": "Point", "coordinates": (0.5, 45.5)}, "properties": {"nom": "x"}}
        )
    if prj is not None:
        (folder / "a.prj").write_text(prj)
    return sorted(folder.glob("a.*"))


def _zip(path: Path, parts: list[Path], **more: str) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for part in parts:
            archive.write(part, part.name)
        for name, text in more.items():
            archive.writestr(name, text)
    return path.read_bytes()


def test_vrt_and_sidecars_in_a_zip_are_never_looked_at(
    world: World, tmp_path: Path, asked: tuple[str, list[str]]
) -> None:
    address, paths = asked
    vrt = (
        "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/vsicurl/"
        f"{address}/a.shp</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    sidecar = f"<PAMDataset><SRS>{address}/srs</SRS></PAMDataset>"
    content = _zip(
        tmp_path / "a.zip",
        _shapefile(tmp_path),
        **{"a.vrt": vrt, "a.shp.aux.xml": sidecar, "a.shp.xml": vrt, "a.qix": vrt},
    )
    read = overlays.read(world, content)
    assert (read.state, read.feature_count) == (ImportState.READ, 1)
    assert paths == []


@pytest.mark.parametrize(
    "prj",
    [
        "{address}/crs.wkt",
        "/vsicurl/{address}/crs.wkt",
        "file:///etc/passwd",
        "/etc/passwd",
        "+proj=longlat +nadgrids={address}/grid.gsb",
        'GEOGCS["x",DATUM["d",SPHEROID["s",6378137,298],EXTENSION["PROJ4_GRIDS","{address}/g"]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]',
    ],
)
def test_prj_that_names_an_address_or_a_file_is_never_followed(
    world: World, tmp_path: Path, asked: tuple[str, list[str]], prj: str
) -> None:
    address, paths = asked
    parts = _shapefile(tmp_path, prj.replace("{address}", address))
    read = overlays.read(world, _zip(tmp_path / "a.zip", parts))
    assert read.state in (ImportState.READ, ImportState.ASKING, ImportState.FAILED)
    assert paths == []
    told = str(list(read.findings.values_list("values", flat=True))) + str(read.question)
    assert "root:" not in told


def test_vrt_by_itself_under_any_name_is_refused(
    world: World, asked: tuple[str, list[str]]
) -> None:
    address, paths = asked
    vrt = (
        f"<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/vsicurl/{address}/a.shp"
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    with pytest.raises(WrongFile):
        overlays.uploaded(world, vrt.encode())
    assert paths == []


def test_geojson_with_a_linked_system_is_refused_and_nobody_is_asked(
    world: World, asked: tuple[str, list[str]]
) -> None:
    address, paths = asked
    link = f'{{"type": "link", "properties": {{"href": "{address}/crs"}}}}'
    content = f'{{"type": "FeatureCollection", "crs": {link}, "features": [{{}}]}}'
    assert _outcome(overlays.read(world, content.encode())) == [("error", "crs-not-named", {})]
    assert paths == []


@pytest.mark.parametrize("name", ["../a.shp", "/etc/a.shp", "autre.zip", "C:a.shp"])
def test_zip_with_a_hostile_name_is_refused_at_the_door(
    world: World, tmp_path: Path, name: str
) -> None:
    content = _zip(tmp_path / "a.zip", _shapefile(tmp_path), **{name: "x"})
    with pytest.raises(WrongFile):
        overlays.uploaded(world, content)


def test_shapefile_that_unpacks_to_a_bomb_is_refused_at_the_door(
    world: World, tmp_path: Path
) -> None:
    path = tmp_path / "bomb.zip"
    packed = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
    with packed as archive, archive.open("a.shp", "w") as file:
        for _ in range(60):
            file.write(b"\0" * 1_000_000)
    with pytest.raises(WrongFile):
        overlays.uploaded(world, path.read_bytes())
