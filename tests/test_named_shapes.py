"""Shapes that other apps lend by name."""

import pytest
from django.contrib.gis.geos import Polygon

from geodata import named_shapes
from geodata.named_shapes import NamedShape

SQUARE = Polygon.from_bbox((0, 45, 1, 46))


def _square(rest: str) -> NamedShape | None:
    return NamedShape(f"toy:{rest}", rest.title(), SQUARE) if rest == "square:1" else None


@pytest.fixture(autouse=True)
def toy_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named_shapes, "_resolvers", {})
    named_shapes.register("toy", _square)


def test_a_shape_is_found_under_its_whole_name() -> None:
    found = named_shapes.find("toy:square:1")
    assert found is not None
    assert (found.key, found.name) == ("toy:square:1", "Square:1")


@pytest.mark.parametrize(
    "key", ["toy:circle", "toy:", "toy", "commune:90001", "", "toy:square:1\0", f"toy:{'x' * 161}"]
)
def test_what_nobody_has_is_none(key: str) -> None:
    assert named_shapes.find(key) is None


def test_only_a_registered_prefix_makes_a_name() -> None:
    assert named_shapes.is_named("toy:anything")
    assert not named_shapes.is_named("commune:90001")
    assert not named_shapes.is_named("toy")


def test_a_prefix_holds_no_colon() -> None:
    with pytest.raises(ValueError, match="prefix"):
        named_shapes.register("toy:square", _square)
