"""Shapes of overlays by name: in the one filter, on pages of their own, in the legend."""

from typing import Any

import pytest
from django.test import Client

from geodata import named_shapes
from layers import actions
from layers.models import Overlay, OverlayIcon
from tests import overlays
from tests.submissions import pinned
from tests.world import World

POINT = (
    "<Placemark><name>Well</name><Style><IconStyle/></Style>"
    "<Point><coordinates>0.25,45.25</coordinates></Point></Placemark>"
)
SHAPES = "/overlays/halves/shapes/"


def coded(world: World, content: bytes = overlays.HALVES) -> Overlay:
    """The overlay `halves`, its code in the field CODE: Q1 west of lon 0.5, Q2 east of it."""
    overlay = overlays.published(world, content)
    Overlay.objects.filter(pk=overlay.pk).update(code_field="CODE")
    return overlay


def refs(path: str) -> set[str]:
    answer = Client().get(path)
    assert answer.status_code == 200, answer.content[:500]
    return {feature["properties"]["ref"] for feature in answer.json()["features"]}


def test_filter_by_a_shape_finds_what_lies_in_it_by_code(world: World) -> None:
    coded(world)
    west, east = pinned(0.25, 45.5), pinned(0.75, 45.5)
    assert refs("/api/v1/submissions?area=overlay:halves:Q1") == {west.ref}
    assert refs("/api/v1/submissions?area=overlay:halves:Q2") == {east.ref}


def test_shape_without_a_code_goes_by_its_position(world: World) -> None:
    overlays.published(world)
    east = pinned(0.75, 45.5)
    assert refs("/api/v1/submissions?area=overlay:halves:1") == {east.ref}


def test_shape_with_a_code_does_not_go_by_its_position(world: World) -> None:
    coded(world)
    assert named_shapes.find("overlay:halves:Q2") is not None
    assert named_shapes.find("overlay:halves:1") is None


def test_shapes_that_share_a_code_are_one(world: World) -> None:
    coded(
        world,
        overlays.kml(
            overlays.placemark("One", 0, 45, 0.2, 46, "Q1"),
            overlays.placemark("Two", 0.4, 45, 0.6, 46, "Q1"),
        ),
    )
    both = {pinned(0.1, 45.5).ref, pinned(0.5, 45.5).ref}
    pinned(0.3, 45.5)
    assert refs("/api/v1/submissions?area=overlay:halves:Q1") == both


@pytest.mark.parametrize(
    "name", ["halves", "halves:", "halves:Q3", "nowhere:Q1", ":", "halves:999999999999", "halves:²"]
)
def test_no_shape_of_another_name_is_found(world: World, name: str) -> None:
    coded(world)
    assert named_shapes.find(f"overlay:{name}") is None
    assert Client().get("/api/v1/submissions", {"area": f"overlay:{name}"}).status_code == 400


def test_points_and_lines_are_no_ground_to_filter_by(world: World) -> None:
    overlays.published(world, overlays.kml(POINT))
    assert named_shapes.find("overlay:halves:0") is None


def test_shape_is_unknown_as_soon_as_the_overlay_is_withdrawn(world: World) -> None:
    overlay = coded(world)
    actions.withdraw(overlay=overlay, by=None)
    assert Client().get("/api/v1/submissions?area=overlay:halves:Q1").status_code == 400
    for path in (SHAPES, f"{SHAPES}0/", "/overlays/halves/legend.json"):
        assert Client().get(path).status_code == 404


@pytest.mark.parametrize("visibility", ["staff", "link"])
def test_shapes_of_an_overlay_that_is_not_for_all_are_in_no_filter(
    world: World, visibility: str
) -> None:
    overlay = coded(world)
    token = "a-secret-of-the-link" if visibility == "link" else ""
    Overlay.objects.filter(pk=overlay.pk).update(visibility=visibility, link_token=token)
    assert named_shapes.find("overlay:halves:Q1") is None
    assert Client().get(SHAPES).status_code == 404
    if token:
        page = Client().get(SHAPES, {"key": token})
        assert f"/overlays/halves/shapes/0/?key={token}".encode() in page.content


