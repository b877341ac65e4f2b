"""Invented submissions: linked, counted, with a history, the same each time, and gone again."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from geodata.locating import locate
from reports.models import Event, Submission, SubmissionArea
from reports.pyramid import truth
from reports.workflow import OPEN
from tests.submissions import pinned
from tests.world import World

UNTIL = "--until=2026-01-01"


def seed(*more: str, count: int = 400) -> None:
    call_command("seed_submissions", f"--count={count}", UNTIL, *more)


def test_seeds_are_linked_counted_and_have_a_history(world: World) -> None:
    seed()
    assert Submission.objects.count() == 400
    assert truth.miscounts() == []
    for one in Submission.objects.prefetch_related("area_links", "events")[:60]:
        assert {link.created_at for link in one.area_links.all()} == {one.created_at}
        assert {link.is_open for link in one.area_links.all()} == {one.status in OPEN}
        events = [event for event in one.events.all() if event.kind == "transition"]
        last = events[-1].data["to"] if events else "new"
        assert one.status in (last, "new")
        assert (one.closed_at is None) == (one.status in OPEN)
    assert Submission.objects.filter(status__in=OPEN).exists()
    assert Submission.objects.filter(status="resolved").exists()


def test_seeds_are_linked_by_the_border_rule_neighbours_too(world: World, settings: Any) -> None:
    settings.BORDER_TOLERANCE_M = 2_000  # of 400 pins, some lie this near to a border
    seed()
    neighbours = 0
    for one in Submission.objects.prefetch_related("area_links")[:200]:
        links = {
            (link.area_id, link.is_owner, round(link.distance_m, 3))
            for link in one.area_links.all()
        }
        assert links == {
            (area.id, area.is_owner, round(area.distance_m, 3)) for area in locate(one.pin).areas
        }
        neighbours += sum(metres > 0 for _area, _owns, metres in links)
    assert neighbours


def test_the_same_seed_invents_the_same_and_another_does_not(world: World) -> None:
    def told() -> list[Any]:
        rows = Submission.objects.order_by("created_at", "pin")
        return list(rows.values_list("created_at", "status", "category", "grid_x", "grid_y"))

    seed()
    first = told()
    seed("--remove")
    seed()
    assert told() == first
    seed("--remove")
    seed("--seed=2")
    assert told() != first


def test_batches_of_another_size_write_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.management.commands.seed_submissions.BATCH", 150)
    seed()
    assert Submission.objects.count() == 400


def test_real_submissions_are_left_alone_and_kept(world: World) -> None:
    real = pinned(0.25, 45.6)
    with pytest.raises(CommandError, match="--yes"):
        seed()
    seed("--yes")
    assert Submission.objects.count() == 401
    with pytest.raises(CommandError, match="--remove"):
        seed("--yes")
    seed("--remove")
    assert list(Submission.objects.all()) == [real]
    assert Event.objects.count() == 1
    assert set(SubmissionArea.objects.values_list("submission", flat=True)) == {real.pk}
    assert truth.miscounts() == []
    pinned(0.3, 45.6)
    assert truth.miscounts() == []


def test_without_areas_there_is_nowhere_to_put_them(db: None) -> None:
    with pytest.raises(CommandError, match="areas"):
        seed()
