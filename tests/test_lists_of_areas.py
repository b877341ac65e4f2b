"""Lists and counts of areas are read along links, by prepared statements: they are what asking
every row gives, however many areas, with and without words."""

import random
from datetime import datetime, timedelta

import pytest
from django.http import QueryDict

from reports import walking
from reports.counting import Count, count_public
from reports.filters import SubmissionFilter
from reports.models import Category, Photo, Submission
from reports.pyramid import folding
from tests.listed import meant_by, on_the_page
from tests.submissions import pinned
from tests.world import World

AREAS = {
    "one": "area=commune:90001",
    "two that overlap": "area=commune:90001&area=canton:9001",
    "three": "area=commune:90001&area=commune:90002&area=quartier:A1",
    "a large one": "area=departement:90",
}
MORE = [
    "",
    "&status=open",
    "&status=closed",
    "&status=scheduled",
    "&status=new&status=resolved",
    "&category=voirie&status=open",
    "&kind=proposal",
    "&from=2026-02-01&to=2026-03-31",
    "&category=voirie&category=proprete&from=2026-01-15&to=2026-03-20",
    "&kind=report&from=2026-02-01",
    "&category=proprete&status=new",
    "&kind=report&status=closed",
    "&kind=proposal&category=nature&status=open&from=2026-01-10",
    "&q=lampadaire",
    "&q=lampadaire&category=voirie",
    "&responsible=commune:90001",
    "&responsible=commune:90001&responsible=commune:90002&status=new&category=voirie",
    "&has_photo=true",
    "&has_photo=false&category=voirie",
    "&has_photo=true&q=lampadaire&responsible=commune:90001",
]


@pytest.fixture
def some(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.views.map.PAGE_SIZE", 20)
    dice = random.Random(7)
    first = datetime.fromisoformat("2026-01-01T09:00:00+01:00")
    for number in range(60):
        one = pinned(
            dice.uniform(0.01, 1.99),
            dice.uniform(45.01, 45.99),
            category=dice.choice(["voirie", "proprete", "nature"]),
            description=dice.choice(["Un lampadaire éteint", "Un trou"]),
            status=dice.choice(["new", "scheduled", "resolved"]),
            is_hidden=dice.random() < 0.2,
            created_at=first + timedelta(days=dice.randrange(120)),
        )
        if number % 3 == 0:
            photo = Photo(submission=one, file="photos/a.jpg", width_px=4, height_px=3)
            Photo.objects.bulk_create([photo])
        if number == 30:
            folding.fold()  # the rest is told by what is not folded in yet


@pytest.mark.parametrize("areas", AREAS.values(), ids=AREAS)
def test_a_list_of_areas_and_its_count_are_what_every_row_says(
    some: None, areas: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for query in (areas + more for more in MORE):
        meant = meant_by(query)
        assert meant, query
        monkeypatch.setattr(walking, "_A_BEGINNING", 1_000_000)  # along all links
        assert on_the_page(query) == (meant, len(meant)), query
        monkeypatch.setattr(walking, "_A_BEGINNING", 0)  # category by category
        assert on_the_page(f"{query}&sort=oldest") == (meant[::-1], len(meant)), query


def test_a_count_stops_where_nobody_reads_on(some: None) -> None:
    for query in (AREAS["a large one"] + more for more in MORE):
        number = len(meant_by(query))
        wanted = SubmissionFilter(QueryDict(query))
        assert wanted.is_valid()
        assert count_public(wanted, most=3) == Count(min(number, 3), number > 3), query


def test_nothing_is_found_where_nobody_wrote_the_word_or_sent_the_like(some: None) -> None:
    for more in ("&q=girafe", "&category=eclairage", "&category=voirie&from=2026-12-01"):
        assert on_the_page(f"area=commune:90001{more}") == ([], 0)


def test_links_follow_their_submission_whatever_writes_it(world: World) -> None:
    submission = pinned(0.75, 45.25)
    moment = datetime.fromisoformat("2026-03-01T09:00:00+01:00")
    nature = Category.objects.get(code="nature")
    Submission.objects.filter(pk=submission.pk).update(
        category=nature, status="resolved", created_at=moment
    )
    said = submission.area_links.values_list("category", "is_open", "created_at").distinct()
    assert submission.area_links.count() > 1
    assert list(said) == [(nature.pk, False, moment)]


def test_where_the_way_along_the_links_is_too_far_every_row_is_asked(
    some: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "FARTHEST", 0)
    query = "area=commune:90001&category=voirie"
    assert on_the_page(query) == (meant_by(query), len(meant_by(query)))
