"""The one filter object: what it means, what it refuses by name, and its one written form."""

import json
import math
import random
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.gis.geos import Polygon
from django.http import QueryDict
from django.test import Client

from geodata import named_shapes
from geodata.named_shapes import NamedShape
from reports.filters import SubmissionFilter, parameters
from reports.models import Category, CategoryGroup, Submission
from tests.submissions import pinned
from tests.world import World

API = "/api/v1/submissions"
SQUARE = [[0.2, 45.2], [0.4, 45.2], [0.4, 45.4], [0.2, 45.4], [0.2, 45.2]]


def polygon(*rings: list[Any], kind: str = "Polygon") -> str:
    return json.dumps({"type": kind, "coordinates": rings})


def refs(client: Client, **query: Any) -> list[str]:
    answer = client.get(f"{API}?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200, answer.content
    return [feature["id"] for feature in answer.json()["features"]]


def refused(client: Client, query: str) -> dict[str, list[str]]:
    answer = client.get(f"{API}?{query}")
    assert answer.status_code == 400, answer.content
    return answer.json()["errors"]


# ---------------------------------------------------------------- where
def test_a_drawn_polygon_means_what_lies_in_it_border_included(
    client: Client, world: World
) -> None:
    inside, on_edge = pinned(0.3, 45.3), pinned(0.2, 45.3)
    pinned(0.5, 45.3)
    assert set(refs(client, within=polygon(SQUARE))) == {inside.ref, on_edge.ref}


def test_a_hole_is_not_in_it(client: Client, world: World) -> None:
    hole = [[0.25, 45.25], [0.35, 45.25], [0.35, 45.35], [0.25, 45.35], [0.25, 45.25]]
    pinned(0.3, 45.3)
    beside = pinned(0.22, 45.22)
    assert refs(client, within=polygon(SQUARE, hole)) == [beside.ref]


def test_a_polygon_that_crosses_itself_is_repaired(client: Client, world: World) -> None:
    bow_tie = [[0.2, 45.2], [0.4, 45.4], [0.4, 45.2], [0.2, 45.4], [0.2, 45.2]]
    left = pinned(0.22, 45.3)
    pinned(0.3, 45.22)  # between the wings
    assert refs(client, within=polygon(bow_tie)) == [left.ref]


def test_a_feature_is_taken_for_its_polygon(client: Client, world: World) -> None:
    inside = pinned(0.3, 45.3)
    feature = {"type": "Feature", "geometry": json.loads(polygon(SQUARE)), "properties": {}}
    assert refs(client, within=json.dumps(feature)) == [inside.ref]


def circle_of(corners: int) -> list[list[float]]:
    turns = [2 * math.pi * n / corners for n in range(corners)]
    return [[0.3 + 0.1 * math.cos(t), 45.3 + 0.1 * math.sin(t)] for t in turns]


def test_two_thousand_corners_are_read_and_one_more_is_too_many(
    client: Client, world: World
) -> None:
    inside = pinned(0.3, 45.3)
    closed = circle_of(1_999)
    assert refs(client, within=polygon([*closed, closed[0]])) == [inside.ref]
    assert "2000" in refused(client, urlencode({"within": polygon(circle_of(2_001))}))["within"][0]
    assert "within" in refused(client, urlencode({"within": polygon(circle_of(10_000))}))


def random_corners(number: int) -> list[list[float]]:
    """Every line crosses half of the others: a repair would eat the machine."""
    dice = random.Random(1)
    return [[dice.random(), 45 + dice.random()] for _ in range(number)]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '"Polygon"',
        '{"type": "Point", "coordinates": [0, 45]}',
        '{"type": "Polygon"}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[]]}',
        '{"type": "Polygon", "coordinates": [[[0, 45], [1, 45]]]}',
        '{"type": "Polygon", "coordinates": [[[0, 45], [1, 45], [0, 45], [1, 45], [0, 45]]]}',
        '{"type": "Polygon", "coordinates": [[[NaN, 45], [1, 45], [1, 46], [NaN, 45]]]}',
        '{"type": "Polygon", "coordinates": [[[1e999, 45], [1, 45], [1, 46], [0, 45]]]}',
        '{"type": "Polygon", "coordinates": [[["0", 45], [1, 45], [1, 46], [0, 45]]]}',
        '{"type": "Polygon", "coordinates": [[[true, 45], [1, 45], [1, 46], [0, 45]]]}',
        '{"type": "Polygon", "coordinates": [[[0, 95], [1, 45], [1, 46], [0, 95]]]}',
        '{"type": "Polygon", "coordinates": [[[652469, 6862035], [1, 45], [1, 46], [0, 45]]]}',
        '{"type": "Polygon", "coordinates": [[{"x": 0}, [1, 45], [1, 46], [0, 45]]]}',
        '{"type": "Polygon", "coordinates": [[[1%s, 45], [1, 45], [1, 46], [0, 45]]]}'
        % ("0" * 400),
        "[" * 50_000,
        '{"type": "Polygon", "coordinates": ' + "[" * 20_000 + "]" * 20_000 + "}",
        "POLYGON((0 0,1 0,1 1,0 0))",
        "SRID=4326;POLYGON((0 0,1 0,1 1,0 0))",
        "\0",
        polygon(
            [[random.Random(n).random(), 45 + random.Random(-n).random()] for n in range(2000)]
        ),
    ],
)
def test_what_is_no_polygon_is_refused_in_words(client: Client, world: World, text: str) -> None:
    answer = client.get(API, {"within": text})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["within"]
    assert answer.json()["errors"]["within"][0]


