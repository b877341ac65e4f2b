"""Which road is nearest, to the centimetre, on one meridian of the toy world."""

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from geodata.models import Reference
from geodata.nearby import ReferenceUnreadable, distance_to, roads_near
from geodata.road_classes import RoadClass
from tests.roads import feature, reference, road

# Metres a degree of latitude at 45.5° north after Snyder 1987, p. 25: the plane of the query.
M_A_LAT = 111132.92 - 559.82 * -0.0174524064 + 1.175 * -0.9993908270
pytestmark = pytest.mark.django_db


def at(lat: float) -> Point:
    return Point(0.5, lat, srid=4326)


def north_m(metres: float) -> float:
    """The latitude so many metres north of 45.5°."""
    return 45.5 + metres / M_A_LAT


def test_exactly_at_the_bound_is_inside() -> None:
    road("departmental", (0.4, north_m(15)), (0.6, north_m(15)), ref="D 904")
    assert [found.ref for found in roads_near(at(45.5), reach_m=15).roads] == ["D 904"]
    assert roads_near(at(45.5), reach_m=15).roads[0].distance_m == 15.0


def test_a_centimetre_beyond_the_bound_is_outside() -> None:
    road("departmental", (0.4, north_m(15.012)), (0.6, north_m(15.012)), ref="D 904")
    assert roads_near(at(45.5), reach_m=15).roads == ()
    assert roads_near(at(45.5), reach_m=15).known


def test_of_two_roads_the_smaller_distance_goes_first() -> None:
    road("national", (0.4, north_m(9)), (0.6, north_m(9)), ref="N 1")
    road("communal", (0.4, north_m(-3)), (0.6, north_m(-3)), ref="C 1")
    assert [found.ref for found in roads_near(at(45.5), reach_m=15).roads] == ["C 1", "N 1"]


def test_at_the_same_distance_the_higher_class_goes_first() -> None:
    road("communal", (0.4, north_m(4)), (0.6, north_m(4)), ref="C 1")
    road("departmental", (0.4, north_m(-4)), (0.6, north_m(-4)), ref="D 1")
    assert [found.ref for found in roads_near(at(45.5), reach_m=15).roads] == ["D 1", "C 1"]


def test_classes_are_in_the_order_of_who_keeps_them() -> None:
    assert [one.value for one in RoadClass][:5] == [
        "motorway",
        "national",
        "metropolitan",
        "departmental",
        "communal",
    ]


def test_without_roads_nothing_is_known() -> None:
    assert not roads_near(at(45.5), reach_m=15).known


def test_beyond_the_ground_of_a_reference_nothing_is_known() -> None:
    road("departmental", (0.4, 45.5), (0.6, 45.5))
    assert not roads_near(Point(0.5, 40, srid=4326), reach_m=15).known


def test_an_inactive_reference_is_not_asked() -> None:
    road("departmental", (0.4, 45.5), (0.6, 45.5))
    Reference.objects.update(is_active=False)
    assert not roads_near(at(45.5), reach_m=15).known


def test_inside_an_area_the_distance_is_nothing() -> None:
    feature(
        "POLYGON ((0.4 45.4, 0.6 45.4, 0.6 45.6, 0.4 45.6, 0.4 45.4))", slug="schools", name="Lycée"
    )
    found = distance_to(at(45.5), reference="schools", within_m=50)
    assert (found.known, found.distance_m, found.name) == (True, 0.0, "Lycée")


def test_a_feature_too_far_is_known_to_be_far() -> None:
    feature("POINT (0.5 45.6)", slug="schools")
    found = distance_to(at(45.5), reference="schools", within_m=50)
    assert (found.known, found.distance_m) == (True, None)
    assert not distance_to(at(45.5), reference="missing", within_m=50).known


def test_a_broken_table_is_said_and_the_transaction_lives_on() -> None:
    reference()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE geodata_referencefeature RENAME COLUMN geom TO gone")
        with pytest.raises(ReferenceUnreadable):
            roads_near(at(45.5), reach_m=15)
        cursor.execute("SELECT 1")
