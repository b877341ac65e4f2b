"""Points that stand twice and spikes without width."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import from_wkt

from geodata.kml import Feature
from geodata.mending import Ground, mend, mend_all
from geodata.tidying import are_tidy, tidy


@pytest.mark.parametrize(
    ("wkt", "duplicates", "spikes", "tidied"),
    [
        ("POLYGON((0 0,1 0,1 1,0 0))", 0, 0, "POLYGON((0 0,1 0,1 1,0 0))"),
        ("POLYGON((0 0,1 0,1 0,1 0,1 1,0 0))", 2, 0, "POLYGON((0 0,1 0,1 1,0 0))"),
        ("POLYGON((0 0,0 0,1 0,1 1,0 0,0 0))", 2, 0, "POLYGON((0 0,1 0,1 1,0 0))"),
        ("POLYGON((0 0,1 0,2 0,1 0,1 1,0 0))", 0, 1, "POLYGON((0 0,1 0,1 1,0 0))"),
        ("POLYGON((0 0,1 0,1 1,0 0,-1 -1,0 0))", 0, 1, "POLYGON((0 0,1 0,1 1,0 0))"),
        ("POLYGON((0 0,1 0,3 0,2 0,1 0,1 1,0 0))", 0, 2, "POLYGON((0 0,1 0,1 1,0 0))"),
        ("LINESTRING(0 0,1 1,1 1,0 0)", 1, 0, "LINESTRING(0 0,1 1,0 0)"),
        ("MULTIPOINT(0 0,0 0)", 0, 0, "MULTIPOINT(0 0,0 0)"),
        ("POLYGON((0 0,0 0,0 0,0 0))", 0, 0, "POLYGON((0 0,0 0,0 0,0 0))"),
        ("LINESTRING(3 4,3 4)", 0, 0, "LINESTRING(3 4,3 4)"),
    ],
)
def test_what_hands_leave_goes(wkt: str, duplicates: int, spikes: int, tidied: str) -> None:
    done = tidy(from_wkt(wkt))
    assert (done.duplicates, done.spikes) == (duplicates, spikes)
    assert shapely.equals_identical(shapely.normalize(done.geometry), _normal(tidied))


def _normal(wkt: str) -> shapely.Geometry:
    return shapely.normalize(from_wkt(wkt))


def test_tongue_of_a_metre_is_ground_and_stays() -> None:
    assert tidy(from_wkt("POLYGON((0 0,1 0,1 0.5,2 0.500005,1 0.50001,1 1,0 0))")).spikes == 0


def test_points_of_different_rings_do_not_count_as_twice() -> None:
    touching = from_wkt("MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((0 0,-1 0,-1 -1,0 0)))")
    assert are_tidy([touching]).all()


corners = st.tuples(st.integers(-3, 3), st.integers(-3, 3))
shapes = st.lists(
    st.builds(shapely.Polygon, st.lists(corners, min_size=3, max_size=8))
    | st.builds(shapely.LineString, st.lists(corners, min_size=2, max_size=5)),
    max_size=5,
)


@given(shapes)
def test_all_at_once_says_of_each_what_tidying_does(geometries: list[shapely.Geometry]) -> None:
    for geometry, is_tidy in zip(geometries, are_tidy(geometries), strict=True):
        done = tidy(geometry)
        changed = done.duplicates or done.spikes
        assert not (changed and is_tidy)
        if not changed:
            assert shapely.equals_identical(done.geometry, geometry)
        if geometry.is_valid and isinstance(geometry, shapely.Polygon):
            assert abs(done.geometry.area - geometry.area) < 1e-6


@settings(deadline=None)
@given(shapes)
def test_mending_together_gives_what_mending_one_by_one_does(
    geometries: list[shapely.Geometry],
) -> None:
    features = [Feature("", (), "", {}, {}, geometry, 1) for geometry in geometries]
    for ground in (Ground(), Ground((0, 0, 2, 2), ((-1, -1, 2, 2),))):
        together = mend_all(features, ground)
        alone = [mend(feature, ground) for feature in features]
        assert [one.findings for one in together] == [one.findings for one in alone]
        for mine, theirs in zip(together, alone, strict=True):
            assert np.array_equal(shapely.to_wkb(mine.shapes), shapely.to_wkb(theirs.shapes))
            assert (mine.is_at_home, mine.looks_swapped) == (
                theirs.is_at_home,
                theirs.looks_swapped,
            )
