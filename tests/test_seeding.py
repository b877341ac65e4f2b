"""Invented submissions: linked, counted, with a history, the same each time, and gone again."""

from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from geodata.locating import locate
from reports.models import Event, Submission, SubmissionArea
from reports.pyramid import truth
from reports.seeding.sums import Sums
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


def indexes() -> set[str]:
    """And rules; what a partial index leaves out is written in another way each time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT split_part(pg_get_indexdef(indexrelid), ' WHERE ', 1)"
            " || CASE WHEN indpred IS NULL THEN '' ELSE ' in part' END FROM pg_index"
            " WHERE indrelid::regclass::text LIKE 'reports_%' UNION ALL"
            " SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid::regclass::text LIKE 'reports_%'"
        )
        return {definition for (definition,) in cursor.fetchall()}


def test_two_connections_write_what_one_does(
    live_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.management.commands.seed_submissions.BATCH", 90)
    before = indexes()
    seed()
    assert Submission.objects.count() == 400
    assert Submission.objects.filter(area_links=None).count() == 0
    assert Submission.objects.filter(events=None).count() == 0
    assert truth.miscounts() == []
    assert indexes() == before
    pinned(0.25, 45.6)
    assert truth.miscounts() == []


def test_seeding_that_fails_leaves_everything_as_it_was(
    live_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any) -> bytes:
        raise MemoryError

    before = indexes()
    monkeypatch.setattr("reports.seeding.linking.links", fails)
    with pytest.raises(MemoryError):
        seed()
    assert not Submission.objects.exists()
    assert not Event.objects.exists()
    assert indexes() == before
    assert truth.miscounts() == []


def test_seeding_that_ends_between_its_commits_is_removable(
    live_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, committed = connection.copy(), []
    commit = type(ours).commit

    def once(wrapper: Any) -> None:
        if wrapper is not connections["default"]:
            committed.append(wrapper)
            if len(committed) == 2:
                raise OSError("disk full")
        commit(wrapper)

    before = indexes()
    with monkeypatch.context() as patch:
        patch.setattr(type(ours), "commit", once)
        with pytest.raises(OSError, match="disk full"):
            seed()
    assert Submission.objects.count() == 400
    assert not SubmissionArea.objects.exists()
    assert indexes() == before
    seed("--remove")
    assert not Submission.objects.exists()
    assert truth.miscounts() == []


def test_tallies_are_of_the_months_of_another_time_zone(world: World, settings: Any) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    seed()
    assert truth.miscounts() == []


def test_a_submission_that_comes_just_before_stops_the_seeding(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.seeding.pouring.others_exist", lambda: False)
    real = pinned(0.25, 45.6)
    with pytest.raises(CommandError, match="nothing was written"):
        seed("--yes")
    assert list(Submission.objects.all()) == [real]


def test_sums_of_many_batches_are_those_of_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.seeding.sums._LEAST_TO_GATHER", 20)
    draw = np.random.default_rng(1)
    batches = [draw.integers(1_000, size=200) for _ in range(30)]
    sums = Sums(np.array([100, 450, 451]))
    for batch in batches:
        sums.count(batch)
    found = [np.concatenate(part) for part in zip(*sums.ranges(), strict=True)]
    expected = np.unique(np.concatenate(batches), return_counts=True)
    assert [part.tolist() for part in found] == [part.tolist() for part in expected]


def test_progress_says_each_stage_and_the_whole(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    seed()
    last = capsys.readouterr().err.splitlines()[-1]
    assert "in all" in last
    for stage in ("ground", "written", "indexes", "cells", "tallies"):
        assert f"{stage} " in last


def test_without_areas_there_is_nowhere_to_put_them(db: None) -> None:
    with pytest.raises(CommandError, match="areas"):
        seed()
