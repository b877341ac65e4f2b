"""Covering areas and the border rule, on toy squares."""

from django.contrib.gis.geos import Point

from geodata.locating import locate
from tests.world import World


def test_every_level_that_covers_the_pin_is_found_upper_levels_first(world: World) -> None:
    found = locate(Point(0.25, 45.25, srid=4326))
    assert [(area.level, area.code) for area in found.areas] == [
        ("region", "99"),
        ("departement", "90"),
        ("epci", "200000001"),
        ("commune", "90001"),
        ("quartier", "A1"),
    ]
    assert not found.border


def test_pin_on_a_shared_border_is_linked_to_both_and_owned_by_the_smaller_commune(
    world: World,
) -> None:
    found = locate(Point(0.25, 46, srid=4326))
    communes = [(a.code, a.is_owner) for a in found.areas if a.level == "commune"]
    assert communes == [("90003", True), ("90001", False)]
    assert found.border
