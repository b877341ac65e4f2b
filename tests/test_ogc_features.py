"""OGC API Features Parts 1 and 2, through HTTP: what is declared is true."""

import json
from typing import Any

import pytest
import shapely
from django.test import Client
from pyproj import Transformer

from layers import actions
from layers.models import Overlay
from reports.models import Submission
from tests.ogc import CRS84, EPSG, ROOT, ids, items, items_path, refused, rel
from tests.overlays import published
from tests.submissions import pinned
from tests.world import World

DOCUMENTS = ["", "conformance", "collections", "tileMatrixSets", "tileMatrixSets/WebMercatorQuad"]


def test_from_the_landing_page_every_document_is_reached_by_links(
    client: Client, world: World
) -> None:
    """Part 1, core: landing page → definition, conformance, data → items."""
    pin = pinned(0.25, 45.25)
    landing = client.get(f"{ROOT}/").json()
    assert client.get(rel(landing, "service-desc")).json()["openapi"].startswith("3.0")
    assert client.get(rel(landing, "service-doc"))["Content-Type"].startswith("text/html")
    assert len(client.get(rel(landing, "conformance")).json()["conformsTo"]) > 15
    collections = client.get(rel(landing, "data")).json()["collections"]
    assert [one["id"] for one in collections] == [
        "areas-region", "areas-departement", "areas-epci", "areas-canton", "areas-commune",
        "areas-quartier", "submissions",
    ]  # fmt: skip
    submissions = client.get(rel(collections[-1], "self")).json()
    assert submissions["extent"]["spatial"]["bbox"] == [[0, 45, 2, 47]]
    page = client.get(rel(submissions, "items"))
    assert page["Content-Type"] == "application/geo+json"
    [feature] = page.json()["features"]
    one = client.get(f"{ROOT}/collections/submissions/items/{feature['id']}").json()
    assert one["id"] == pin.ref
    assert one["geometry"] == feature["geometry"] == {"type": "Point", "coordinates": [0.25, 45.25]}
    assert rel(one, "collection").endswith("/collections/submissions")


def test_every_document_has_a_page_for_people_in_both_languages(
    client: Client, world: World
) -> None:
    pin = pinned(0.25, 45.25)
    published(world)
    found = [f"{ROOT}/{path}" for path in [*DOCUMENTS, "api"]]
    for collection, feature in (
        ("submissions", pin.ref), ("areas-commune", "90001"), ("overlays-halves", "0"),
    ):  # fmt: skip
        of = f"{ROOT}/collections/{collection}"
        below = ("queryables", "items", f"items/{feature}", "tiles", "tiles/WebMercatorQuad")
        found += [of, *(f"{of}/{path}" for path in below)]
    for path in found:
        page = client.get(path, headers={"accept": "text/html", "accept-language": "fr"})
        assert page["Content-Type"].startswith("text/html"), path
        assert "<h1" in page.content.decode()
        assert "Accept" in page["Vary"]
        assert client.get(f"{path}?f=json")["Content-Type"].partition(";")[0] != "text/html", path
    french = client.get(f"{ROOT}/?f=html", headers={"accept-language": "fr"}).content.decode()
    english = client.get(f"{ROOT}/?f=html", headers={"accept-language": "en"}).content.decode()
    assert "Géodonnées ouvertes" in french
    assert "Open geodata" in english


def test_hidden_submissions_and_overlays_of_few_are_absent_from_every_answer(
    client: Client, world: World
) -> None:
    hidden = pinned(0.25, 45.25, is_hidden=True)
    overlay = published(world)
    assert "overlays-halves" in client.get(f"{ROOT}/collections").content.decode()
    client.force_login(world.user("root"))
    Overlay.objects.update(visibility="staff")
    assert items("submissions")["numberMatched"] == 0
    assert client.get(f"{ROOT}/collections/submissions/items/{hidden.ref}").status_code == 404
    assert client.get(items_path("submissions", ref=hidden.ref)).json()["features"] == []
    for path in ("", "/items", "/items/0", "/queryables", "/tiles"):
        assert client.get(f"{ROOT}/collections/overlays-halves{path}").status_code == 404
    Overlay.objects.update(visibility="public")
    assert client.get(f"{ROOT}/collections/overlays-halves/items").status_code == 200
    actions.withdraw(overlay=overlay, by=world.user("bob"))
    assert client.get(f"{ROOT}/collections/overlays-halves/items").status_code == 404


