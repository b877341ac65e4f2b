"""What every door keeps to: silence about what is hidden, methods, Accept, cursors."""

import json

import mapbox_vector_tile
import pytest
from django.test import Client

from reports.models import Category, Submission
from tests.exported import FORMATS, refs_in
from tests.submissions import pinned
from tests.world import World

API = "/api/v1/submissions"


# ---------------------------------------------------------------- what is hidden
HIDING = {
    "the map's list": "/map/",
    "the list of its area": "/map/?area=commune:90001",
    "the list near it": "/map/?near=0.3,45.3,500&sort=near",
    "the list of its words": "/map/?q=secret",
    "the API": API,
    "the API by area": f"{API}?area=commune:90001&area=canton:9001",
    "the feed": "/feeds/submissions/",
    "the feed of its area": "/feeds/areas/commune/90001/",
    "the page of its area": "/areas/commune/90001/",
    "home": "/",
    **{f"the export as {extension}": f"/exports/submissions.{extension}" for extension in FORMATS},
}


def said_by(path: str) -> bytes:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.getvalue()


def knows(path: str, ref: str) -> bool:
    data = said_by(path)
    extension = path.partition("?")[0].rpartition(".")[2]
    if path.startswith("/exports/"):
        return ref in refs_in(extension, data)
    return ref.encode() in data


@pytest.mark.parametrize("door", HIDING)
def test_what_is_hidden_is_gone_at_once_and_comes_back(world: World, door: str) -> None:
    submission = pinned(0.3, 45.3, description="Un secret")
    pinned(0.3, 45.3)
    path = HIDING[door]
    assert knows(path, submission.ref)
    Submission.objects.filter(pk=submission.pk).update(is_hidden=True)
    assert not knows(path, submission.ref)
    assert b"secret" not in said_by(path).lower() or "q=secret" in path
    Submission.objects.filter(pk=submission.pk).update(is_hidden=False)
    assert knows(path, submission.ref)


def test_its_page_and_its_tile_are_as_if_it_had_never_been(client: Client, world: World) -> None:
    submission = pinned(0.25, 45.6)
    page, tile = f"/submissions/{submission.ref}/", "/tiles/submissions/14/8203/5889.mvt"
    counted = _count_in(client.get("/tiles/submissions/0/0/0.mvt").content)
    assert counted == 1
    assert client.get(page).status_code == 200
    Submission.objects.filter(pk=submission.pk).update(is_hidden=True)
    absent = client.get("/submissions/ZZZZ-ZZZZ/")
    hidden = client.get(page)
    assert (hidden.status_code, len(hidden.content)) == (absent.status_code, len(absent.content))
    assert client.get(tile).content == client.get("/tiles/submissions/14/0/0.mvt").content
    assert _count_in(client.get("/tiles/submissions/0/0/0.mvt").content) == 0


def _count_in(tile: bytes) -> int:
    """Pins, or what clusters say they stand for."""
    features = mapbox_vector_tile.decode(tile).get("submissions", {"features": []})["features"]
    return sum(feature["properties"].get("count", 1) for feature in features)


def test_no_door_shows_a_category_that_is_asked_for_by_an_insider_name(world: World) -> None:
    """Free look-ups are how peers leaked users."""
    for name in ("reporter_email", "reporter_email__contains", "events__by", "is_hidden", "pk__gt"):
        for path in ("/map/", API, "/feeds/submissions/", "/exports/submissions.csv"):
            assert Client().get(path, {name: "a"}).status_code == 400, (path, name)
    assert Category.objects.exists()


# ---------------------------------------------------------------- methods and Accept
TILE = "/tiles/submissions/9/256/182.mvt"
DOORS = [
    "/map/", API, "/feeds/submissions/", "/exports/submissions.csv", "/exports/", TILE,
    "/statistics/", "/api/v1/statistics", "/exports/statistics.csv",
]  # fmt: skip


@pytest.mark.parametrize("path", DOORS)
def test_head_says_what_get_says_without_saying_it(client: Client, world: World, path: str) -> None:
    pinned(0.3, 45.3)
    got, head = client.get(f"{path}?status=open"), client.head(f"{path}?status=open")
    assert head.status_code == 200
    assert head["Content-Type"] == got["Content-Type"]
    assert client.head(f"{path}?status=lost").status_code == 400


@pytest.mark.parametrize("path", DOORS)
def test_other_methods_are_answered_and_never_an_error(
    client: Client, world: World, path: str
) -> None:
    for method in ("OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
        answer = client.generic(method, path)
        assert answer.status_code in (200, 204, 405), (method, answer.status_code)
        assert "GET" in answer["Allow"], method


def test_a_method_that_is_not_known_is_refused_in_words(client: Client, world: World) -> None:
    page = client.post("/map/", headers={"Accept-Language": "fr"})
    assert (page.status_code, page["Allow"]) == (405, "GET, HEAD")
    assert "ne répond qu’à GET, HEAD" in page.content.decode()
    for path in ("/api/v1/submissions", "/tiles/submissions/0/0/0.mvt", "/ogc/collections"):
        refused = client.delete(path, headers={"Accept-Language": "en"})
        assert refused["Content-Type"] == "application/problem+json", path
        assert refused.json()["detail"] == f"This address answers to {refused['Allow']} only."


@pytest.mark.parametrize(
    "accept",
    ["", "*/*", "text/html;q=0.0", "application/pdf", "x" * 5000, "é", ";;;,,,"],
)
def test_accept_games_change_nothing(client: Client, world: World, accept: str) -> None:
    for path in DOORS:
        plain, games = client.get(path), client.get(path, headers={"Accept": accept})
        assert games.status_code == 200
        assert games["Content-Type"] == plain["Content-Type"]


@pytest.mark.parametrize("path", ["/map/", API])
def test_a_cursor_is_of_its_filter_and_order(client: Client, world: World, path: str) -> None:
    for _ in range(32):
        pinned(0.3, 45.3)
    limit = "&limit=5" if path == API else ""
    if path == API:
        [link] = [
            one["href"]
            for one in client.get(f"{path}?kind=report{limit}").json()["links"]
            if one["rel"] == "next"
        ]
        cursor = link.rpartition("cursor=")[2]
    else:
        cursor = client.get(f"{path}?kind=report").context["page"].next_cursor
    assert client.get(f"{path}?kind=report&cursor={cursor}{limit}").status_code == 200
    forged = ("1" if cursor[0] != "1" else "2") + cursor[1:]
    for query in (
        f"cursor={cursor}",
        f"kind=report&status=open&cursor={cursor}",
        f"kind=report&sort=oldest&cursor={cursor}",
        f"kind=report&cursor={forged}",
        f"kind=report&cursor={cursor[:-1]}",
        f"kind=report&cursor={'9' * 5000}",
        "kind=report&cursor=%00",
    ):
        answer = client.get(f"{path}?{query}{limit}")
        assert answer.status_code == 400, query
        if path == API:
            assert list(answer.json()["errors"]) == ["cursor"]


def test_json_is_whole(client: Client, world: World) -> None:
    pinned(0.3, 45.3, description="« Ça » & \u2028 </script>")
    [feature] = json.loads(client.get(API).content)["features"]
    assert feature["properties"]["description"] == "« Ça » & \u2028 </script>"
