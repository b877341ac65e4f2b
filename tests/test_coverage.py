"""How the areas of one edition fit together, on toy squares, and the page that shows it."""

import io
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation
from shapely import Polygon, box
from shapely.geometry import shape

from geodata import checking, editions
from geodata.coverage import Kind, Misfit, misfits
from geodata.editions import IncomingArea
from geodata.models import CoverageCheck, CoverageFinding, Edition, Level
from tests.world import World

DEGREE_M = 111_150


def found(areas: dict[str, Polygon], parents: dict[str, Polygon] | None = None) -> list[Misfit]:
    return list(misfits(areas, parents))


def test_areas_that_only_touch_fit() -> None:
    assert found({"1": box(0, 0, 1, 1), "2": box(1, 0, 2, 1)}, {"P": box(0, 0, 2, 1)}) == []


def test_an_overlap_is_told_with_its_size_and_its_shape() -> None:
    (overlap,) = found({"1": box(0, 0, 1, 1), "2": box(0.9, 0, 2, 1)})
    assert (overlap.kind, overlap.codes, overlap.is_sliver) == (Kind.OVERLAP, ("1", "2"), False)
    assert overlap.shape.equals(box(0.9, 0, 1, 1))
    assert overlap.area_m2 == pytest.approx(0.1 * 111_319 * 110_574, rel=0.01)
    assert overlap.width_m == pytest.approx(10_100, rel=0.02)


def test_a_thin_overlap_is_a_sliver() -> None:
    five_metres = 5 / DEGREE_M
    (sliver,) = found({"1": box(0, 0, 1, 1), "2": box(1 - five_metres, 0, 2, 1)})
    assert sliver.is_sliver
    assert sliver.width_m == pytest.approx(5, rel=0.02)


def test_the_same_ground_twice_is_told() -> None:
    (twice,) = found({"1": box(0, 0, 1, 1), "2": box(0, 0, 1, 1)})
    assert (twice.kind, twice.codes) == (Kind.SAME_GROUND, ("1", "2"))


def test_a_gap_in_the_parent_is_told() -> None:
    (gap,) = found({"1": box(0, 0, 1, 1)}, {"P": box(0, 0, 1.5, 1)})
    assert (gap.kind, gap.codes) == (Kind.GAP, ("P",))
    assert gap.shape.equals(box(1, 0, 1.5, 1))


def test_a_parent_of_which_nothing_is_loaded_is_no_gap() -> None:
    assert found({"1": box(0, 0, 1, 1)}, {"P": box(0, 0, 1, 1), "Q": box(50, 0, 51, 1)}) == []


def test_without_a_parent_holes_between_areas_are_gaps() -> None:
    ring = box(0, 0, 3, 3).difference(box(1, 1, 2, 2))
    (hole,) = found({"1": ring})
    assert (hole.kind, hole.codes) == (Kind.GAP, ())
    assert found({"1": ring, "2": box(1, 1, 2, 2)}) == []


# ---------------------------------------------------------------- kept, told and shown


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def load_bad_quartiers() -> Edition:
    """A1 and A2 overlap in the middle of A, and leave its east empty."""
    return editions.load(
        [
            IncomingArea("Q1", "One", box(0, 45, 0.5, 46)),
            IncomingArea("Q2", "Two", box(0.4, 45, 0.8, 46)),
        ],
        level=Level.objects.get(code="quartier"),
        valid_from=date(2020, 1, 1),
    )


def test_the_command_tells_what_it_found(world: World, english: None) -> None:
    load_bad_quartiers()
    out = io.StringIO()
    call_command("check_edition", "--level=quartier", "--parent=commune", stdout=out)
    assert "overlaps 1, gaps 1, slivers 0" in out.getvalue()
    assert "One (Q1) and Two (Q2) overlap" in out.getvalue()
    assert "nobody’s ground in A (90001)" in out.getvalue()


def test_a_new_check_takes_the_place_of_the_old_one(world: World) -> None:
    edition = load_bad_quartiers()
    for _time in range(2):
        call_command("check_edition", "--level=quartier", stdout=io.StringIO())
    assert CoverageCheck.objects.get(edition=edition).findings.count() == 2


@pytest.mark.parametrize("more", [("--level=galaxy",), ("--level=commune", "--series=none")])
def test_what_is_no_edition_is_refused(world: World, more: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("check_edition", *more)


@pytest.mark.django_db(transaction=True)
def test_a_job_checks_every_edition_that_is_loaded(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    edition = load_bad_quartiers()
    run_jobs()
    assert CoverageCheck.objects.get(edition=edition).overlaps == 1
    communes = checking.check(live_world.editions["commune"])
    assert (communes.overlaps, communes.gaps, communes.slivers) == (0, 0, 0)
    assert communes.parent == live_world.editions["departement"]


def test_administrators_see_editions_and_findings_on_a_map(client: Client, world: World) -> None:
    edition = load_bad_quartiers()
    call_command("check_edition", "--level=quartier", stdout=io.StringIO())
    client.force_login(world.user("root"))
    listed = client.get("/territory/").content.decode()
    assert "recouvrements\u00a0: 1, lacunes\u00a0: 1" in listed
    path = f"/territory/editions/{edition.pk}/"
    page = client.get(path).content.decode()
    assert "One (Q1) et Two (Q2) se recouvrent" in page
    collection = client.get(f"{path}findings.geojson").json()
    overlap = next(f for f in collection["features"] if f["properties"]["kind"] == "overlap")
    assert shape(overlap["geometry"]).equals(box(0.4, 45, 0.5, 46))
    assert "One (Q1) et Two (Q2)" in overlap["properties"]["name"]
    only = CoverageFinding.objects.get(kind="overlap").pk
    assert f"findings.geojson?only={only}" in client.get(path, {"only": only}).content.decode()
    one = client.get(f"{path}findings.geojson", {"only": only}).json()
    assert len(one["features"]) == 1


@pytest.mark.parametrize("only", ["x", "\0", "9" * 30, "²"])
def test_an_odd_choice_shows_all(client: Client, world: World, only: str) -> None:
    edition = load_bad_quartiers()
    client.force_login(world.user("root"))
    path = f"/territory/editions/{edition.pk}/findings.geojson"
    assert client.get(path, {"only": only}).status_code == 200


def test_others_do_not_see_them(client: Client, world: World) -> None:
    paths = ["/territory/", f"/territory/editions/{world.editions['commune'].pk}/"]
    for path in paths:
        assert client.get(path).status_code == 302
    client.force_login(world.user("alice"))
    for path in paths:
        assert client.get(path).status_code == 403
    client.force_login(world.user("root"))
    assert client.get("/territory/editions/999999/").status_code == 404
