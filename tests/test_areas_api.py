"""/api/v1/areas: search, one area, and how areas lie to each other, on whole polygons."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from shapely import box
from shapely.geometry import shape

from geodata import editions
from geodata.editions import IncomingArea
from geodata.models import Level
from geodata.succession import Link
from tests.world import World

AREAS = "/api/v1/areas"


def got(client: Client, path: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"{AREAS}{path}", asked)
    assert answer.status_code == 200, answer.content
    assert answer["Access-Control-Allow-Origin"] == "*"
    found: dict[str, Any] = answer.json()
    return found


def keys(found: dict[str, Any]) -> list[str]:
    return [f"{one['level']}:{one['code']}" for one in found["areas"]]


def add_quartier(code: str, *bounds: float, hole: tuple[float, ...] = ()) -> None:
    ground = box(*bounds)
    editions.load(
        [IncomingArea(code, code, ground.difference(box(*hole)) if hole else ground)],
        level=Level.objects.get(code="quartier"),
        valid_from=date(2020, 1, 1),
        series=code.lower(),
    )


def test_areas_are_found_by_level_code_and_name(client: Client, world: World) -> None:
    assert len(keys(got(client, ""))) == 10
    assert keys(got(client, "", level="epci")) == ["epci:200000001", "epci:200000002"]
    assert keys(got(client, "", code="90001")) == ["commune:90001"]
    assert keys(got(client, "", q="DEPARTEMENT")) == ["departement:90"]
    assert keys(got(client, "", q="nowhere")) == []
    assert keys(got(client, "", on="2010-01-01")) == []


def test_a_parent_contains_what_has_most_of_its_ground_inside(client: Client, world: World) -> None:
    inside = keys(got(client, "", parent="epci:200000001"))
    assert inside == ["canton:9001", "commune:90001", "commune:90002", "quartier:A1"]
    assert keys(got(client, "", parent="epci:200000001", level="commune", q="b")) == [
        "commune:90002"
    ]


def test_pages_follow_each_other(client: Client, world: World) -> None:
    seen: list[str] = []
    page = got(client, "", limit=4)
    while True:
        seen += keys(page)
        if not page["next"]:
            break
        page = client.get(page["next"]).json()
    assert seen == keys(got(client, ""))
    assert len(seen) == len(set(seen)) == 10


def test_one_area_is_a_feature_with_its_collectivity_and_links(
    client: Client, world: World
) -> None:
    found = got(client, "/commune/90001")
    assert found["id"] == "commune:90001"
    assert shape(found["geometry"]).equals(box(0, 45, 1, 46))
    properties = found["properties"]
    assert (properties["name"], properties["edition"]) == ("A", "2018-01-01")
    assert properties["collectivity"]["code"] == "90001"
    for link in properties["links"].values():
        assert client.get(link).status_code == 200
    assert got(client, "/commune/90001", geometry="false")["geometry"] is None


def test_children_say_how_much_of_them_is_inside(client: Client, world: World) -> None:
    """The canton cuts A and B: half of it is in A, which is just enough."""
    add_quartier("ACROSS", 0.9, 45.1, 1.9, 45.2)
    found = got(client, "/commune/90001/children")
    shares = {one["code"]: (one["share"], one["is_partly"]) for one in found["areas"]}
    assert shares == {"A1": (1.0, False), "ACROSS": (0.1, True)}


def test_a_canton_has_parts_of_the_communes_it_cuts(client: Client, world: World) -> None:
    found = got(client, "/canton/9001/children", level="commune")
    assert [(one["code"], one["share"]) for one in found["areas"]] == [
        ("90001", 0.5),
        ("90002", 0.5),
    ]


def test_touching_is_not_containing(client: Client, world: World) -> None:
    assert "commune:90003" not in keys(got(client, "/epci/200000001/children"))


def test_parents_are_the_upper_levels_around(client: Client, world: World) -> None:
    assert sorted(keys(got(client, "/commune/90004/parents"))) == [
        "departement:90",
        "epci:200000002",
        "region:99",
    ]


def test_neighbours_share_a_border_in_metres(client: Client, world: World) -> None:
    found = got(client, "/commune/90001/neighbours")["areas"]
    borders = {one["code"]: one["border_m"] for one in found}
    assert set(borders) == {"90002", "90003", "90004"}
    assert 111_000 < borders["90002"] < 111_300
    assert 77_000 < borders["90003"] < 77_900
    assert borders["90004"] < 10


def test_an_enclave_is_a_neighbour_and_no_child_of_what_surrounds_it(
    client: Client, world: World
) -> None:
    add_quartier("RING", 1.2, 46.2, 1.8, 46.8, hole=(1.4, 46.4, 1.6, 46.6))
    add_quartier("HEART", 1.4, 46.4, 1.6, 46.6)
    assert keys(got(client, "/quartier/RING/neighbours")) == ["quartier:HEART"]
    assert keys(got(client, "/quartier/HEART/neighbours")) == ["quartier:RING"]


def test_the_history_of_a_code_survives_the_code(client: Client, world: World) -> None:
    editions.load(
        [IncomingArea("90010", "AB", box(0, 45, 2, 46))],
        level=Level.objects.get(code="commune"),
        valid_from=date(2020, 1, 1),
        successions=[Link("90001", "90010", 1.0, 0.5), Link("90002", "90010", 1.0, 0.5)],
    )
    old = got(client, "/commune/90001/history")
    assert [one["edition"] for one in old["editions"]] == ["2018-01-01"]
    assert old["editions"][0]["valid_to"] == "2020-01-01"
    assert [one["to_code"] for one in old["became"]] == ["90010"]
    new = got(client, "/commune/90010/history")
    assert [one["from_code"] for one in new["came_from"]] == ["90001", "90002"]
    gone = client.get(f"{AREAS}/commune/90001", headers={"accept-language": "en"})
    assert gone.status_code == 404
    assert "90001 was merged into 90010 on Jan. 1, 2020." in gone.json()["detail"]
    assert gone["Link"] == f'<http://testserver{AREAS}/commune/90010>; rel="successor-version"'
    assert "90010" in client.get(f"{AREAS}/commune/90001/parents").json()["detail"]
    before_all = client.get(f"{AREAS}/commune/90001", {"on": "2017-01-01"})
    assert before_all.status_code == 404
    assert "90010" not in str(before_all.json())
    assert got(client, "/commune/90001", on="2019-06-01")["properties"]["name"] == "A"


@pytest.mark.parametrize(
    ("path", "asked", "status", "word"),
    [
        ("", {"level": "galaxy"}, 400, "galaxy"),
        ("", {"parent": "nonsense"}, 400, "commune:44109"),
        ("", {"parent": "commune:00000"}, 404, "commune:00000"),
        ("", {"after": "x"}, 400, "commune:44109"),
        ("", {"limit": "0"}, 400, "limit"),
        ("", {"limit": "501"}, 400, "limit"),
        ("", {"on": "never"}, 400, "on"),
        ("", {"q": "a\0"}, 400, "q"),
        ("", {"code": "a\0"}, 400, "code"),
        ("/commune/00000", {}, 404, "commune:00000"),
        ("/galaxy/1", {}, 404, "galaxy:1"),
        ("/commune/90001/children", {"level": "galaxy"}, 400, "galaxy"),
        ("/commune/00000/parents", {}, 404, "commune:00000"),
        ("/commune/00000/history", {}, 404, "commune:00000"),
        ("/galaxy/1/history", {}, 400, "galaxy"),
        ("/commune/90001", {"geometry": "perhaps"}, 400, "geometry"),
    ],
)
def test_what_is_not_there_is_said(
    client: Client, world: World, path: str, asked: dict[str, str], status: int, word: str
) -> None:
    answer = client.get(f"{AREAS}{path}", asked)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert word in str(answer.json())


def test_the_document_names_every_address(client: Client, world: World) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    for relation in ("", "/children", "/parents", "/neighbours", "/history"):
        assert f"/api/v1/areas/{{level}}/{{code}}{relation}" in paths
    assert "/api/v1/areas" in paths


def test_an_area_says_its_box(client: Client, world: World) -> None:
    assert got(client, "/canton/9001", geometry="false")["bbox"] == [0.5, 45, 1.5, 46]
