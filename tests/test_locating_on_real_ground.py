"""Locating on the communes of Loire-Atlantique and Vendée, against answers worked out apart."""

import io
import json
import random
from datetime import date
from pathlib import Path

import numpy
import pytest
import shapely
from django.contrib.gis.geos import Point
from django.core.management import call_command
from pyproj import Geod, Transformer
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geodata.bulk import Ground
from geodata.locating import locate, nearest
from geodata.models import Area, Level
from reports import linking
from reports.models import Category, Submission, SubmissionArea

FILES = ("communes-44-loire-atlantique.geojson", "communes-85-vendee.geojson")
Outlines = dict[str, BaseGeometry]


@pytest.fixture
def outlines(db: None, shared_data: Path) -> Outlines:
    """Loaded through the product; handed over as the files have them, by INSEE code."""
    files = [shared_data / "france" / "communes" / name for name in FILES]
    call_command(
        "load_edition",
        *("--level=commune", "--code-field=code", "--name-field=nom", "--valid-from=2018-01-01"),
        *(f"--file={file}" for file in files),
        "--commit",
        stdout=io.StringIO(),
    )
    features = [feature for file in files for feature in json.loads(file.read_text())["features"]]
    return {f["properties"]["code"]: shape(f["geometry"]) for f in features}


def found_at(lon: float, lat: float) -> dict[str, float]:
    """Code → metres of the communes at a pin."""
    areas = locate(Point(lon, lat, srid=4326)).areas
    return {area.code: area.distance_m for area in areas if area.level == "commune"}


def owner_at(lon: float, lat: float) -> str | None:
    owner = locate(Point(lon, lat, srid=4326)).owner("commune")
    return owner.code if owner else None


def ground_m2(outline: BaseGeometry) -> float:
    return abs(float(Geod(ellps="GRS80").geometry_area_perimeter(outline)[0]))


def shared_lines(outlines: Outlines) -> list[tuple[str, str, BaseGeometry]]:
    """Pairs of communes with a border of some length between them."""
    codes = sorted(outlines)
    shapes = [outlines[code] for code in codes]
    pairs = shapely.STRtree(shapes).query(shapes, predicate="touches").T.tolist()
    lines = [
        (codes[a], codes[b], shapely.line_merge(shapes[a].intersection(shapes[b])))
        for a, b in pairs
        if a < b
    ]
    return [(a, b, line) for a, b, line in lines if line.geom_type == "LineString"]


def test_town_hall_of_nantes_lies_in_44109(outlines: Outlines) -> None:
    found = locate(Point(-1.5536, 47.2184, srid=4326))
    assert [(a.code, a.name, a.edition) for a in found.areas] == [("44109", "Nantes", "2018-01-01")]
    assert not found.border


def test_pin_in_the_sea_is_outside_every_area_and_the_nearest_commune_is_named(
    outlines: Outlines,
) -> None:
    pin = Point(-2.6, 47.1, srid=4326)
    assert locate(pin).areas == ()
    near = nearest(pin)
    assert near is not None
    plane = Transformer.from_crs(4326, 2154, always_xy=True)  # Lambert-93: 0.1 % at most
    metres = {
        code: shapely.distance(
            shapely.Point(plane.transform(pin.x, pin.y)),
            shapely.transform(outline, plane.transform, interleaved=False),
        )
        for code, outline in outlines.items()
    }
    assert near.code == min(metres, key=metres.__getitem__)
    assert near.distance_m == pytest.approx(min(metres.values()), rel=0.002)


def test_300_random_pins_find_what_shapely_finds(outlines: Outlines) -> None:
    draw = random.Random(44)
    west, south, east, north = shapely.total_bounds(list(outlines.values()))
    pins = [(draw.uniform(west, east), draw.uniform(south, north)) for _ in range(300)]
    inside = 0
    for lon, lat in pins:
        expected = {
            code
            for code, outline in outlines.items()
            if shapely.covers(outline, shapely.Point(lon, lat))
        }
        inside += bool(expected)
        assert {code for code, metres in found_at(lon, lat).items() if metres == 0} == expected
    assert 100 < inside < 200


