"""Staff of a commune that merged work for the commune that came of it."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation
from shapely import box
from shapely.geometry import mapping

from accounts.models import Membership, Role
from geodata import editions
from geodata.models import Collectivity, Edition, Level
from tests.world import World

COMMUNES = {"90010": box(0, 45, 2, 46), "90003": box(0, 46, 1, 47), "90004": box(1, 46, 2, 47)}


@pytest.fixture
def ab(world: World) -> Collectivity:
    """The commune that A and B are to become."""
    return Collectivity.objects.create(
        level=Level.objects.get(code="commune"), code="90010", name="AB"
    )


def load(tmp_path: Path, *more: str) -> str:
    """The edition in which A and B became AB, by the command; what it says in English."""
    path = tmp_path / "2020.geojson"
    features = [
        {"type": "Feature", "geometry": mapping(shape), "properties": {"code": code, "nom": code}}
        for code, shape in COMMUNES.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    out = io.StringIO()
    with translation.override("en"):
        call_command(
            "load_edition",
            *("--level=commune", f"--file={path}", "--code-field=code", "--name-field=nom"),
            *("--valid-from=2020-01-01", *more),
            stdout=out,
        )
    return out.getvalue()


def members(body: Collectivity) -> set[tuple[str, str]]:
    return set(body.memberships.values_list("user__username", "role"))


def test_the_dry_run_says_how_many_and_writes_none(ab: Collectivity, tmp_path: Path) -> None:
    assert "3 staff members would also work" in load(tmp_path)
    assert members(ab) == set()


def test_they_follow_in_their_role_and_keep_what_they_had(
    ab: Collectivity, world: World, tmp_path: Path
) -> None:
    load(tmp_path, "--commit")
    assert members(ab) == {
        ("ada", Role.ADMINISTRATOR),
        ("alice", Role.AGENT),
        ("bob", Role.MANAGER),
    }
    assert members(world.collectivity("commune", "90001")) == members(ab)
    assert members(world.collectivity("commune", "90003")) == {("charlie", Role.AGENT)}


def test_who_works_for_both_keeps_the_higher_role(
    ab: Collectivity, world: World, tmp_path: Path
) -> None:
    b = world.collectivity("commune", "90002")
    Membership.objects.create(user=world.user("bob"), collectivity=b, role=Role.AGENT)
    Membership.objects.create(user=world.user("alice"), collectivity=b, role=Role.MANAGER)
    load(tmp_path, "--commit")
    assert members(ab) == {
        ("ada", Role.ADMINISTRATOR),
        ("alice", Role.MANAGER),
        ("bob", Role.MANAGER),
    }


def test_a_roll_back_takes_away_what_the_edition_gave_and_nothing_else(
    ab: Collectivity, world: World, tmp_path: Path
) -> None:
    Membership.objects.create(user=world.user("bob"), collectivity=ab, role=Role.AGENT)
    load(tmp_path, "--commit")
    assert members(ab) == {("ada", Role.ADMINISTRATOR), ("alice", Role.AGENT), ("bob", Role.AGENT)}
    editions.roll_back(edition=Edition.objects.get(valid_from=date(2020, 1, 1)))
    assert members(ab) == {("bob", Role.AGENT)}
    assert ("alice", Role.AGENT) in members(world.collectivity("commune", "90001"))


def test_they_follow_when_the_new_collectivity_is_known_only_later(
    world: World, tmp_path: Path
) -> None:
    load(tmp_path, "--commit")
    level = Level.objects.get(code="commune")
    late = Collectivity.objects.create(level=level, code="90010", name="AB")
    for _again in range(2):
        editions.link_areas(level=level, bodies={"90010": late.pk})
    assert members(late) == {
        ("ada", Role.ADMINISTRATOR),
        ("alice", Role.AGENT),
        ("bob", Role.MANAGER),
    }
