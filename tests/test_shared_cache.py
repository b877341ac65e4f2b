"""Tiles with a cache that all processes share (Redis or Valkey), there or not."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from reports.actions.triage import set_hidden
from tests.submissions import pinned
from tests.vector_tiles import features
from tests.world import World

redis = pytest.importorskip("redis")

TILE = "9/256/182"
PATH = f"/tiles/submissions/{TILE}.mvt"
SERVER = shutil.which("valkey-server") or shutil.which("redis-server")
CONFIGURED = {
    "BACKEND": "geodata.shared_cache.SharedCache",
    "KEY_PREFIX": "tiles",
    "TIMEOUT": 86_400,
    "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.25},
}


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
    return port


def use(settings: Any, port: int) -> None:
    location = f"redis://127.0.0.1:{port}/0"
    settings.CACHES = {**settings.CACHES, "tiles": {**CONFIGURED, "LOCATION": location}}


def made_by(client: Client) -> str:
    answer = client.get(PATH)
    assert answer.status_code == 200
    return answer["X-Cantonnier-Tile"]


@pytest.fixture
def server(settings: Any, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    if SERVER is None:
        pytest.skip("there is no valkey-server or redis-server")
    port = free_port()
    process = subprocess.Popen(
        [SERVER, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    for _ in range(100):
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    use(settings, port)
    yield process
    process.kill()
    process.wait()


def test_tiles_come_from_the_shared_cache_until_something_changes(
    client: Client, world: World, server: Any
) -> None:
    submission = pinned(0.25, 45.6)
    assert made_by(client) == "pins"
    assert made_by(client) == "cached; pins"
    [feature] = features(client, TILE)
    assert feature["id"] == submission.pk
    set_hidden(submission=submission, by=world.user("root"), hidden=True, reason="Ainsi")
    assert features(client, TILE) == []


def test_tiles_survive_a_server_that_dies(client: Client, world: World, server: Any) -> None:
    pinned(0.25, 45.6)
    assert made_by(client) == "pins"
    assert made_by(client) == "cached; pins"
    server.kill()
    server.wait()
    assert made_by(client) == "pins"
    assert len(features(client, TILE)) == 1


def test_tiles_need_no_server(client: Client, world: World, settings: Any) -> None:
    use(settings, free_port())
    pinned(0.25, 45.6)
    assert [made_by(client) for _ in range(3)] == ["pins"] * 3
    etag = client.get(PATH)["ETag"]
    assert client.get(PATH, headers={"if-none-match": etag}).status_code == 304


def test_a_server_that_never_answers_is_waited_for_once(
    client: Client, world: World, settings: Any
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        use(settings, silent.getsockname()[1])
        pinned(0.25, 45.6)
        assert made_by(client) == "pins"
        began = time.monotonic()
        for _ in range(5):
            assert made_by(client) == "pins"
        assert time.monotonic() - began < 1.0, "each would wait for a quarter of a second, twice"


def test_what_the_settings_choose_is_what_is_tested_here(monkeypatch: pytest.MonkeyPatch) -> None:
    from config import settings as configured

    assert configured._TILE_CACHES["redis"] == {
        "BACKEND": CONFIGURED["BACKEND"],
        "LOCATION": configured.CACHE_URL,
        "OPTIONS": CONFIGURED["OPTIONS"],
    }
    assert caches["tiles"] is not None