def test_corners_of_shared_borders_belong_to_both_and_the_smaller_commune_owns(
    outlines: Outlines,
) -> None:
    borders = random.Random(85).sample(shared_lines(outlines), 40)
    for first, second, line in borders:
        lon, lat = line.coords[len(line.coords) // 2]
        found = found_at(lon, lat)
        assert {first, second} <= found.keys()
        assert found[first] == pytest.approx(0, abs=1e-6)
        assert found[second] == pytest.approx(0, abs=1e-6)
        smallest = min(found, key=lambda code: ground_m2(outlines[code]))
        assert owner_at(lon, lat) == smallest


def test_pins_between_corners_of_a_shared_border_follow_the_same_rule(
    outlines: Outlines,
) -> None:
    """Halfway between two corners no floating-point place is exactly on the line."""
    borders = random.Random(49).sample(shared_lines(outlines), 40)
    for first, second, line in borders:
        middle = shapely.LineString(line.coords[:2]).interpolate(0.5, normalized=True)
        found = found_at(middle.x, middle.y)
        assert {first, second} <= found.keys()
        on_the_line = [code for code, metres in found.items() if metres < 0.01]
        smallest = min(on_the_line, key=lambda code: ground_m2(outlines[code]))
        assert owner_at(middle.x, middle.y) == smallest


def test_pieces_cover_their_area_to_the_square_metre(outlines: Outlines) -> None:
    for area in Area.objects.filter(code__in=["44109", "44110", "85113", "44103"]):
        pieces = [shapely.from_wkb(bytes(part.geom.wkb)) for part in area.parts.all()]
        assert all(shapely.get_num_coordinates(piece) <= 128 for piece in pieces)
        assert sum(map(ground_m2, pieces)) == pytest.approx(area.area_m2, abs=2)


@pytest.fixture
def every_level(outlines: Outlines, shared_data: Path) -> dict[tuple[str, str], BaseGeometry]:
    """Communes and cantons of two départements, all départements and régions: (level, code) →
    outline as the files have it."""
    france = shared_data / "france"
    files = {
        "canton": sorted(
            path
            for path in (france / "cantons").iterdir()
            if path.name.startswith(("cantons-44-", "cantons-85-"))
        ),
        "departement": [france / "departements.geojson"],
        "region": [france / "regions.geojson"],
    }
    found = {("commune", code): outline for code, outline in outlines.items()}
    for level, paths in files.items():
        call_command(
            "load_edition",
            *(f"--level={level}", "--code-field=code", "--name-field=nom"),
            *(f"--file={path}" for path in paths),
            *("--valid-from=2018-01-01", "--skip-refused", "--commit"),
            stdout=io.StringIO(),
        )
        for path in paths:
            for feature in json.loads(path.read_text())["features"]:
                found[level, feature["properties"]["code"]] = shape(feature["geometry"])
    return found


def pins_of(outlines: Outlines, number: int) -> list[tuple[float, float]]:
    draw = random.Random(2026)
    west, south, east, north = shapely.total_bounds(list(outlines.values()))
    return [(draw.uniform(west, east), draw.uniform(south, north)) for _ in range(number)]


def keep_submissions(pins: list[tuple[float, float]]) -> list[Submission]:
    voirie = Category.objects.get(code="voirie")
    return Submission.objects.bulk_create(
        Submission(
            kind="report", category=voirie, description="Pin", pin=Point(lon, lat, srid=4326)
        )
        for lon, lat in pins
    )


def test_links_of_2000_random_pins_are_those_of_the_whole_polygons(
    outlines: Outlines, every_level: dict[tuple[str, str], BaseGeometry]
) -> None:
    """Every level; the links that relinking writes, and what locating in bulk finds."""
    pins = pins_of(outlines, 2_000)
    sent = keep_submissions(pins)
    for level in Level.objects.filter(code__in={level for level, _code in every_level}):
        linking.link([one.pk for one in sent], level)
    linked: dict[int, set[tuple[str, str]]] = {one.pk: set() for one in sent}
    rows = SubmissionArea.objects.filter(distance_m=0).values_list(
        "submission", "area__level__code", "area__code"
    )
    for submission, level_code, code in rows:
        linked[submission].add((level_code, code))

    keys, shapes = list(every_level), numpy.array(list(every_level.values()))
    shapely.prepare(shapes)
    expected: list[set[tuple[str, str]]] = [set() for _ in pins]
    points = shapely.points(pins)
    for key, outline in zip(keys, shapes, strict=True):
        for number in numpy.flatnonzero(shapely.covers(outline, points)):
            expected[number].add(key)
    assert [linked[one.pk] for one in sent] == expected
    assert sum(map(len, expected)) > 4_000


def test_a_million_points_follow_the_same_rule_as_one(
    outlines: Outlines, every_level: dict[tuple[str, str], BaseGeometry]
) -> None:
    """Random pins, and pins on, beside and a few metres off shared borders."""
    borders = random.Random(7).sample(shared_lines(outlines), 60)
    corners = [line.coords[len(line.coords) // 2] for _a, _b, line in borders]
    offsets = (0, 1e-8, -1e-7, 2e-5, -4e-5, 4.4e-5)
    near = [(lon + d, lat - d / 2) for lon, lat in corners for d in offsets]
    pins = pins_of(outlines, 1_000) + near
    ground = Ground.load(on=date(2020, 1, 1))
    located = ground.locate(*numpy.array(pins).T)
    found: list[list[tuple[int, bool]]] = [[] for _ in pins]
    for point, area, owns in zip(located.point, located.area, located.is_owner, strict=True):
        found[point].append((ground.areas[area].id, bool(owns)))
    for number, (lon, lat) in enumerate(pins):
        areas = locate(Point(lon, lat, srid=4326), on=date(2020, 1, 1)).areas
        assert found[number] == [(area.id, area.is_owner) for area in areas], (lon, lat)
