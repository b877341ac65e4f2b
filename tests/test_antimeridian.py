"""New Zealand's Chatham Islands and Fiji lie on both sides of the 180th meridian."""

import io
import json
from datetime import date
from pathlib import Path

import numpy
import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.test import Client
from shapely import GeometryCollection, LineString, MultiPolygon, Polygon, box
from shapely.geometry import mapping

from geodata import editions, references
from geodata.bulk import Ground
from geodata.editions import IncomingArea
from geodata.locating import locate, nearest, on_side
from geodata.models import Area, Level, Purpose
from geodata.nearby import roads_near
from geodata.references import IncomingFeature
from geodata.relations import neighbours
from geodata.repair import CannotRepair, ground_m2, repair
from reports.actions.submit import submit
from reports.linking import changes_of_area, on_ground_of
from reports.models import Category

# One square two degrees wide over the line, as files write it.
BEYOND = box(179, -45, 181, -44)
BEFORE = box(-181, -45, -179, -44)
JUMPING = Polygon([(179, -45), (-179, -45), (-179, -44), (179, -44)])
CUT = MultiPolygon([box(179, -45, 180, -44), box(-180, -45, -179, -44)])


@pytest.mark.parametrize(
    "written",
    [
        BEYOND,
        BEFORE,
        JUMPING,
        MultiPolygon([BEYOND]),
        MultiPolygon([JUMPING, Polygon()]),
        GeometryCollection([JUMPING]),
    ],
)
def test_a_shape_across_the_line_is_cut_there(written: Polygon) -> None:
    repaired = repair(written)
    assert repaired.geometry.equals(CUT)
    assert [change.code for change in repaired.changes] == ["split-at-180"]


def test_a_hole_across_the_line_stays_a_hole() -> None:
    hole = box(179.5, -44.6, 180.5, -44.4)
    repaired = repair(BEYOND.difference(hole)).geometry
    assert ground_m2(repaired) == pytest.approx(
        ground_m2(CUT) - 2 * ground_m2(box(179.5, -44.6, 180, -44.4)), rel=1e-6
    )


def test_an_outline_on_the_line_may_name_it_both_ways() -> None:
    written = Polygon([(179, 0), (180, 0), (-180, 1), (180, 2), (179, 2)])
    assert repair(written).geometry.equals(box(179, 0, 180, 2))


def test_longitudes_from_0_to_360_are_brought_home() -> None:
    assert repair(box(358, 45, 362, 46)).geometry.equals(box(-2, 45, 2, 46))


def test_a_line_across_is_cut_too() -> None:
    repaired = repair(LineString([(179, -17), (-179, -17)]))
    west, east = repaired.geometry.geoms
    assert (west.bounds, east.bounds) == ((179, -17, 180, -17), (-180, -17, -179, -17))


def test_what_is_repaired_across_is_said_as_anywhere() -> None:
    bow_tie = Polygon([(179, 0), (-179, 1), (-179, 0), (179, 1)])
    changes = repair(bow_tie).changes
    assert [change.code for change in changes] == ["self-crossing", "split-at-180"]


def test_a_tangle_across_is_refused_as_anywhere() -> None:
    tangle = numpy.random.default_rng(1).uniform((175, 0), (185, 10), (2_000, 2))
    with pytest.raises(CannotRepair) as refused:
        repair(Polygon(tangle))
    assert refused.value.code == "too-tangled"


@pytest.mark.parametrize(
    "written",
    [
        Polygon([(0, -70), (90, -70), (180, -70), (-90, -70)]),
        LineString([((170 * step) % 360 - 180, step / 1000) for step in range(20_000)]),
    ],
)
def test_what_goes_around_the_earth_is_refused(written: Polygon | LineString) -> None:
    with pytest.raises(CannotRepair) as refused:
        repair(written)
    assert refused.value.code == "round-the-world"


def test_what_is_cut_already_or_spans_the_world_is_left_alone() -> None:
    antarctica = Polygon([(-180, -70), (0, -75), (180, -70), (180, -90), (-180, -90)])
    for shape in (CUT, box(-180, -90, 180, 90), antarctica, box(0, 45, 1, 46)):
        assert repair(shape).changes == ()


def test_metres_are_still_no_longitudes() -> None:
    with pytest.raises(CannotRepair):
        repair(box(355_000, 6_690_000, 356_000, 6_691_000))


