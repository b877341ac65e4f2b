"""The map on paper and in a frame, over HTTP: what they say, and who may frame what."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from config.checks import embed_origins_are_origins
from tests.submissions import pinned
from tests.world import World

pytestmark = pytest.mark.django_db


def get(path: str, status: int = 200, language: str = "en") -> HttpResponse:
    answer = Client().get(path, headers={"accept-language": language})
    assert answer.status_code == status
    return answer


def page(path: str, status: int = 200, language: str = "en") -> str:
    return get(path, status, language).content.decode()


def ancestors(answer: HttpResponse) -> str:
    policy = answer["Content-Security-Policy"]
    return next(part.strip() for part in policy.split(";") if "frame-ancestors" in part)


# ---------------------------------------------------------------- paper


def test_the_sheet_says_the_filter_in_words_with_count_source_and_address(world: World) -> None:
    pinned(0.25, 45.25)
    pinned(1.75, 46.75)
    html = page("/map/print/?area=commune:90001&status=open&kind=report&from=2026-01-01")
    assert "<h1>Reports · open · A · sent since Jan. 1, 2026</h1>" in html
    assert "1 submission" in html
    assert "Licence Ouverte 2.0" in html
    assert 'data-submissions="area=commune%3A90001&amp;from=2026-01-01&amp;kind=report' in html
    assert "The live map:" in html
    assert "/map/?area=commune%3A90001" in html


def test_the_sheet_is_in_french_for_who_reads_french(world: World) -> None:
    html = page("/map/print/?kind=proposal&q=lampadaire", language="fr")
    assert "<h1>Propositions · « lampadaire »</h1>" in html
    assert "A4 paysage" in html


@pytest.mark.parametrize(("asked", "css"), [("", "portrait"), ("landscape", "landscape")])
def test_the_paper_lies_as_asked(world: World, asked: str, css: str) -> None:
    assert f"css/print-{css}" in page(f"/map/print/?paper={asked}")


def test_without_a_script_the_sheet_has_the_list_and_the_legend(world: World) -> None:
    seen, hidden = pinned(0.25, 45.25), pinned(0.26, 45.26, is_hidden=True)
    html = page("/map/print/")
    without_script = html.partition("<noscript>")[2].partition("</noscript>")[0]
    assert seen.ref in without_script
    assert hidden.ref not in html
    assert "The map needs JavaScript" in html
    assert html.count('class="tag tag-status-') >= 5


@pytest.mark.parametrize("door", ["/map/", "/map/print/", "/map/embed/"])
def test_a_viewpoint_is_handed_to_the_map(world: World, door: str) -> None:
    assert 'data-at="0.50000,45.50000,11"' in page(f"{door}?at=0.5,45.5,11")


@pytest.mark.parametrize("door", ["/map/", "/map/print/", "/map/embed/"])
@pytest.mark.parametrize(
    "at", ["1,2", "a,b,c", "0.5,45.5,99", "0.5,45.5,1.5", "500,45,10", "0.5,45.5,-3", "nan,1,5"]
)
def test_a_viewpoint_that_is_none_is_refused_in_a_sentence(
    world: World, door: str, at: str
) -> None:
    html = page(f"{door}?at={at}", status=400)
    assert "at:" in html.replace("at :", "at:")
    assert 'role="alert"' in html


@pytest.mark.parametrize("door", ["/map/print/", "/map/embed/"])
def test_an_unknown_parameter_is_named(world: World, door: str) -> None:
    html = page(f"{door}?colour=red", status=400)
    assert "colour" in html
    assert "data-map" not in html


@pytest.mark.parametrize("door", ["/map/print/", "/map/embed/"])
def test_colours_of_areas_go_to_paper_and_frame(world: World, door: str) -> None:
    html = page(f"{door}?status=open&display=density&level=commune", language="fr")
    assert 'data-colours="density" data-level="commune"' in html
    assert "data-classes" in html
    assert "data-legend" not in html
    assert "/map/?status=open&amp;display=density&amp;level=commune" in html


@pytest.mark.parametrize("door", ["/map/print/", "/map/embed/"])
@pytest.mark.parametrize("query", ["display=heat", "display=rate&level=nowhere", "level=commune"])
def test_a_view_that_is_none_is_refused_and_the_map_has_what_was_typed(
    world: World, door: str, query: str
) -> None:
    html = page(f"{door}?{query}&q=trou&months=1", status=400)
    assert 'role="alert"' in html
    assert "data-map" not in html
    assert f'href="/map/?{query.replace("&", "&amp;")}&amp;q=trou"' in html


@pytest.mark.parametrize("door", ["/map/print/", "/map/embed/"])
def test_months_stand_on_paper_and_in_a_frame_where_asked_for(world: World, door: str) -> None:
    assert "data-month-bars" in page(f"{door}?months=1")
    assert "data-month-bars" not in page(door)


def test_the_papers_keep_view_and_months(world: World) -> None:
    html = page("/map/print/?display=rate&at=0.5,45.5,11&months=1")
    kept = "?display=rate&amp;at=0.50000,45.50000,11&amp;paper=landscape"
    assert f'href="{kept}&amp;months=1"' in html
    assert "Without the months" in html


def test_the_map_hands_its_view_on(world: World) -> None:
    html = page("/map/?status=open&display=density&level=commune")
    assert 'href="/map/print/?status=open&amp;display=density&amp;level=commune"' in html
    assert "/map/embed/?status=open&amp;amp;display=density&amp;amp;level=commune" in html


# ---------------------------------------------------------------- frame


def test_the_frame_alone_may_be_framed(world: World) -> None:
    frame = get("/map/embed/")
    assert ancestors(frame) == "frame-ancestors *"
    assert "X-Frame-Options" not in frame
    for path in ("/", "/map/", "/map/print/", "/submissions/new/", "/accounts/login/"):
        other = get(path)
        assert ancestors(other) == "frame-ancestors 'none'"
        assert other["X-Frame-Options"] == "DENY"


def test_the_rest_of_the_policy_stays_on_the_frame(world: World) -> None:
    policy = get("/map/embed/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_deployment_says_who_may_frame_it(world: World, settings: Any) -> None:
    settings.EMBED_ORIGINS = ["https://www.example.fr", "https://*.example.org"]
    frame = get("/map/embed/")
    assert ancestors(frame) == "frame-ancestors https://www.example.fr https://*.example.org"


def test_a_deployment_may_let_nobody_frame_it(world: World, settings: Any) -> None:
    settings.EMBED_ORIGINS = []
    frame = get("/map/embed/")
    assert ancestors(frame) == "frame-ancestors 'none'"
    assert frame["X-Frame-Options"] == "DENY"
    assert "Embed this map" not in page("/map/")


@pytest.mark.parametrize(
    "bad", ["example.fr", "https://a.fr/path", "https://a.fr; script-src *", "'self'", "https://*"]
)
def test_a_check_names_what_is_no_origin(settings: Any, bad: str) -> None:
    settings.EMBED_ORIGINS = ["*", "http://localhost:8000", "https://*.example.fr", bad]
    (error,) = embed_origins_are_origins([])
    assert repr(bad) in error.msg


def test_the_frame_sets_no_cookie_and_caches_may_keep_it(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    frame = client.get("/map/embed/?lang=fr")
    assert not frame.cookies
    assert not client.cookies
    assert "Cookie" not in frame.get("Vary", "")
    assert {"public", "no-cache"} <= set(frame["Cache-Control"].split(", "))
    again = Client().get("/map/embed/", headers={"If-None-Match": frame["ETag"]})
    assert again.status_code == 304
    pinned(0.3, 45.3)
    assert Client().get("/map/embed/", headers={"If-None-Match": frame["ETag"]}).status_code == 200
    assert "<form" not in frame.content.decode()


def test_the_address_alone_decides_the_language_of_a_frame(world: World) -> None:
    assert "Open on Cantonnier" in page("/map/embed/?lang=en", language="fr")
    assert "Ouvrir sur Cantonnier" in page("/map/embed/?lang=fr", language="en")
    assert "Ouvrir sur Cantonnier" in page("/map/embed/?lang=xx", language="en")
    assert get("/map/embed/?lang=en", language="fr")["Content-Language"] == "en"


def test_nobody_is_known_in_a_frame(world: World) -> None:
    client = Client()
    client.force_login(world.user("bob"))
    frame = client.get("/map/embed/?lang=en")
    assert "public" in frame["Cache-Control"]
    assert "Cookie" not in frame.get("Vary", "")


def test_a_refused_frame_is_not_kept(world: World) -> None:
    assert "public" not in get("/map/embed/?status=lost", status=400).get("Cache-Control", "")


def test_the_frame_counts_what_the_map_counts(world: World) -> None:
    pinned(0.25, 45.25)
    pinned(1.75, 46.75)
    html = page("/map/embed/?area=commune:90001&lang=en")
    assert "1 submission" in html
    assert 'href="http://127.0.0.1:8000/map/?area=commune%3A90001' in html


@pytest.mark.parametrize("door", ["/map/print/", "/map/embed/"])
def test_many_different_costly_filters_are_slowed_down(
    world: World, settings: Any, door: str
) -> None:
    settings.FILTERS_PER_MINUTE = 2
    client = Client(REMOTE_ADDR=f"192.0.2.{len(door)}")
    statuses = [client.get(door, {"q": word}).status_code for word in ("trou", "banc", "arbre")]
    assert statuses == [200, 200, 429]


def test_the_map_offers_its_paper_and_its_frame_without_a_script(world: World) -> None:
    html = page("/map/?status=open&at=0.5,45.5,11")
    assert 'href="/map/print/?status=open&amp;at=0.50000,45.50000,11"' in html
    assert "/map/embed/?status=open&amp;amp;lang=en&quot;" in html or (
        "/map/embed/?status=open&amp;amp;lang=en" in html
    )


@pytest.mark.parametrize("door", ["/map/print/", "/map/embed/"])
def test_a_post_is_not_allowed(world: World, door: str) -> None:
    assert Client().post(door).status_code == 405