def test_page_of_a_shape_tells_its_fields_and_counts_with_links_to_the_filter(world: World) -> None:
    coded(world)
    pinned(0.25, 45.5)
    pinned(0.26, 45.5, status="resolved")
    pinned(0.27, 45.5, is_hidden=True)
    pinned(0.75, 45.5)
    page = Client().get(f"{SHAPES}0/", headers={"accept-language": "en"}).content.decode()
    assert "West half" in page
    assert "<dt>CODE</dt><dd>Q1</dd>" in page
    assert "1 open submission here" in page
    assert "1 closed submission here" in page
    assert "/map/?area=overlay%3Ahalves%3AQ1&amp;status=open" in page


def test_counts_of_a_shape_are_those_of_the_map_page(world: World) -> None:
    coded(world)
    for lon in (0.1, 0.2, 0.3, 0.6):
        pinned(lon, 45.5)
    page = Client().get(
        "/map/?area=overlay%3Ahalves%3AQ1&status=open", headers={"accept-language": "en"}
    )
    assert "3 submissions" in page.content.decode()


def test_page_of_a_point_has_no_counts(world: World) -> None:
    overlays.published(world, overlays.kml(POINT))
    page = Client().get(f"{SHAPES}0/", headers={"accept-language": "en"})
    assert b"submission here" not in page.content
    assert b"Well" in page.content


def test_list_of_shapes_is_searched_and_comes_by_page(world: World) -> None:
    many = [overlays.placemark(f"Shape {n}", 0, 45, 0.5, 46, f"K{n}") for n in range(60)]
    coded(world, overlays.kml(*many))
    first = Client().get(SHAPES).content.decode()
    assert first.count("/overlays/halves/shapes/") >= 50
    assert "Shape 59" not in first
    assert "Shape 59" in Client().get(SHAPES, {"page": 2}).content.decode()
    found = Client().get(SHAPES, {"q": "K59"}).content.decode()
    assert "Shape 59" in found
    assert "Shape 1<" not in found


@pytest.mark.parametrize("query", [{"page": "x"}, {"page": "999"}, {"q": "\0"}, {"q": "%"}])
def test_odd_queries_of_the_list_are_no_error(world: World, query: dict[str, str]) -> None:
    overlays.published(world)
    assert Client().get(SHAPES, query).status_code == 200


@pytest.mark.parametrize("position", ["9", "99999999999999999999"])
def test_there_is_no_page_of_a_shape_that_is_not_there(world: World, position: str) -> None:
    overlays.published(world)
    assert Client().get(f"{SHAPES}{position}/").status_code == 404


def test_legend_says_each_look_once_with_group_and_count(world: World) -> None:
    def styled(name: str, colour: str) -> str:
        style = f"<Style><PolyStyle><color>ff{colour}</color></PolyStyle></Style>"
        return overlays.placemark(name, 0, 44, 0.5, 45).replace(
            "<ExtendedData>", f"{style}<ExtendedData>"
        )

    inside = (
        f"<Folder><name>Blue ones</name>{styled('A', 'ff0000')}{styled('B', 'ff0000')}</Folder>"
    )
    overlays.published(world, overlays.kml(inside, styled("The red one", "0000ff")))
    signs: list[dict[str, Any]] = Client().get("/overlays/halves/legend.json").json()["signs"]
    assert [(sign["fill"], sign["label"], sign["count"], sign["kind"]) for sign in signs] == [
        ("#0000ff", "Blue ones", 2, 2),
        ("#ff0000", "The red one", 1, 2),
    ]


def test_icons_are_ours_and_only_those_we_made(world: World) -> None:
    OverlayIcon.objects.create(sha256="ab" * 32, png=b"\x89PNG")
    answer = Client().get(f"/overlays/icons/{'ab' * 32}.png")
    assert (answer["Content-Type"], answer.content) == ("image/png", b"\x89PNG")
    assert Client().get(f"/overlays/icons/{'cd' * 32}.png").status_code == 404


def test_without_a_script_the_map_page_lists_overlays_and_their_data(world: World) -> None:
    overlays.published(world)
    page = Client().get("/map/").content.decode()
    assert 'href="/overlays/halves/view/"' in page
    assert f'href="{SHAPES}"' in page


def test_list_for_maps_says_where_legend_shapes_and_pages_are(world: World) -> None:
    overlays.published(world)
    (overlay,) = Client().get("/overlays.json").json()["overlays"]
    assert overlay["legend"] == "/overlays/halves/legend.json"
    assert overlay["shapes"] == SHAPES
    assert overlay["shape"] == f"{SHAPES}0/"
    assert Client().get(overlay["shape"]).status_code == 200