def test_near_is_metres_on_the_ground(client: Client, world: World) -> None:
    """0.001 degrees are 78.6 m of longitude and 111.1 m of latitude here."""
    pins = [pinned(0.3, 45.3), pinned(0.301, 45.3), pinned(0.3, 45.301)]
    assert refs(client, near="0.3,45.3,78", sort="near") == [pins[0].ref]
    assert refs(client, near="0.3,45.3,79", sort="near") == [pins[0].ref, pins[1].ref]
    assert refs(client, near="0.3,45.3,112", sort="near") == [one.ref for one in pins]


def test_a_box_across_the_180th_meridian_has_both_sides(client: Client, world: World) -> None:
    west, east, far = (pinned(0.3, 45.3) for _ in range(3))
    for one, lon in ((west, 179.9), (east, -179.9), (far, 0.3)):
        Submission.objects.filter(pk=one.pk).update(pin=f"SRID=4326;POINT({lon} -17)")
    assert set(refs(client, bbox="179,-18,-179,-16")) == {west.ref, east.ref}
    assert set(refs(client, near="180,-17,20000")) == {west.ref, east.ref}
    across = [[179, -18], [-179, -18], [-179, -16], [179, -16], [179, -18]]
    assert set(refs(client, within=polygon(across))) == {west.ref, east.ref}


