"""Repair: what comes out is valid and flat, and every change is said."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import from_wkt

from geodata.repair import CannotRepair, as_multipolygon, ground_m2, repair


def test_bow_tie_becomes_two_triangles_and_the_crossing_is_named() -> None:
    repaired = repair(from_wkt("POLYGON((0 0,1 1,1 0,0 1,0 0))"))
    assert repaired.geometry.is_valid
    assert len(repaired.geometry.geoms) == 2
    (change,) = repaired.changes
    assert change.code == "self-crossing"
    assert (change.values["lon"], change.values["lat"]) == (0.5, 0.5)
    # The two turns of a bow-tie count against each other, so that all its ground is new:
    # half a square degree at the equator.
    assert change.values["changed_m2"] == pytest.approx(111_320 * 110_574 / 2, rel=0.01)


def test_ground_that_a_repair_does_not_move_counts_no_metres() -> None:
    spike = repair(from_wkt("POLYGON((0 0,4 0,4 4,2 4,2 6,2 4,0 4,0 0))"))
    assert [c.values["changed_m2"] for c in spike.changes] == [0]


def test_overlapping_parts_melt_into_one_ground() -> None:
    repaired = repair(from_wkt("MULTIPOLYGON(((0 0,2 0,2 2,0 2,0 0)),((1 1,3 1,3 3,1 3,1 1)))"))
    assert repaired.geometry.area == 7
    assert len(repaired.changes) == 1


def test_altitude_is_dropped_and_said_but_zeros_are_not_worth_a_word() -> None:
    high = repair(from_wkt("POINT Z(1 2 300)"))
    assert not high.geometry.has_z
    assert [c.code for c in high.changes] == ["altitude-dropped"]
    assert repair(from_wkt("POINT Z(1 2 0)")).changes == ()


def test_collection_comes_back_flat_and_keeps_every_sound_part() -> None:
    repaired = repair(
        from_wkt(
            "GEOMETRYCOLLECTION(POINT(1 1),GEOMETRYCOLLECTION(LINESTRING(0 0,0 0),"
            "POLYGON((0 0,1 0,1 1,0 0)),POLYGON((5 5,6 5,6 6,5 5))))"
        )
    )
    assert [part.geom_type for part in repaired.geometry.geoms] == ["Point", "MultiPolygon"]
    assert [(c.code, c.values) for c in repaired.changes] == [("part-dropped", {"kind": "line"})]


def test_collection_of_polygons_is_an_area() -> None:
    repaired = repair(from_wkt("GEOMETRYCOLLECTION(POLYGON((0 0,1 0,1 1,0 0)))"))
    assert as_multipolygon(repaired.geometry).area == 0.5


def test_line_is_not_an_area() -> None:
    with pytest.raises(CannotRepair) as refused:
        as_multipolygon(from_wkt("LINESTRING(0 0,1 1)"))
    assert (refused.value.code, refused.value.values) == ("not-an-area", {"kind": "line"})


@pytest.mark.parametrize(
    ("wkt", "code"),
    [
        ("POLYGON EMPTY", "empty"),
        ("POINT EMPTY", "empty"),
        ("POLYGON((0 0,1 0,0 0,0 0))", "collapsed"),
        ("LINESTRING(3 4,3 4)", "collapsed"),
        ("POINT(652000 6862000)", "out-of-range"),
        ("LINESTRING(0 0,1 91)", "out-of-range"),
    ],
)
def test_what_nothing_honest_can_be_made_of_is_refused(wkt: str, code: str) -> None:
    with pytest.raises(CannotRepair) as refused:
        repair(from_wkt(wkt))
    assert refused.value.code == code


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
def test_coordinate_that_is_no_number_is_refused_never_left_out(bad: float) -> None:
    with pytest.raises(CannotRepair) as refused:
        repair(shapely.LineString([(0, 0), (bad, 1), (1, 1)]))
    assert refused.value.code == "not-finite"


def test_ground_is_measured_on_the_ellipsoid() -> None:
    # A degree by a degree between 45° and 46° north: about 111.1 km by 78.1 km.
    assert ground_m2(shapely.box(0, 45, 1, 46)) == pytest.approx(111_150 * 78_100, rel=0.005)
    assert ground_m2(shapely.Point(1, 1)) == 0


corners = st.tuples(st.integers(-5, 5), st.integers(-5, 5))
rings = st.lists(corners, min_size=3, max_size=9)


@given(st.lists(st.builds(shapely.Polygon, rings), min_size=1, max_size=4))
def test_whatever_polygons_come_in_valid_ground_or_a_refusal_comes_out(
    polygons: list[shapely.Polygon],
) -> None:
    for geometry in (shapely.MultiPolygon(polygons), shapely.GeometryCollection(polygons)):
        try:
            repaired = repair(geometry)
        except CannotRepair as refused:
            codes = [refused.code]
            assert codes == ["collapsed"]
            continue
        assert repaired.geometry.is_valid
        assert repaired.geometry.area > 0
        assert as_multipolygon(repaired.geometry).is_valid
