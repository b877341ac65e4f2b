"""The map page and the home page without JavaScript, and the pages that refuse."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.submissions import pinned
from tests.world import World

pytestmark = pytest.mark.django_db


def page(path: str, status: int = 200, **headers: str) -> str:
    answer = Client().get(path, headers=headers)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_and_the_tiles_follow_the_filter_of_the_url(world: World) -> None:
    here, elsewhere = pinned(0.25, 45.25), pinned(1.75, 46.75)
    html = page("/map/?area=commune:90001&status=open")
    assert here.ref in html
    assert elsewhere.ref not in html
    assert 'data-submissions="area=commune%3A90001&amp;status=open"' in html
    assert 'data-bounds="0.00000,45.00000,1.00000,46.00000"' in html


def test_a_box_narrows_the_list_and_not_the_tiles(world: World) -> None:
    here, elsewhere = pinned(0.25, 45.25), pinned(1.75, 46.75)
    html = page("/map/?bbox=0,45,1,46")
    assert here.ref in html
    assert elsewhere.ref not in html
    assert 'data-submissions=""' in html


def test_what_is_hidden_is_on_neither_page(world: World) -> None:
    hidden = pinned(0.25, 45.25, is_hidden=True)
    assert hidden.ref not in page("/") + page("/map/")
    assert "0 contribution" in page("/map/")


def test_an_unknown_value_is_refused_with_a_sentence_and_no_pins(world: World) -> None:
    html = page("/map/?area=commune:nowhere", status=400)
    assert "commune:nowhere" in html
    assert "data-submissions" not in html


def test_a_marker_that_is_not_ours_is_refused(world: World) -> None:
    assert 'role="alert"' in page("/map/?cursor=xyz", status=400)


def test_older_ones_are_a_link_that_keeps_the_filter(world: World) -> None:
    sent = [pinned(0.25, 45.25) for _ in range(31)]
    client = Client()
    first = client.get("/map/?kind=report")
    cursor = first.context["page"].next_cursor
    assert f"?kind=report&amp;cursor={cursor}" in first.content.decode()
    second = client.get("/map/", {"kind": "report", "cursor": cursor})
    assert [one.ref for one in second.context["page"].rows] == [sent[0].ref]


def test_a_longer_list_asks_no_more_questions(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        pinned(0.25, 45.25)
    with django_assert_max_num_queries(14):
        page("/map/")


def test_home_finds_places_by_the_beginning_of_their_name(world: World) -> None:
    assert 'href="/areas/canton/9001/"' in page("/?place=cAnton")
    assert "Aucun de nos territoires" in page("/?place=Atlantis")
    page("/?place=%00")


def test_pages_speak_french_unless_english_is_asked_for(world: World) -> None:
    assert '<html lang="fr">' in page("/")
    client = Client()
    answer = client.post("/i18n/setlang/", {"language": "en", "next": "/map/"}, follow=True)
    assert '<html lang="en">' in answer.content.decode()
    assert "Map of reports and proposals" in answer.content.decode()


def test_a_page_that_is_not_there_says_so_in_the_frame_of_the_house(world: World) -> None:
    html = page("/nope/", status=404)
    assert "Page introuvable" in html
    assert 'class="site-header"' in html


def test_a_form_without_its_token_is_refused_in_plain_words(world: World) -> None:
    answer = Client(enforce_csrf_checks=True).post("/i18n/setlang/", {"language": "en"})
    assert answer.status_code == 403
    assert "Rien n’a été enregistré" in answer.content.decode()


def test_the_display_is_kept_and_a_table_says_the_same(world: World) -> None:
    for _ in range(31):
        pinned(0.25, 45.25)
    html = page("/map/?status=open&display=areas&level=commune")
    assert 'href="/statistics/?status=open&amp;compare=commune"' in html
    assert "?status=open&amp;display=areas&amp;level=commune&amp;cursor=" in html
    assert 'data-submissions="status=open"' in html


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("display=heat", "display"),
        ("display=areas&level=nowhere", "level"),
        ("display=areas&level=a%00", "level"),
        ("level=commune", "level"),
        ("display=areas&display=density", "display"),
    ],
)
def test_a_display_that_is_none_is_refused_by_name(world: World, query: str, named: str) -> None:
    assert f"« {named} »" in page(f"/map/?{query}", status=400)