@pytest.mark.parametrize(
    ("query", "parameter", "word"),
    [
        ("bbox=2,45,1,46", "bbox", "longitude"),
        ("bbox=1,46,2,45", "bbox", "latitude"),
        ("bbox=1,45,1,46", "bbox", "emprise"),
        ("bbox=1,45,200,46", "bbox", "monde"),
        ("bbox=1e400,45,2,46", "bbox", "nombres"),
        ("near=0.3,45.3", "near", "rayon"),
        ("near=45.3,100,50", "near", ""),
        ("near=0.3,45.3,0", "near", "rayon"),
        ("near=0.3,45.3,50001", "near", "rayon"),
        ("near=0.3,45.3,nan", "near", "rayon"),
        ("near=0.3,x,100", "near", "latitude"),
        ("sort=near", "sort", "near"),
        ("sort=random", "sort", ""),
        ("has_photo=maybe", "has_photo", ""),
        ("responsible=commune:0", "responsible", "commune:0"),
        ("responsible=90001", "responsible", "level:code"),
        ("group=dragons", "group", ""),
        ("area=overlay:no:1", "area", "overlay:no:1"),
        ("kind=report&category=nature", "category", "contredi"),
        ("bbox=0,45,1,46&bbox=0,45,2,46", "bbox", "deux fois"),
        ("q=trou&q=banc", "q", "deux fois"),
        ("q=" + "+".join(f"mot{n}" for n in range(11)), "q", "10"),
        ("statut=open", "statut", "statut"),
        ("area__geom=1", "area__geom", "area__geom"),
        ("reporter_email=a", "reporter_email", "reporter_email"),
        ("utm_source=mail", "utm_source", ""),
        ("%00=1", "\0", ""),
    ],
)
def test_unknown_and_contradictory_ones_are_refused_by_name(
    client: Client, world: World, query: str, parameter: str, word: str
) -> None:
    errors = refused(client, query)
    assert list(errors) == [parameter]
    assert word in errors[parameter][0]


def test_pages_for_people_bear_what_newsletters_append(world: World) -> None:
    assert Client().get("/map/?utm_source=mail").status_code == 200
    answer = Client().get("/map/?statut=open")
    assert answer.status_code == 400
    assert "statut" in answer.content.decode()


# ---------------------------------------------------------------- what, who, when
def test_text_is_french_without_accents_and_by_its_beginning(client: Client, world: World) -> None:
    hole = pinned(0.3, 45.3, description="Énormes nids-de-poule sur la chaussée")
    pinned(0.3, 45.3, description="Un banc cassé")
    for text in ("enorme", "ÉNORME", "chaussees", "chaus nid", hole.ref.lower(), "de la chaussée"):
        assert refs(client, q=text) == [hole.ref], text
    assert refs(client, q="chaussée banc") == []


