"""Roads come from files and from overlays; classes are recognised, managers found."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from geodata.models import Reference, ReferenceFeature
from geodata.nearby import roads_near
from geodata.road_classes import RoadClass, recognise
from layers.models import Overlay
from tests.overlays import published
from tests.submissions import pinned
from tests.world import World


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": points}


def roads_file(folder: Path, *rows: tuple[Any, dict[str, str]]) -> Path:
    features = [{"type": "Feature", "geometry": g, "properties": p} for g, p in rows]
    path = folder / "roads.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def load(path: Path, *more: str) -> str:
    out = io.StringIO()
    call_command(
        "load_reference",
        *("--slug=routes", "--name=Routes", f"--file={path}"),
        *("--class-field=cl", "--ref-field=num", "--manager-field=gest", *more),
        stdout=out,
    )
    return out.getvalue()


D9 = (line((0.7, 45.25), (0.8, 45.25)), {"cl": "Départementale", "num": "D 9", "gest": "90"})


@pytest.mark.parametrize(
    ("value", "ref", "expected"),
    [
        ("Autoroute", "", RoadClass.MOTORWAY),
        ("N", "", RoadClass.NATIONAL),
        ("Route métropolitaine", "", RoadClass.METROPOLITAN),
        ("DÉPARTEMENTALE", "", RoadClass.DEPARTMENTAL),
        ("residential", "", RoadClass.COMMUNAL),
        ("primary", "D 904", RoadClass.DEPARTMENTAL),
        ("", "RN165", RoadClass.NATIONAL),
        ("", "VC-12", RoadClass.COMMUNAL),
        ("trunk", "D 178", RoadClass.DEPARTMENTAL),
        ("trunk", "", RoadClass.NATIONAL),
        ("residential", "D 9", RoadClass.DEPARTMENTAL),
        ("Départementale", "N 137", RoadClass.DEPARTMENTAL),
        ("motorway", "E 60;A 11", RoadClass.MOTORWAY),
        ("primary", "E 3 ; D 751", RoadClass.DEPARTMENTAL),
        ("Départementale/Nationale", "", RoadClass.NATIONAL),
        ("", "D12/N137", RoadClass.NATIONAL),
        ("primary", "", None),
        ("", "Dupont 3", None),
    ],
)
def test_classes_are_recognised(value: str, ref: str, expected: RoadClass | None) -> None:
    assert recognise(value, ref) == expected


def test_a_dry_run_counts_and_writes_nothing(world: World, tmp_path: Path, english: None) -> None:
    odd = (line((0, 45), (1, 45)), {"cl": "voie lactée", "num": "", "gest": "Olympe"})
    said = load(roads_file(tmp_path, D9, odd))
    assert "Features: 2." in said
    assert "Departmental road: 1" in said
    assert "voie lactée: 1" in said
    assert "Olympe: 1" in said
    assert not Reference.objects.exists()


def test_roads_decide_once_they_are_loaded(world: World, tmp_path: Path) -> None:
    load(roads_file(tmp_path, D9), "--commit")
    feature = ReferenceFeature.objects.get()
    assert (feature.road_class, feature.ref) == ("departmental", "D 9")
    assert feature.manager_collectivity == world.collectivity("departement", "90")
    assert str(pinned(0.75, 45.25).responsible) == "Département"


def test_another_load_takes_the_place_of_the_first(world: World, tmp_path: Path) -> None:
    load(roads_file(tmp_path, D9), "--commit")
    other = (line((0.1, 45.5), (0.2, 45.5)), {"cl": "C", "num": "", "gest": ""})
    load(roads_file(tmp_path, other), "--commit")
    assert ReferenceFeature.objects.get().road_class == "communal"
    assert not roads_near(Point(0.75, 45.25, srid=4326), reach_m=15).known
    assert roads_near(Point(0.15, 45.5, srid=4326), reach_m=15).known


def test_long_roads_are_cut_and_still_found_on_every_metre(world: World, tmp_path: Path) -> None:
    winding = [(n / 500, 45.5 + (n % 2) / 1000) for n in range(1_000)]
    load(roads_file(tmp_path, (line(*winding), {"cl": "D", "num": "D 1", "gest": ""})), "--commit")
    assert ReferenceFeature.objects.count() > 10
    for lon, lat in winding[::97]:
        near = roads_near(Point(lon, lat, srid=4326), reach_m=15).roads
        assert near[0].distance_m == 0


def test_a_class_map_tells_what_a_value_means(world: World, tmp_path: Path) -> None:
    odd = (line((0.7, 45.25), (0.8, 45.25)), {"cl": "Route 1re cat.", "num": "", "gest": ""})
    load(roads_file(tmp_path, odd), "--class-map=Route 1re cat.=departmental", "--commit")
    assert ReferenceFeature.objects.get().road_class == "departmental"


@pytest.mark.parametrize(
    ("rows", "more", "said"),
    [
        ([], (), "nothing to load"),
        ([({"type": "Point", "coordinates": [0, 45]}, {"cl": "D", "num": "", "gest": ""})], (),
         "refused: 1"),
        ([(None, {"cl": "D", "num": "", "gest": ""})], (), "refused: 1"),
        ([D9], ("--class-map=x",), "VALUE=CLASS"),
        ([D9], ("--class-map=x=galaxy",), "VALUE=CLASS"),
        ([D9], ("--name-field=nowhere",), "nowhere"),
        ([D9], ("--slug=a b",), "--slug"),
    ],
)  # fmt: skip
def test_what_is_no_reference_is_refused(
    world: World, tmp_path: Path, english: None, rows: list[Any], more: tuple[str, ...], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        load(roads_file(tmp_path, *rows), *more, "--commit")
    assert not Reference.objects.exists()


# ---------------------------------------------------------------- from an overlay

KML = b"""<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Placemark><name>D 9</name><ExtendedData><Data name="classe"><value>D</value></Data></ExtendedData>
<LineString><coordinates>0.7,45.25 0.8,45.25</coordinates></LineString></Placemark>
<Placemark><name>Mairie</name><Point><coordinates>0.5,45.5</coordinates></Point></Placemark>
</Document></kml>"""
CHOICE = {"purpose": "roads", "class_field": "classe", "ref_field": ":name"}


@pytest.fixture
def overlay(world: World, tmp_path: Path) -> Overlay:
    return published(world, KML)


def test_an_overlay_becomes_a_reference_after_a_preview(
    client: Client, world: World, overlay: Overlay
) -> None:
    client.force_login(world.user("root"))
    path = f"/overlays/{overlay.slug}/reference/"
    preview = client.get(path, CHOICE).content.decode()
    assert "Route départementale" in preview
    assert not Reference.objects.exists()
    assert client.post(path, CHOICE).status_code == 302
    assert str(pinned(0.75, 45.25).responsible) == "Département"
    assert "Consulté depuis" in client.get(path).content.decode()
    client.post(path, {"verb": "stop"})
    after = pinned(0.75, 45.25)
    assert (str(after.responsible), after.is_to_verify) == ("A", True)


def test_features_that_are_no_roads_keep_every_shape(
    client: Client, world: World, overlay: Overlay
) -> None:
    client.force_login(world.user("root"))
    path = f"/overlays/{overlay.slug}/reference/"
    client.post(path, {**CHOICE, "purpose": "features"})
    assert ReferenceFeature.objects.count() == 2


def test_only_administrators_let_rules_look_at_an_overlay(
    client: Client, world: World, overlay: Overlay
) -> None:
    path = f"/overlays/{overlay.slug}/reference/"
    assert client.get(path).status_code == 302
    client.force_login(world.user("bob"))
    assert client.get(path).status_code == 403
    assert client.post(path, CHOICE).status_code == 403


@pytest.mark.parametrize(
    "choice", [{"purpose": "galaxy"}, {"purpose": "roads", "class_field": "nowhere"}]
)
def test_a_choice_that_is_none_is_refused(
    client: Client, world: World, overlay: Overlay, choice: dict[str, str]
) -> None:
    client.force_login(world.user("root"))
    path = f"/overlays/{overlay.slug}/reference/"
    assert client.get(path, choice).status_code == 400
    assert client.post(path, choice).status_code == 400
    assert not Reference.objects.exists()


# ---------------------------------------------------------------- ground


@pytest.mark.parametrize("east", [1, 10])
def test_a_straight_road_of_degrees_is_known_along_its_whole_length(
    world: World, tmp_path: Path, east: int
) -> None:
    straight = line((0, 45.5), (east, 45.5))
    load(roads_file(tmp_path, (straight, {"cl": "D", "num": "D 1", "gest": ""})), "--commit")
    for tenth in range(11):
        near = roads_near(Point(east * tenth / 10, 45.5, srid=4326), reach_m=15)
        assert [road.distance_m for road in near.roads] == [0.0]
    assert roads_near(Point(east / 2, 45.5 + 90 / 111_148, srid=4326), reach_m=15).known
    assert not roads_near(Point(east / 2, 45.503, srid=4326), reach_m=15).known


def test_a_road_at_the_antimeridian_is_known_beside_itself(world: World, tmp_path: Path) -> None:
    taveuni = line((179.99, -16.8), (179.9999, -16.8))
    load(roads_file(tmp_path, (taveuni, {"cl": "D", "num": "", "gest": ""})), "--commit")
    assert roads_near(Point(179.9999, -16.8, srid=4326), reach_m=15).roads
    assert not roads_near(Point(0.5, -16.8, srid=4326), reach_m=15).known
