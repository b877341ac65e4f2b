"""Covering areas and the border rule, on toy squares."""

from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from shapely import MultiPolygon, box

from geodata import editions
from geodata.editions import IncomingArea
from geodata.locating import locate, nearest
from geodata.models import Level
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


def test_pin_a_few_metres_over_the_border_keeps_its_owner_and_names_the_neighbour(
    world: World,
) -> None:
    south_of_the_line = Point(0.25, 46 - 3 / 111_150, srid=4326)
    communes = [a for a in locate(south_of_the_line).areas if a.level == "commune"]
    assert [(a.code, a.is_owner) for a in communes] == [("90001", True), ("90003", False)]
    assert communes[0].distance_m == 0
    assert 2.9 < communes[1].distance_m < 3.1


def test_pin_a_millimetre_off_the_line_is_on_the_line(world: World) -> None:
    found = locate(Point(0.25, 46 - 0.001 / 111_150, srid=4326))
    owner = found.owner("commune")
    assert owner is not None
    assert owner.code == "90003"


def test_equal_grounds_at_a_border_are_decided_by_the_smaller_code(world: World) -> None:
    owner = locate(Point(1, 45.75, srid=4326)).owner("commune")
    assert owner is not None
    assert owner.code == "90001"


def test_corner_of_four_communes_belongs_to_all_four(world: World) -> None:
    found = locate(Point(1, 46, srid=4326))
    assert {a.code for a in found.areas if a.level == "commune"} == {
        "90001",
        "90002",
        "90003",
        "90004",
    }


def test_pin_outside_every_area_has_none_but_a_nearest_one_of_the_lowest_level(
    world: World,
) -> None:
    pin = Point(-0.1, 45.25, srid=4326)
    assert locate(pin).areas == ()
    near = nearest(pin)
    assert near is not None
    assert (near.level, near.code) == ("quartier", "A1")
    assert 7_700 < near.distance_m < 7_900


def test_nothing_is_nearest_where_nothing_is_loaded(db: None) -> None:
    assert nearest(Point(0, 45, srid=4326)) is None


def test_area_of_an_ended_edition_is_found_on_its_days_only(world: World) -> None:
    level = Level.objects.get(code="quartier")
    rows = [IncomingArea("A2", "A again", box(0, 45, 0.5, 45.5))]
    editions.load(rows, level=level, valid_from=date(2020, 1, 1))
    pin = Point(0.25, 45.25, srid=4326)
    before = locate(pin, on=date(2019, 12, 31)).owner("quartier")
    after = locate(pin, on=date(2020, 1, 1)).owner("quartier")
    assert before is not None
    assert after is not None
    assert (before.code, after.code) == ("A1", "A2")
    assert nearest(pin, on=date(2017, 12, 31)) is None


def test_pins_of_the_antipodes_and_poles_are_outside_and_no_error(world: World) -> None:
    for lon, lat in ((180, 0), (-180, 0), (0, 90), (0, -90), (179.99999, 89.99999)):
        assert locate(Point(lon, lat, srid=4326)).areas == ()


def test_locating_is_one_query(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        locate(Point(0.25, 45.25, srid=4326))


def test_arrondissements_are_a_level_of_their_own(world: World) -> None:
    """As in Paris, Lyon and Marseille: inside one commune, with codes of communes."""
    tier = Level.objects.create(
        code="arrondissement", rank=55, name_fr="Arrondissement", name_en="Arrondissement"
    )
    editions.load(
        [
            IncomingArea("90101", "A 1er", box(0, 45, 0.5, 46)),
            IncomingArea("90102", "A 2e", box(0.5, 45, 1, 46)),
        ],
        level=tier,
        valid_from=date(2019, 1, 1),
    )
    found = locate(Point(0.75, 45.25, srid=4326))
    assert [(a.level, a.code) for a in found.areas[-2:]] == [
        ("commune", "90001"),
        ("arrondissement", "90102"),
    ]
    border = locate(Point(0.5, 45.25, srid=4326))
    assert [area.code for area in border.sides] == ["90101", "90102"]


def test_an_enclave_and_an_island_belong_to_their_commune(world: World) -> None:
    """B has its centre cut out, which is C's, and C an island far off."""
    enclave, island = box(1.4, 45.4, 1.6, 45.6), box(5, 40, 5.1, 40.1)
    editions.load(
        [
            IncomingArea("90002", "B", box(1, 45, 2, 46).difference(enclave)),
            IncomingArea("90003", "C", MultiPolygon([box(0, 46, 1, 47), enclave, island])),
        ],
        level=Level.objects.get(code="commune"),
        valid_from=date(2019, 1, 1),
    )

    def owner(lon: float, lat: float) -> str:
        found = locate(Point(lon, lat, srid=4326)).owner("commune")
        return found.code if found else ""

    assert [owner(1.5, 45.5), owner(1.2, 45.5), owner(5.05, 40.05)] == ["90003", "90002", "90003"]
    on_the_edge = locate(Point(1.4, 45.5, srid=4326))
    assert {a.code for a in on_the_edge.areas if a.level == "commune"} == {"90002", "90003"}
