"""What GDAL's own OGC API Features driver, which QGIS uses, reads of a live server."""

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


@pytest.fixture
def server(live_server: Any, live_world: World) -> str:
    return f"OAPIF:{live_server.url}/ogc/"


def test_gdal_reads_every_collection_page_by_page(server: str, live_world: World) -> None:
    refs = {pinned(0.1 + 0.05 * number, 45.25).ref for number in range(12)}
    pinned(0.2, 45.25, is_hidden=True)
    published(live_world)
    listed = {layer for layer, _kind in pyogrio.list_layers(server)}
    assert {"submissions", "areas-commune", "overlays-halves"} <= listed
    _meta, _fids, shapes, columns = pyogrio.raw.read(server, layer="submissions", PAGE_SIZE="5")
    by_name = dict(zip(_meta["fields"], columns, strict=True))
    assert set(by_name["ref"]) == refs
    assert len(shapes) == 12
    total = Client().get("/ogc/collections/submissions/items").json()["numberMatched"]
    assert total == len(shapes)
    for collection, number in (("areas-commune", 4), ("overlays-halves", 2)):
        _meta, _fids, shapes, _columns = pyogrio.raw.read(server, layer=collection, PAGE_SIZE="1")
        assert len(shapes) == number, collection


def test_gdal_asks_for_a_box_and_finds_what_lies_in_it(server: str) -> None:
    inside = pinned(0.5, 45.5).ref
    pinned(1.5, 45.5)
    _meta, _fids, _shapes, columns = pyogrio.raw.read(
        server, layer="submissions", bbox=(0, 45, 1, 46)
    )
    by_name = dict(zip(_meta["fields"], columns, strict=True))
    assert list(by_name["ref"]) == [inside]
