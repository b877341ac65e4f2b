"""Submissions as vector tiles, read with an independent decoder."""

import gzip
from typing import Any

import mapbox_vector_tile
import pytest
import zstandard
from django.core.cache import caches
from django.test import Client

from reports import tiles
from reports.actions.triage import set_hidden
from reports.pyramid import drawing
from tests.submissions import pinned
from tests.world import World

# Zoom 9: the tile from longitude 0 to 0.703, with latitude 45.5 inside.
TILE = "/tiles/submissions/9/256/182.mvt"


def decode(client: Client, path: str) -> list[dict[str, Any]]:
    answer = client.get(path)
    assert answer.status_code == 200
    layers = mapbox_vector_tile.decode(answer.content)
    return list(layers.get("submissions", {}).get("features", []))


def test_a_pin_carries_id_kind_category_and_status_and_no_more(
    client: Client, world: World
) -> None:
    submission = pinned(0.25, 45.6, reporter_email="someone@example.org")
    [feature] = decode(client, TILE)
    assert feature["id"] == submission.pk
    assert feature["properties"] == {
        "kind": "report",
        "category": "voirie",
        "status": "new",
    }


def test_the_id_in_a_tile_leads_to_the_page_unless_it_is_hidden(
    client: Client, world: World
) -> None:
    submission = pinned(0.25, 45.6)
    page = client.get(f"/submissions/id/{submission.pk}/")
    assert page["Location"] == submission.get_absolute_url()
    hidden = pinned(0.25, 45.6, is_hidden=True)
    for pk in (hidden.pk, 10**9, 10**30):
        assert client.get(f"/submissions/id/{pk}/").status_code == 404


def test_a_pin_beyond_the_edge_is_also_in_the_neighbours_buffer(
    client: Client, world: World
) -> None:
    """32 px of 256: the western tile draws up to 0.088 degrees beyond longitude 0.7031."""
    pinned(0.72, 45.6)
    assert len(decode(client, "/tiles/submissions/9/256/182.mvt")) == 1
    assert len(decode(client, "/tiles/submissions/9/257/182.mvt")) == 1
    pinned(0.85, 45.6)
    assert len(decode(client, "/tiles/submissions/9/256/182.mvt")) == 1


def test_what_is_hidden_is_in_no_tile_not_even_for_staff(client: Client, world: World) -> None:
    pinned(0.25, 45.6, is_hidden=True)
    client.force_login(world.user("root"))
    assert decode(client, TILE) == []


def test_the_filter_of_the_list_filters_tiles(client: Client, world: World) -> None:
    kept = pinned(0.25, 45.6, status="resolved")
    pinned(0.26, 45.6)
    [feature] = decode(client, f"{TILE}?status=closed")
    assert feature["id"] == kept.pk


def test_a_filter_that_is_none_is_refused_by_name(client: Client, world: World) -> None:
    answer = client.get(f"{TILE}?status=lost")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["status"]


def test_caches_ask_again_and_get_304(client: Client, world: World) -> None:
    pinned(0.25, 45.6)
    first = client.get(TILE)
    assert "no-cache" in first["Cache-Control"]
    assert client.get(TILE, headers={"If-None-Match": first["ETag"]}).status_code == 304
    pinned(0.26, 45.6)
    assert client.get(TILE, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "tile",
    ["23/0/0", "1/2/0", "1/0/2", f"1/{'9' * 5000}/0", "1.5/0/0", "1/0.5/0", "1/-1/0", "1e1/0/0"],
)
def test_outside_the_pyramid_there_is_nothing(client: Client, db: None, tile: str) -> None:
    assert client.get(f"/tiles/submissions/{tile}.mvt").status_code == 404


def test_a_tile_costs_two_queries(
    client: Client, world: World, django_assert_num_queries: Any
) -> None:
    """What is there, and the tile."""
    pinned(0.25, 45.6)
    with django_assert_num_queries(2) as asked:
        client.get(TILE)
    assert all("reports_" in query["sql"] and "%(" not in query["sql"] for query in asked)


# ------------------------------------------------------------------ caches

GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture
def kept_tiles(settings: Any) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "tiles": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "t"},
    }
    caches["tiles"].clear()


def test_an_unchanged_tile_is_304_or_from_the_cache_and_is_not_made_again(
    client: Client, world: World, kept_tiles: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned(0.25, 45.6)
    first = client.get(TILE)
    monkeypatch.setattr(tiles, "make", None)
    assert client.get(TILE, headers={"If-None-Match": first["ETag"]}).status_code == 304
    again = client.get(TILE)
    assert again["X-Cantonnier-Tile"] == "cached; pins"
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])


def test_equal_filters_share_what_is_kept(client: Client, world: World, kept_tiles: None) -> None:
    pinned(0.25, 45.6)
    client.get(f"{TILE}?status=new&status=in_progress&status=scheduled&kind=report")
    again = client.get(f"{TILE}?kind=report&kind=report&status=open")
    assert again["X-Cantonnier-Tile"].startswith("cached")


@pytest.mark.parametrize("query", ["", "?kind=report", "?bbox=0,45,1,46", "?q=trou"])
def test_what_is_hidden_is_out_of_every_cache_at_once(
    client: Client, world: World, kept_tiles: None, query: str
) -> None:
    """As are changes of status, moves, and what its neighbour's margin shows."""
    found = pinned(0.72, 45.6)
    east, west = "/tiles/submissions/9/257/182.mvt", TILE
    seen = {path: client.get(path + query) for path in (east, west)}
    assert all(decode(client, path + query) for path in seen)
    set_hidden(submission=found, by=world.user("root"), hidden=True, reason="Privé")
    for path, before in seen.items():
        asked_again = client.get(path + query, headers={"If-None-Match": before["ETag"]})
        assert asked_again.status_code == 200
        assert asked_again.content == b""
        assert decode(client, path + query) == []


def test_tiles_are_sent_compressed_to_those_who_read_it(client: Client, world: World) -> None:
    for number in range(30):
        pinned(0.25 + number / 1000, 45.6)
    plain, packed = client.get(TILE), client.get(TILE, headers=GZIP)
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    assert "Accept-Encoding" in packed["Vary"]
    newer = client.get(TILE, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert newer["Content-Encoding"] == "zstd"
    assert zstandard.ZstdDecompressor().decompress(newer.content) == plain.content
    assert newer["ETag"] not in (plain["ETag"], packed["ETag"])
    without = client.get(TILE, headers={"Accept-Encoding": "gzip, zstd;q=0"})
    assert without["Content-Encoding"] == "gzip"
    for refused in ("gzip;q=0", "identity", "nonsense;;q", ""):
        answer = client.get(TILE, headers={"Accept-Encoding": refused})
        assert "Content-Encoding" not in answer


def test_only_sums_of_several_may_be_shown_while_a_browser_asks_again(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MOST_PINS", 1)
    pinned(0.25, 45.6)
    assert "no-cache" in client.get(TILE)["Cache-Control"]
    pinned(0.25, 45.6)
    assert "stale-while-revalidate" in client.get(TILE)["Cache-Control"]
    pinned(0.6, 45.6)  # a cell of its own
    assert "no-cache" in client.get(TILE)["Cache-Control"]


def test_tiles_have_the_security_headers_and_no_cookie(client: Client, world: World) -> None:
    answer = client.get(TILE)
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options",
                 "Referrer-Policy"):  # fmt: skip
        assert answer[name], name
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert client.get(TILE, headers={"host": "elsewhere.example"}).status_code in (200, 400)
    assert client.post(TILE).status_code == 405
    assert client.head(TILE).status_code == 200
