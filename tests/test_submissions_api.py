"""Submissions as data: GeoJSON out, JSON in, and the document that describes both."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from reports.models import Submission
from tests.submissions import pinned
from tests.world import World

PATH = "/api/v1/submissions"


def body(**changes: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "lon": 0.75,
        "lat": 45.25,
        "category": "voirie",
        "description": "Un trou",
        **changes,
    }


def post(client: Client, sent: Any) -> Any:
    text = sent if isinstance(sent, (str, bytes)) else json.dumps(sent)
    return client.post(PATH, text, content_type="application/json")


def test_a_page_is_a_geojson_collection_of_public_fields(client: Client, world: World) -> None:
    submission = pinned(0.75, 45.25, reporter_email="resident@example.org")
    pinned(0.75, 45.25, is_hidden=True)
    answer = client.get(PATH)
    [feature] = answer.json()["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [0.75, 45.25]}
    assert feature["id"] == submission.ref
    assert set(feature["properties"]) == {
        "ref", "kind", "category", "status", "description", "address", "responsible",
        "responsible_code", "areas", "photos", "created_at", "updated_at", "closed_at", "url",
    }  # fmt: skip
    assert "resident@example.org" not in answer.content.decode()


def test_pages_follow_each_other_without_gap_or_double(client: Client, world: World) -> None:
    """Under equal moments, too."""
    all_refs = [pinned(0.25, 45.25).ref for _ in range(7)]
    Submission.objects.update(created_at="2026-01-01T12:00Z")
    path, seen = f"{PATH}?limit=3", []
    while path:
        page = client.get(path).json()
        seen += [feature["id"] for feature in page["features"]]
        links = {link["rel"]: link["href"] for link in page["links"]}
        path = links.get("next", "").removeprefix("http://testserver")
    assert sorted(seen) == sorted(all_refs)


def test_every_door_counts_the_same_under_every_filter(client: Client, world: World) -> None:
    """List, tiles and API over a mixed bag."""
    import mapbox_vector_tile

    places = [(0.25, 45.25), (0.3, 45.6), (0.5, 45.3), (0.6, 45.9)]
    for number, (lon, lat) in enumerate(places * 3):
        pinned(
            lon, lat,
            category=["voirie", "dechets", "nature"][number % 3],
            status=["new", "resolved"][number % 2],
            is_hidden=number == 5,
        )  # fmt: skip
    client.force_login(world.user("root"))
    for query in (
        "", "kind=proposal", "status=open", "status=closed&kind=report", "category=dechets",
        "area=quartier:A1", "area=canton:9001&area=quartier:A1", "bbox=0.2,45.5,0.7,46", "q=trou",
        "from=2026-01-01", "to=2026-01-01", "category=voirie&category=nature&status=new",
    ):  # fmt: skip
        anonymous = Client()
        listed = {f["id"] for f in anonymous.get(f"{PATH}?{query}").json()["features"]}
        tile = anonymous.get(f"/tiles/submissions/0/0/0.mvt?{query}").content
        drawn = mapbox_vector_tile.decode(tile).get("submissions", {"features": []})["features"]
        ids = [feature["id"] for feature in drawn]
        found = Submission.objects.filter(pk__in=ids).values_list("ref", flat=True)
        assert set(found) == listed, query
        triaged = client.get(f"/triage/?{query}").content.decode()
        hidden = Submission.objects.get(is_hidden=True).ref
        assert {
            ref for ref in Submission.objects.values_list("ref", flat=True) if ref in triaged
        } - {hidden} == listed, query


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("kind=wish", "kind"),
        ("category=dragons", "category"),
        ("status=lost", "status"),
        ("area=90001", "area"),
        ("area=commune:00000", "area"),
        ("area=commune:%00", "area"),
        ("&".join(f"area=commune:{n}" for n in range(30)), "area"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=2,45,1,46", "bbox"),
        ("bbox=nan,45,1,46", "bbox"),
        ("from=yesterday", "from"),
        ("from=2026-02-01&to=2026-01-01", "to"),
        ("to=9999-12-31&from=10000-01-01", "from"),
        ("q=%00", "q"),
        ("q=%F0%9F%98%80", "q"),
        ("q=...", "q"),
        ("q=le+la+de+du", "q"),
        (f"q={'x' * 101}", "q"),
        ("limit=0", "limit"),
        ("limit=1000000000", "limit"),
        ("limit=ten", "limit"),
        ("cursor=forged", "cursor"),
        ("cursor=MjAyNi0wMS0wMSAx", "cursor"),
        ("cursor=%C3%A9", "cursor"),
    ],
)
def test_what_is_no_filter_is_refused_by_the_name_in_the_url(
    client: Client, world: World, query: str, parameter: str
) -> None:
    answer = client.get(f"{PATH}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [parameter]


def test_the_last_day_of_all_is_a_day(client: Client, world: World) -> None:
    pinned(0.25, 45.25)
    assert len(client.get(f"{PATH}?to=9999-12-31&from=0001-01-01").json()["features"]) == 1


def test_sending_keeps_it_once(client: Client, world: World) -> None:
    once = body()
    first, again = post(client, once), post(client, once)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["responsible"] == "A"
    assert "est une compétence communale" in first.json()["reason"]
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        body(category="dragons"),
        body(lon=45.25, lat=0.75),
        body(lon=30, lat=30),
        body(description=""),
        body(description="a\0b"),
        body(description="\ud800"),
        body(description="x" * 4001),
        body(reporter_email="nobody"),
        body(client_uuid="42"),
        {key: value for key, value in body().items() if key != "client_uuid"},
        [],
        "",
        "{",
        "[" * 100_000,
        '{"lon": NaN}',
        b"\xff\xfe",
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_written(
    client: Client, world: World, sent: Any
) -> None:
    answer = post(client, sent)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert not Submission.objects.exists()


def test_the_document_describes_every_operation(client: Client, db: None) -> None:
    document = client.get("/api/v1/openapi.json").json()
    operations = {(path, verb) for path, item in document["paths"].items() for verb in item}
    assert operations >= {
        ("/api/v1/locate", "get"),
        ("/api/v1/submissions", "get"),
        ("/api/v1/submissions", "post"),
    }
    filters = {p["name"] for p in document["paths"]["/api/v1/submissions"]["get"]["parameters"]}
    assert filters >= {"kind", "category", "status", "area", "bbox", "from", "to", "q", "cursor"}