@pytest.mark.parametrize("limit", [1, 2, 3, 500])
def test_pages_cover_all_and_double_nothing(client: Client, world: World, limit: int) -> None:
    refs = [pinned(0.25, 45.25).ref for _ in range(7)]
    Submission.objects.update(created_at="2026-01-01T12:00Z")
    published(world)
    for collection, wanted in (
        ("submissions", refs),
        ("areas-commune", ["90001", "90002", "90003", "90004"]),
        ("overlays-halves", ["0", "1"]),
    ):
        path, seen, pages = items_path(collection, limit=limit), [], 0
        while path:
            page = client.get(path).json()
            assert page["numberMatched"] == len(wanted)
            assert page["numberReturned"] == len(page["features"]) <= limit
            seen += [feature["id"] for feature in page["features"]]
            links = {link["rel"]: link["href"] for link in page["links"]}
            path = links.get("next", "").removeprefix("http://testserver")
            pages += 1
        assert sorted(seen) == sorted(wanted)
        assert pages == -(-len(wanted) // limit)


def test_the_filter_of_the_list_means_the_same_here(client: Client, world: World) -> None:
    for number, (lon, lat) in enumerate([(0.25, 45.25), (0.3, 45.6), (0.5, 45.3), (1.6, 46.9)] * 3):
        pinned(
            lon, lat,
            category=["voirie", "dechets", "nature"][number % 3],
            status=["new", "resolved"][number % 2],
            is_hidden=number == 5,
        )  # fmt: skip
    for query in (
        "", "kind=proposal", "status=open", "status=closed&kind=report", "category=dechets",
        "area=quartier:A1", "area=canton:9001&area=quartier:A1", "bbox=0.2,45.5,0.7,46", "q=trou",
        "from=2026-01-01", "to=2026-01-01", "near=0.25,45.25,900", "responsible=commune:90001",
        "has_photo=true", "category=voirie&category=nature&status=new", "sort=oldest",
    ):  # fmt: skip
        listed = client.get(f"/api/v1/submissions?{query}").json()["features"]
        found = client.get(f"{ROOT}/collections/submissions/items?{query}").json()
        assert [one["id"] for one in found["features"]] == [one["id"] for one in listed], query
        assert found["numberMatched"] == len(listed), query
        for one, other in zip(found["features"], listed, strict=True):
            said = {name: one["properties"][name] for name in other["properties"]}
            moments = {name: said[name] and said[name][:23] for name in said if name[-3:] == "_at"}
            shown = {name: value and value[:23] for name, value in other["properties"].items()
                     if name in moments}  # fmt: skip
            assert moments == shown
            assert said | moments == other["properties"] | shown, query


def test_more_than_is_counted_has_no_number(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports import counting

    for _number in range(3):
        pinned(0.25, 45.25)
    monkeypatch.setitem(counting.count_under.__kwdefaults__, "most", 2)
    assert "numberMatched" not in items("submissions")
    assert items("submissions", status="closed")["numberMatched"] == 0


# ------------------------------------------------------------------ time and place
def test_datetime_takes_moments_days_and_open_intervals(client: Client, world: World) -> None:
    moments = ["2026-01-01T00:00:00Z", "2026-01-01T12:30:00Z", "2026-02-01T00:00:00Z"]
    refs = [pinned(0.25, 45.25, created_at=moment).ref for moment in moments]
    for text, wanted in (
        ("2026-01-01T12:30:00Z", refs[1:2]),
        ("2026-01-01T13:30:00+01:00", refs[1:2]),
        ("2026-01-01", refs[:2]),
        ("2026-01-01T00:00:00Z/2026-01-31", refs[:2]),
        ("2026-01-01T12:30:00Z/..", refs[1:]),
        ("../2026-01-01T12:30:00Z", refs[:2]),
        ("/2025-12-31", []),
        ("2026-01-01T00:00:00.000000Z/2026-02-01T00:00:00Z", refs),
    ):
        assert sorted(ids("submissions", datetime=text)) == sorted(wanted), text
    assert len(ids("areas-commune", datetime="2019-06-01")) == 4
    assert ids("areas-commune", datetime="../2017-12-31") == []


@pytest.mark.parametrize(
    ("crs", "text"),
    [
        (None, "0,45,1,46"),
        (CRS84, "0,45,1,46"),
        (CRS84, "0,45,-5,1,46,900"),
        (f"{EPSG}4326", "45,0,46,1"),
        (f"{EPSG}3857", "0,5621521.5,111319.5,5780349.2"),
        (f"{EPSG}2154", "465000,6439000,542000,6545000"),
    ],
)
def test_a_box_in_any_system_finds_the_same_pins(
    client: Client, world: World, crs: str | None, text: str
) -> None:
    inside = pinned(0.5, 45.5).ref
    pinned(1.5, 45.5)
    pinned(0.5, 46.5)
    query: dict[str, Any] = {"bbox": text} | ({"bbox_crs": crs} if crs else {})
    assert ids("submissions", **query) == [inside]
    assert "90001" in ids("areas-commune", **query)
    assert ids("areas-quartier", **query) == ["A1"]


@pytest.mark.parametrize("code", [4326, 3857, 2154])
def test_coordinates_come_back_from_every_system(world: World, code: int) -> None:
    """Part 2: the axes of EPSG:4326 are latitude, longitude; pyproj is asked without our help."""
    pinned(0.25, 45.75)
    uri = f"{EPSG}{code}"
    answer = Client().get(items_path("submissions", crs=uri))
    assert answer["Content-Crs"] == f"<{uri}>"
    [x, y] = answer.json()["features"][0]["geometry"]["coordinates"]
    as_the_authority_says = Transformer.from_crs(code, 4326)  # no always_xy
    lat, lon = as_the_authority_says.transform(x, y)
    assert (lon, lat) == pytest.approx((0.25, 45.75), abs=1e-7)
    if code == 4326:
        assert [x, y] == [45.75, 0.25]
    outline = items("areas-commune", crs=uri)["features"][0]["geometry"]
    ring = [as_the_authority_says.transform(*corner) for corner in outline["coordinates"][0][0]]
    back = shapely.Polygon([(lon, lat) for lat, lon in ring])
    assert back.symmetric_difference(shapely.box(0, 45, 1, 46)).area < 1e-4


def test_without_crs_longitude_comes_first_and_rings_turn_left(world: World) -> None:
    answer = Client().get(items_path("areas-commune"))
    assert answer["Content-Crs"] == f"<{CRS84}>"
    outline = answer.json()["features"][0]["geometry"]
    ring = shapely.Polygon(outline["coordinates"][0][0])
    assert ring.exterior.is_ccw
    assert ring.bounds == (0, 45, 1, 46)
    collection = Client().get(f"{ROOT}/collections/areas-commune").json()
    assert collection["storageCrs"] == CRS84
    assert len(collection["crs"]) == 4


# ------------------------------------------------------------------ the door
def test_the_definition_names_every_parameter_that_is_read(client: Client, world: World) -> None:
    published(world)
    document = client.get(f"{ROOT}/api?f=json").json()
    for collection in ("submissions", "areas-commune", "overlays-halves"):
        operation = document["paths"][f"/collections/{collection}/items"]["get"]
        names = [parameter["name"] for parameter in operation["parameters"]]
        assert len(set(names)) == len(names)
        for name in names:
            answer = client.get(f"{ROOT}/collections/{collection}/items?{name}=")
            assert answer.status_code == 200, name
        refusal = refused(f"{ROOT}/collections/{collection}/items?dragons=1")
        assert list(refusal["errors"]) == ["dragons"]
    ids_of_operations = [one["get"]["operationId"] for one in document["paths"].values()]
    assert len(set(ids_of_operations)) == len(ids_of_operations)


def test_programs_of_any_origin_may_ask(client: Client, world: World) -> None:
    for path in ("/", "/collections/submissions/items", "/collections/nowhere", "/?x=1"):
        answer = client.get(ROOT + path)
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Content-Crs" in answer["Access-Control-Expose-Headers"]
        asked = client.options(ROOT + path)
        assert (asked.status_code, asked["Allow"]) == (204, "GET, HEAD, OPTIONS")
        head = client.head(ROOT + path)
        assert (head.status_code, head.content) == (answer.status_code, b"")
        assert client.post(ROOT + path).status_code == 405


@pytest.mark.parametrize(
    ("accept", "is_html"),
    [
        ("", False), ("*/*", False), ("text/html", True), ("application/json", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html;q=0.1, application/geo+json", False), ("image/png", False),
        (";;;,,q=,text/", False), ("text/html;q=nan", True), ("é" * 300, False),
    ],
)  # fmt: skip
def test_accept_decides_unless_f_does(client: Client, db: None, accept: str, is_html: bool) -> None:
    headers = {"accept": accept}
    answer = client.get(f"{ROOT}/", headers=headers)
    assert answer.status_code == 200
    if accept != "text/html;q=nan":
        assert answer["Content-Type"].startswith("text/html") == is_html
    assert client.get(f"{ROOT}/?f=json", headers=headers)["Content-Type"] == "application/json"
    assert client.get(f"{ROOT}/?f=html", headers=headers)["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"), ("limit=-1", "limit"), ("limit=x", "limit"), ("limit=1.5", "limit"),
        ("limit=%C2%B2", "limit"), ("limit=" + "9" * 40, "limit"),
        ("bbox=1,2,3", "bbox"), ("bbox=nan,1,2,3", "bbox"), ("bbox=2,45,1,46", "bbox"),
        ("bbox=0,46,1,45", "bbox"), ("bbox=inf,0,1,1", "bbox"), ("bbox=" + "1," * 500, "bbox"),
        ("bbox=0,0,1,1&bbox=0,0,2,2", "bbox"), ("bbox=-500,0,1,1", "bbox"),
        (f"bbox=1,1,0,0&bbox-crs={EPSG}2154", "bbox"),
        (f"bbox=1e300,1e300,1e301,1e301&bbox-crs={EPSG}2154", "bbox"),
        (f"bbox=100,0,101,1&bbox-crs={EPSG}4326", "bbox"),
        ("crs=EPSG:27700", "crs"), ("bbox=0,0,1,1&bbox-crs=x", "bbox-crs"),
        ("filter-crs=%00", "filter-crs"),
        ("datetime=yesterday", "datetime"), ("datetime=2026-13-01", "datetime"),
        ("datetime=../..", "datetime"), ("datetime=/", "datetime"), ("datetime=..", "datetime"),
        ("datetime=2026-02-01/2026-01-01", "datetime"), ("datetime=0000-01-01", "datetime"),
        ("datetime=9999-12-31T23:59:59-23:00", "datetime"),
        ("datetime=2026-01-01/2026-01-02/2026-01-03", "datetime"),
        ("cursor=forged", "cursor"), ("cursor=" + "x" * 9000, "cursor"), ("cursor=%00", "cursor"),
        ("f=xml", "f"), ("f=html&f=json", "f"), ("name=%00", "name"), ("dragons=1", "dragons"),
        ("filter-lang=sql", "filter-lang"), ("area=commune:00000", "area"), ("q=%00", "q"),
        ("kind=wish", "kind"), ("within=%7B%7D", "within"), ("created_at=x", "created_at"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_name(world: World, query: str, parameter: str) -> None:
    collections = {"name": ["areas-commune"], "dragons": ["submissions", "areas-commune"]}.get(
        parameter, ["submissions"]
    )
    for collection in collections:
        refusal = refused(f"{ROOT}/collections/{collection}/items?{query}")
        assert list(refusal["errors"]) == [parameter]
        assert refusal["errors"][parameter][0]


def test_a_limit_beyond_the_most_is_the_most(world: World) -> None:
    pinned(0.25, 45.25)
    assert items("submissions", limit=10**9)["numberReturned"] == 1


def test_a_cursor_belongs_to_its_question(world: World) -> None:
    for _number in range(3):
        pinned(0.25, 45.25)
    for collection, other in (("submissions", "status = 'new'"), ("areas-commune", "name <> 'x'")):
        cursor = rel(items(collection, limit=1), "next").rpartition("cursor=")[2]
        path = items_path(collection, limit=1, filter=other)
        assert list(refused(f"{path}&cursor={cursor}")["errors"]) == ["cursor"]


@pytest.mark.parametrize(
    "path",
    ["collections/x", "collections/areas-x", "collections/areas-", "collections/overlays-x/items",
     "collections/submissions/items/NOPE", "collections/submissions/items/%FF",
     "collections/submissions/tiles/x", "tileMatrixSets/x", "collections/areas-commune/items/1:2:3",
     "collections/%00", "collections/submissions/items/%00", "nowhere"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: Client, world: World, path: str) -> None:
    assert client.get(f"{ROOT}/{path}").status_code == 404


def test_a_refusal_is_told_to_people_on_a_page(client: Client, world: World) -> None:
    page = client.get(f"{ROOT}/collections/submissions/items?f=html&limit=0")
    assert page.status_code == 400
    assert "limit" in page.content.decode()
    assert page["Content-Type"].startswith("text/html")


def test_costly_questions_are_limited_by_number(
    client: Client, world: World, settings: Any
) -> None:
    from django.core.cache import caches

    caches["limits"].clear()
    settings.FILTERS_PER_MINUTE = 2
    answers = [
        client.get(items_path("submissions", filter=f"description = 'x{number}'"))
        for number in range(4)
    ]
    caches["limits"].clear()
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert int(answers[-1]["Retry-After"]) >= 1


def test_overlays_give_the_fields_of_their_file(client: Client, world: World) -> None:
    published(world)
    [first, _second] = items("overlays-halves")["features"]
    assert first["properties"] == {"name": "West half", "CODE": "Q1"}
    assert ids("overlays-halves", CODE="Q2") == ["1"]
    assert ids("overlays-halves", filter="CODE = 'Q1' OR name LIKE 'East%'") == ["0", "1"]
    schema = client.get(f"{ROOT}/collections/overlays-halves/queryables").json()
    assert set(schema["properties"]) == {"name", "folder", "description", "CODE", "geometry"}
    assert json.dumps(schema).count("primary-geometry") == 1
