"""The bench's verdicts; its measurements are never tested by the clock."""

from collections.abc import Iterator
from types import ModuleType

import pytest
from django.db import connection

from benchmarks import __main__ as bench
from benchmarks import submit
from benchmarks.figures import Figure, against_floor, race
from reports.models import Submission
from reports.pyramid import truth
from tests.submissions import pinned
from tests.world import World


def test_figure_past_its_bound_says_so() -> None:
    slow = Figure("locate.function", 2.0, "ms", ratio=5.0, bound=4.0)
    assert not slow.is_within_bound
    assert "PASSED BY" in str(slow)
    kept = Figure("locate.function", 2.0, "ms", ratio=4.0, bound=4.0)
    assert kept.is_within_bound
    assert "PASSED BY" not in str(kept)


def test_ratios_are_to_the_floor_of_the_same_run() -> None:
    floor, view = against_floor(
        "tile", {"sql": 0.010, "view": 0.014}, floor="sql", bounds={"view": 1.5}, each=10
    )
    assert (floor.name, floor.value, floor.ratio) == ("tile.sql", pytest.approx(1), None)
    assert view.ratio == pytest.approx(1.4)
    assert view.is_within_bound


def test_contestants_take_turns() -> None:
    turns: list[str] = []
    race({"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}, rounds=3)
    assert turns == ["a", "b"] * 4


@pytest.mark.parametrize(("ratio", "code"), [(1.0, 0), (1.6, 1)])
def test_run_exits_with_1_when_a_bound_is_passed_by(
    monkeypatch: pytest.MonkeyPatch, ratio: float, code: int
) -> None:
    def figures() -> Iterator[Figure]:
        yield Figure("a", 1, "ms", ratio=ratio, bound=1.5)

    module = ModuleType("benchmarks.toy")
    module.figures = figures  # type: ignore[attr-defined]
    assert bench.run([module]) == code


def test_bench_of_sending_leaves_no_row_and_no_change_that_waits(live_world: World) -> None:
    pinned(0.25, 45.6, description=submit._MARK)
    kept = pinned(0.3, 45.6)
    submit._clean_up()
    assert list(Submission.objects.all()) == [kept]
    with connection.cursor() as cursor:
        for waiting in ("reports_celldelta", "reports_areadelta"):
            cursor.execute(f"SELECT COUNT(*) FROM {waiting}")
            assert cursor.fetchone() == (0,)
    assert truth.miscounts() == []