@pytest.mark.parametrize("few", [0, 1, 2_000])
def test_rare_words_and_common_ones_are_found_alike(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Rare ones are looked up by the index first, common ones are met on the way."""
    monkeypatch.setattr("reports.querysets.MOST_FOUND", few)
    holes = [pinned(0.3, 45.3, description="Un trou").ref for _ in range(2)]
    bench = pinned(0.3, 45.3, description="Un banc").ref
    pinned(0.3, 45.3, description="Un banc", is_hidden=True)
    assert sorted(refs(client, q="trou", area="commune:90001")) == sorted(holes)
    assert refs(client, q="banc", area="commune:90001") == [bench]
    assert refs(client, q="banc", area="commune:90003") == []
    assert refs(client, q=bench) == [bench]
    found = client.get("/map/?q=trou&area=commune:90001").context
    assert (len(found["page"].rows), found["count"].number) == (2, 2)


def test_stop_words_alone_get_a_sentence(client: Client, world: World) -> None:
    assert "le la de" in refused(client, "q=le+la+de")["q"][0]


def test_photo_group_and_who_answers(client: Client, world: World) -> None:
    plain, pictured = pinned(0.3, 45.3), pinned(0.3, 46.3)
    pictured.photos.create(file="photos/x.jpg", width_px=1, height_px=1)
    assert refs(client, has_photo="true") == [pictured.ref]
    assert refs(client, has_photo="false") == [plain.ref]
    assert refs(client, responsible="commune:90001") == [plain.ref]
    group = CategoryGroup.objects.create(code="test-group", name_fr="G", name_en="G")
    assert refs(client, group="test-group") == []
    Category.objects.filter(code="voirie").update(group=group)
    assert set(refs(client, group="test-group")) == {plain.ref, pictured.ref}


def test_orders(client: Client, world: World) -> None:
    first, second, third = (pinned(0.3, 45.3) for _ in range(3))
    Submission.objects.filter(pk=second.pk).update(updated_at="2099-01-01T00:00Z")
    assert refs(client) == [third.ref, second.ref, first.ref]
    assert refs(client, sort="oldest") == [first.ref, second.ref, third.ref]
    assert refs(client, sort="changed")[0] == second.ref


def test_an_area_of_another_app_is_read_by_its_name(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    square = NamedShape("overlay:toy:1", "Toy", Polygon.from_bbox((0.2, 45.2, 0.4, 45.4)))
    square.geometry.srid = 4326
    monkeypatch.setitem(
        named_shapes._resolvers, "overlay", lambda rest: square if rest == "toy:1" else None
    )
    inside, elsewhere = pinned(0.3, 45.3), pinned(0.3, 46.3)
    pinned(1.7, 45.3)
    assert refs(client, area="overlay:toy:1") == [inside.ref]
    both = refs(client, area=["overlay:toy:1", "commune:90003"])
    assert set(both) == {inside.ref, elsewhere.ref}


# ---------------------------------------------------------------- one form
def canonical(query: str) -> str:
    wanted = SubmissionFilter(QueryDict(query))
    assert wanted.is_valid(), wanted.errors
    return wanted.canonical()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("status=open", "status=new&status=in_progress&status=scheduled"),
        ("", "status=open&status=closed"),
        ("", "kind=report&kind=proposal&q=&area="),
        ("kind=report&status=new", "status=new&kind=report&sort=oldest"),
        ("bbox=0,45,1,46", "bbox=0.0,45.00,1,46.0000000001"),
        ("q=un++trou", "q=+un+trou"),
        ("on=2020-01-01", ""),
        (
            "within=" + polygon(SQUARE),
            "within=" + polygon([*SQUARE[1:], SQUARE[1]]),
        ),
    ],
)
def test_equal_filters_have_one_form(world: World, one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


def test_the_form_means_what_the_filter_meant(world: World) -> None:
    query = urlencode(
        {
            "kind": "report", "category": "voirie", "status": "open", "area": "commune:90001",
            "on": "2026-01-01", "bbox": "0,45,1,46", "within": polygon(SQUARE), "q": "trou",
            "near": "0.3,45.3,500", "from": "2026-01-01", "to": "2026-12-31",
            "responsible": "commune:90001", "has_photo": "false",
        }
    )  # fmt: skip
    once = canonical(query)
    assert canonical(once) == once
    assert {pair.split("=")[0] for pair in once.split("&")} == {
        parameter.name for parameter in parameters()
    } - {"sort", "group"}


# ---------------------------------------------------------------- the document
def test_the_document_names_every_parameter_and_no_other(client: Client, db: None) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    named = {one["name"] for one in paths[API]["get"]["parameters"]}
    assert named == {one.name for one in parameters()} | {"cursor", "limit"}


@pytest.mark.parametrize("sort", ["newest", "oldest", "changed"])
@pytest.mark.parametrize("looked_at", [(4, 12), (12, 20), (1_000,)])
def test_pages_of_a_drawn_area_are_the_same_however_far_is_looked_ahead(
    client: Client,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    sort: str,
    looked_at: tuple[int, ...],
) -> None:
    monkeypatch.setattr("reports.listing.LOOKED_AT", looked_at)
    sent = [pinned(0.1 + 0.05 * (number % 8), 45.25) for number in range(24)]
    inside = [one.ref for one in sent if one.pin.x < 0.26]
    ring = [[0.05, 45.1], [0.26, 45.1], [0.26, 45.4], [0.05, 45.4], [0.05, 45.1]]
    drawn = json.dumps({"type": "Polygon", "coordinates": [ring]})
    found: list[str] = []
    path = f"{API}?{urlencode({'within': drawn, 'sort': sort, 'limit': 5})}"
    while path:
        answer = client.get(path).json()
        found += [feature["id"] for feature in answer["features"]]
        links = {link["rel"]: link["href"] for link in answer["links"]}
        path = links.get("next", "").removeprefix("http://testserver")
    assert found == (inside if sort == "oldest" else inside[::-1])
