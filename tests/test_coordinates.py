"""Typed coordinates: a point, or a sentence that helps."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from geodata.coordinates import BadCoordinates, Typed, parse_point
from tests.world import World


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def refusal(lon: Typed, lat: Typed) -> BadCoordinates:
    with pytest.raises(BadCoordinates) as refused:
        parse_point(lon, lat)
    return refused.value


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("0.25", "45.25"),
        ("0,25", "45,25"),
        (" 0.25 ", "\N{NO-BREAK SPACE}45.25"),
        (0.25, 45.25),
        ("25e-2", "+45.25"),
        (".25", "45.250"),
    ],
)
def test_points_and_commas_and_numbers_are_all_understood(
    world: World, lon: Typed, lat: Typed
) -> None:
    point = parse_point(lon, lat)
    assert (point.x, point.y, point.srid) == (0.25, 45.25, 4326)


def test_typographic_minus_is_a_minus(db: None) -> None:
    assert parse_point("−1,5536", "47.2184").x == -1.5536


@pytest.mark.parametrize(
    ("lon", "lat", "field"),
    [(None, None, ""), ("", "  ", ""), (None, "45", "lat_given"), ("0.25", "", "lon_given")],
)
def test_missing_coordinates_are_asked_for(lon: Typed, lat: Typed, field: str) -> None:
    refused = refusal(lon, lat)
    assert refused.code == "missing"
    assert refused.field == {"": "", "lat_given": "lon", "lon_given": "lat"}[field]
    assert "missing" in str(refused)


@pytest.mark.parametrize(
    "typed",
    [
        "abc",
        "nan",
        "inf",
        "-Infinity",
        float("nan"),
        float("inf"),
        "1_0",
        "٤٥",
        "47°13′",
        "1\x00",
        "\ud800",
        "4" * 400,
        "1,000.5",
        "48.85, 2.35",
        True,
        "1e999",
    ],
)
def test_what_is_no_number_is_named_and_shown_printable(typed: Typed) -> None:
    refused = refusal(typed, "45")
    assert (refused.code, refused.field) == ("not-a-number", "lon")
    assert "decimal degrees" in str(refused)
    assert str(refused).isprintable()
    assert len(str(refused)) < 150


def test_number_out_of_range_is_told_the_range() -> None:
    assert "from −180 to 180" in str(refusal("181", "45"))
    assert "from −90 to 90" in str(refusal("120", "-91"))


def test_metres_are_recognised() -> None:
    assert refusal("355577.8", "6689273.9").code == "metres"
    assert refusal("1e30", "45").code == "metres"
    assert refusal(10**5000, -(10**5000)).code == "metres"


def test_latitude_that_can_only_be_a_longitude_looks_swapped() -> None:
    refused = refusal("45", "-120.5")
    assert str(refused).startswith("Latitude −120.5 and longitude 45 look swapped")


def test_pin_that_lies_in_an_area_only_the_other_way_round_looks_swapped(world: World) -> None:
    refused = refusal("45.25", "0.25")
    assert refused.code == "swapped"
    assert str(refused).startswith("Latitude 0.25 and longitude 45.25 look swapped")


def test_french_reader_gets_french_decimals(world: World) -> None:
    with translation.override("fr"):
        assert "0,25" in str(refusal("45.25", "0.25"))


def test_pin_outside_every_area_both_ways_is_a_point_all_the_same(world: World) -> None:
    assert parse_point("-30", "10").coords == (-30, 10)


def test_whole_numbers_are_degrees(db: None) -> None:
    assert parse_point(2, 48).coords == (2, 48)
