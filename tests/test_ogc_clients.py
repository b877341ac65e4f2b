"""What GDAL's own OGC API Features driver, which QGIS uses, reads of a live server.

GDAL asks from a process of its own: in this one it keeps Python's lock while it waits for the
server, which could then never answer.
"""

import json
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from tests.overlays import published
from tests.submissions import pinned
from tests.world import World

pyogrio = pytest.importorskip("pyogrio")

pytestmark = pytest.mark.skipif(
    "OAPIF" not in pyogrio.list_drivers(), reason="this GDAL has no OAPIF driver"
)


_READ = """
import json, sys
import pyogrio
server, layer, options = json.loads(sys.argv[1])
if layer is None:
    told = [name for name, _kind in pyogrio.list_layers(server)]
else:
    options = {key: tuple(v) if isinstance(v, list) else v for key, v in options.items()}
    meta, _fids, shapes, columns = pyogrio.raw.read(server, layer=layer, **options)
    by_name = dict(zip(meta["fields"], columns))
    told = {"number": len(shapes), "ref": list(by_name.get("ref", []))}
print(json.dumps(told))
"""


def ask(server: str, layer: str | None = None, **options: Any) -> Any:
    """The names of all layers, or of one the `number` of shapes and the values of `ref`."""
    told = subprocess.run(
        [sys.executable, "-c", _READ, json.dumps([server, layer, options])],
        check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return json.loads(told.stdout)


@pytest.fixture
def server(live_server: Any, live_world: World) -> str:
    return f"OAPIF:{live_server.url}/ogc/"


def test_gdal_reads_every_collection_page_by_page(server: str, live_world: World) -> None:
    refs = {pinned(0.1 + 0.05 * number, 45.25).ref for number in range(12)}
    pinned(0.2, 45.25, is_hidden=True)
    published(live_world)
    assert {"submissions", "areas-commune", "overlays-halves"} <= set(ask(server))
    read = ask(server, "submissions", PAGE_SIZE="5")
    assert set(read["ref"]) == refs
    assert read["number"] == 12
    total = Client().get("/ogc/collections/submissions/items").json()["numberMatched"]
    assert total == read["number"]
    for collection, number in (("areas-commune", 4), ("overlays-halves", 2)):
        assert ask(server, collection, PAGE_SIZE="1")["number"] == number, collection


def test_gdal_asks_for_a_box_and_finds_what_lies_in_it(server: str) -> None:
    inside = pinned(0.5, 45.5).ref
    pinned(1.5, 45.5)
    assert ask(server, "submissions", bbox=[0, 45, 1, 46])["ref"] == [inside]
