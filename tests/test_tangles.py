"""Shapes whose repair would eat the machine are refused; real mistakes are repaired."""

import random

import pytest
from shapely import MultiPolygon, Point, Polygon

from geodata.repair import CannotRepair, repair
from geodata.tangles import is_tangled


def _scribble(points: int) -> Polygon:
    dice = random.Random(1)
    return Polygon([(dice.random(), 45 + dice.random()) for _ in range(points)])


def test_scribble_of_thousands_of_points_is_refused_before_it_is_repaired() -> None:
    with pytest.raises(CannotRepair) as refused:
        repair(_scribble(5_000))
    assert refused.value.code == "too-tangled"


def test_parts_that_lie_over_each_other_a_thousandfold_are_refused() -> None:
    dice = random.Random(1)
    pile = [Point(dice.random() / 10, 45 + dice.random() / 10).buffer(1) for _ in range(300)]
    with pytest.raises(CannotRepair) as refused:
        repair(MultiPolygon(pile))
    assert refused.value.code == "too-tangled"


def test_small_scribble_is_repaired() -> None:
    assert repair(_scribble(100)).geometry.is_valid


def test_fine_outline_with_one_crossing_is_not_tangled() -> None:
    circle = list(Point(0, 45).buffer(1, quad_segs=25_000).exterior.coords)
    circle[0:2] = circle[1::-1]
    assert not is_tangled(Polygon(circle))


def test_point_and_empty_shape_are_not_tangled() -> None:
    assert not is_tangled(Point(0, 0))
    assert not is_tangled(Polygon())
