"""After a new edition, a job links the submissions that lie in it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.gis.geos import Point
from shapely import box

from geodata import editions
from geodata.editions import IncomingArea
from geodata.locating import locate
from geodata.models import Edition, Level
from reports.actions.relink import after_edition
from reports.models import Submission
from tests.submissions import pinned
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def promote_halves_of_b(series: str = "b-quartiers") -> Edition:
    """Quartiers west and east of longitude 1.5 in commune B."""
    return editions.load(
        [
            IncomingArea("BW", "B west", box(1, 45, 1.5, 46)),
            IncomingArea("BE", "B east", box(1.5, 45, 2, 46)),
        ],
        level=Level.objects.get(code="quartier"),
        valid_from=date(2020, 1, 1),
        series=series,
    )


def links(submission: Submission) -> set[tuple[str, bool]]:
    rows = submission.area_links.filter(area__level__code="quartier")
    return set(rows.values_list("area__code", "is_owner"))


def test_submissions_in_new_areas_are_linked_as_locate_says(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    west, border, elsewhere = pinned(1.2, 45.5), pinned(1.5, 45.5), pinned(0.75, 46.5)
    promote_halves_of_b()
    assert links(west) == set()
    run_jobs()
    assert links(west) == {("BW", True)}
    assert links(border) == {("BE", True), ("BW", False)}
    assert links(elsewhere) == set()
    for submission in (west, border, elsewhere):
        found = locate(Point(*submission.pin.coords, srid=4326)).areas
        linked = submission.area_links.values_list("area", "is_owner")
        assert set(linked) == {(area.id, area.is_owner) for area in found}


def test_links_to_the_edition_before_stay_beside_the_new_ones(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    submission = pinned(0.25, 45.25)
    editions.load(
        [IncomingArea("A1", "A south-west, redrawn", box(0, 45, 0.4, 45.4))],
        level=Level.objects.get(code="quartier"),
        valid_from=date(2020, 1, 1),
    )
    run_jobs()
    quartiers = submission.area_links.filter(area__level__code="quartier")
    assert quartiers.count() == 2
    assert Submission.objects.inside(live_world.area("quartier", "A1")).get() == submission


def test_linking_again_changes_nothing(live_world: World, run_jobs: Callable[[], None]) -> None:
    pinned(1.2, 45.5)
    edition = promote_halves_of_b()
    run_jobs()
    before = list(Submission.objects.get().area_links.order_by("pk").values())
    again = after_edition(edition=edition)
    run_jobs()
    again.refresh_from_db()
    assert (again.looked_at, again.moved, again.percent) == (1, 0, 100)
    assert list(Submission.objects.get().area_links.order_by("pk").values()) == before


def test_a_closed_submission_is_linked_as_closed(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    submission = pinned(1.2, 45.5, status="resolved")
    promote_halves_of_b()
    run_jobs()
    assert not submission.area_links.get(area__code="BW").is_open