@pytest.fixture
def islands(db: None, tmp_path: Path) -> None:
    path = tmp_path / "nz.geojson"
    features = [
        {"type": "Feature", "geometry": mapping(shape), "properties": {"code": code, "nom": code}}
        for code, shape in (
            ("ACROSS", JUMPING),
            ("WEST", box(178, -45, 179, -44)),
            ("EAST", box(-179, -45, -178, -44)),
            ("NORTH-EAST", box(-180, -44, -179, -43)),
        )
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    call_command(
        "load_edition",
        *("--level=commune", f"--file={path}", "--code-field=code", "--name-field=nom"),
        *("--valid-from=2018-01-01", "--commit"),
        stdout=io.StringIO(),
    )


METRE = 1 / 111_000
PINS = {
    (179.5, -44.5): {"ACROSS"},
    (-179.5, -44.5): {"ACROSS"},
    (180.0, -44.5): {"ACROSS"},
    (-180.0, -44.5): {"ACROSS"},
    (180.0, -43.5): {"NORTH-EAST"},
    (180 - 3 * METRE, -43.5): {"NORTH-EAST"},
    (180 - 12 * METRE, -43.5): set(),
    (-180.0, -44.0): {"ACROSS", "NORTH-EAST"},
    (179.0, -44.5): {"ACROSS", "WEST"},
}


@pytest.mark.parametrize(("pin", "codes"), PINS.items())
def test_a_pin_finds_its_areas_from_either_side(
    islands: None, pin: tuple[float, float], codes: set[str]
) -> None:
    found = locate(Point(*pin, srid=4326)).areas
    assert {area.code for area in found} == codes
    assert sum(area.is_owner for area in found) == bool(codes)


def test_a_million_pins_do_so_too(islands: None) -> None:
    assert Area.objects.count() == 4
    ground = Ground.load(on=date(2020, 1, 1))
    located = ground.locate(*numpy.array(list(PINS)).T)
    found: list[set[str]] = [set() for _ in PINS]
    for point, area in zip(located.point, located.area, strict=True):
        found[point].add(ground.areas[area].code)
    assert found == list(PINS.values())


def test_the_nearest_area_may_lie_beyond_the_line(islands: None) -> None:
    near = nearest(Point(179.9, -43.5, srid=4326))
    assert near is not None
    assert near.code == "NORTH-EAST"
    assert 8_000 < near.distance_m < 8_200


def test_who_says_on_which_side_they_are_is_heard_across(islands: None) -> None:
    rows = [
        IncomingArea("E", "East", box(-180, -44, -179, -43)),
        IncomingArea("W", "West", box(179, -44, 180, -43)),
    ]
    editions.load(rows, level=Level.objects.get(code="canton"), valid_from=date(2018, 1, 1))
    pin = Point(180 - 2 * METRE, -43.5, srid=4326)
    here = locate(pin)
    owner = here.owner("canton")
    assert owner is not None
    assert owner.code == "W"
    there = on_side(here, pin, level="commune", code="NORTH-EAST").owner("canton")
    assert there is not None
    assert there.code == "E"


def test_an_area_that_begins_where_another_ends_is_its_neighbour(islands: None) -> None:
    rows = [
        IncomingArea("E", "East", box(-180, -44, -179, -43)),
        IncomingArea("W", "West", box(179, -44, 180, -43)),
    ]
    editions.load(rows, level=Level.objects.get(code="canton"), valid_from=date(2018, 1, 1))
    for one, other in ("EW", "WE"):
        found = neighbours(Area.objects.get(code=one), on=date(2020, 1, 1))
        assert [near.code for near in found] == [other]
        assert found[0].border_m == pytest.approx(111_100, rel=0.01)


def test_an_area_cut_at_the_line_has_its_neighbours_of_both_sides(islands: None) -> None:
    found = neighbours(Area.objects.get(code="ACROSS"), on=date(2020, 1, 1))
    assert {near.code for near in found} == {"WEST", "EAST", "NORTH-EAST"}


def test_the_nearest_road_may_lie_beyond_the_line(db: None) -> None:
    road_at_180 = LineString([(-180 + 4 * METRE, -1), (-180 + 4 * METRE, 1)])
    planned = [IncomingFeature(road_at_180, "departmental", "D 180", "", "", None)]
    references.load(planned, slug="roads", name="Roads", purpose=Purpose.ROADS)
    near = roads_near(Point(180 - 4 * METRE, 0, srid=4326), reach_m=15)
    assert near.known
    assert [road.ref for road in near.roads] == ["D 180"]
    assert near.roads[0].distance_m == pytest.approx(8, abs=0.1)
    assert roads_near(Point(180 - 12 * METRE, 0, srid=4326), reach_m=15).roads == ()


def test_roads_on_both_sides_say_nothing_of_the_other_side_of_the_world(db: None) -> None:
    planned = [
        IncomingFeature(LineString([(lon, 0), (lon, 1)]), "departmental", f"{lon}", "", "", None)
        for lon in (179, -179)
    ]
    references.load(planned, slug="roads", name="Roads", purpose=Purpose.ROADS)
    for lon in (179.5, 180, -180, -179.5):
        assert roads_near(Point(lon, 0.5, srid=4326), reach_m=15).known
    assert not roads_near(Point(0, 0.5, srid=4326), reach_m=15).known


def test_the_box_around_areas_of_both_sides_is_the_narrow_one(islands: None) -> None:
    for extent in (Area.objects.extent(), Area.objects.main_extent()):
        assert extent == pytest.approx((178, -45, 182, -43))
    assert Area.objects.filter(code="EAST").extent() == pytest.approx((-179, -45, -178, -44))
    assert Area.objects.filter(code="ACROSS").main_extent() == pytest.approx((179, -45, 181, -44))


def test_a_tile_document_names_longitudes_that_exist(islands: None, client: Client) -> None:
    document = client.get("/tiles/areas/commune.json").json()
    assert document["bounds"] == pytest.approx([-180, -45, 180, -43])


def test_submissions_beyond_the_line_lie_on_the_ground_of_a_new_edition(islands: None) -> None:
    pin = Point(180 - 2 * METRE, -43.5, srid=4326)
    submission = submit(pin=pin, category=Category.objects.first(), description="…").submission
    rows = [IncomingArea("E", "East", box(-180, -44, -179, -43))]
    newer = editions.load(rows, level=Level.objects.get(code="canton"), valid_from=date(2018, 1, 1))
    assert on_ground_of(newer, after=0, last=submission.pk, limit=10) == [submission.pk]
    assert "1" in changes_of_area(newer)[0]
