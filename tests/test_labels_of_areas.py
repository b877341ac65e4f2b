"""What a look-up says of an area follows every change, whoever makes it."""

from datetime import date

from django.contrib.gis.geos import Point
from shapely import box

from geodata import editions
from geodata.editions import IncomingArea
from geodata.locating import LocatedArea, locate
from geodata.models import Area, AreaLabel, Collectivity, Level
from tests.world import World

IN_A = Point(0.25, 45.75, srid=4326)


def owner(level: str, on: date | None = None) -> LocatedArea:
    found = locate(IN_A, on=on).owner(level)
    assert found is not None
    return found


def test_a_collectivity_that_is_renamed_is_found_by_its_new_name(world: World) -> None:
    Collectivity.objects.filter(code="90001").update(name="A-sur-Mer")
    assert owner("commune").collectivity_name == "A-sur-Mer"


def test_an_area_that_is_renamed_or_given_away_is_found_so(world: World) -> None:
    b = world.collectivity("commune", "90002")
    Area.objects.filter(code="90001").update(name="Aa", collectivity=b)
    found = owner("commune")
    assert (found.name, found.collectivity_code, found.collectivity_id) == ("Aa", "90002", b.pk)


def test_a_collectivity_that_is_deleted_answers_no_more(world: World) -> None:
    Area.objects.filter(code="90001").update(
        collectivity=Collectivity.objects.create(code="x", name="X")
    )
    Collectivity.objects.get(code="x").delete()
    assert owner("commune").collectivity_id is None


def test_a_level_that_is_renamed_and_moved_up_is_found_there(world: World) -> None:
    Level.objects.filter(code="canton").update(code="kanton", rank=1)
    first, *_others = locate(Point(0.75, 45.25, srid=4326)).areas
    assert first.level == "kanton"


def test_an_edition_that_ends_and_comes_back_is_found_on_its_days(world: World) -> None:
    rows = [IncomingArea("90010", "AB", box(0, 45, 2, 46))]
    level = Level.objects.get(code="commune")
    newer = editions.load(rows, level=level, valid_from=date(2020, 1, 1))
    assert owner("commune").code == "90010"
    assert owner("commune", on=date(2019, 1, 1)).code == "90001"
    editions.roll_back(edition=newer)
    assert owner("commune").code == "90001"
    assert AreaLabel.objects.count() == Area.objects.count()
