"""The page and the feed of a territory."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from geodata.models import Succession
from tests.submissions import pinned
from tests.world import World


def test_it_shows_counts_latest_and_upper_areas(client: Client, world: World) -> None:
    here = pinned(0.75, 45.25)
    pinned(0.75, 45.25, status="resolved")
    pinned(0.75, 46.5)
    page = client.get("/areas/commune/90001/").content.decode()
    assert here.ref in page
    assert "2 contributions ici, dont 1 ouverte." in page
    assert "/areas/departement/90/" in page
    assert "/feeds/areas/commune/90001/" in page


def test_hidden_ones_are_not_counted(client: Client, world: World) -> None:
    shown, hidden = pinned(0.75, 45.25), pinned(0.75, 45.25, is_hidden=True)
    page = client.get("/areas/canton/9001/").content.decode()
    assert shown.ref in page
    assert hidden.ref not in page


def test_an_unknown_area_is_as_absent(client: Client, world: World) -> None:
    for path in (
        "/areas/commune/00000/",
        "/areas/mars/90001/",
        "/feeds/areas/commune/00000/",
        "/areas/commune/%00/",
        "/feeds/areas/commune/%00/",
        "/areas/commune/%00.geojson",
        "/submissions/%00/",
    ):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("links", "sentence"),
    [
        ([("89999", "90001", 1.0, 0.2)], "89999 was merged into 90001 on Jan. 1, 2018."),
        ([("89999", "90001", 1.0, 1.0)], "89999 has been 90001 since Jan. 1, 2018."),
        (
            [("89999", "90001", 0.6, 0.2), ("89999", "90002", 0.4, 0.3)],
            "89999 was split into 90001 and 90002 on Jan. 1, 2018.",
        ),
    ],
)
def test_a_code_whose_areas_were_never_loaded_says_what_it_became(
    client: Client, world: World, links: list[tuple[str, str, float, float]], sentence: str
) -> None:
    """The COG knows merges of years before the first edition."""
    for old, new, of_old, of_new in links:
        Succession.objects.create(
            edition=world.editions["commune"],
            from_code=old,
            to_code=new,
            from_share=of_old,
            to_share=of_new,
        )
    answer = client.get("/areas/commune/89999/", headers={"accept-language": "en"})
    assert answer.status_code == 404
    page = answer.content.decode()
    assert sentence in page
    for _old, new, _of_old, _of_new in links:
        assert f'href="/areas/commune/{new}/"' in page


def test_the_page_costs_the_same_for_one_and_for_many(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    pinned(0.75, 45.25)
    with django_assert_max_num_queries(10) as for_one:
        client.get("/areas/commune/90001/")
    for category in ("eclairage", "dechets", "proprete", "voirie"):
        pinned(0.75, 45.25, category=category)
    with django_assert_max_num_queries(len(for_one)):
        client.get("/areas/commune/90001/")


def test_the_feed_is_atom_with_georss_points(client: Client, world: World) -> None:
    submission = pinned(0.75, 45.25, description="Un trou <b>profond</b>")
    pinned(0.75, 45.25, is_hidden=True)
    answer = client.get("/feeds/areas/commune/90001/")
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    atom = {"a": "http://www.w3.org/2005/Atom", "g": "http://www.georss.org/georss"}
    [entry] = feed.findall("a:entry", atom)
    assert entry.findtext("g:point", namespaces=atom) == "45.250000 0.750000"
    assert entry.findtext("a:summary", namespaces=atom) == "Un trou <b>profond</b>"
    assert submission.ref in (entry.findtext("a:id", namespaces=atom) or "")
