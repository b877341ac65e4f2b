"""Loading is tried out first, told in sentences, and taken back by one command."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import translation
from shapely import box
from shapely.geometry import mapping

from accounts.models import User
from geodata import editions
from geodata.editions import EditionConflict, IncomingArea
from geodata.models import Area, Edition, Level, Succession
from reports.actions.triage import transition
from reports.models import Category, Relinking, Submission
from reports.pyramid import folding, truth
from tests.submissions import pinned
from tests.world import World


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def collection(path: Path, *areas: tuple[str, str, Any]) -> Path:
    features = [
        {"type": "Feature", "geometry": mapping(shape), "properties": {"code": code, "nom": name}}
        for code, name, shape in areas
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """A and B became AB."""
    return collection(
        tmp_path / "2020.geojson",
        ("90010", "AB", box(0, 45, 2, 46)),
        ("90003", "C", box(0, 46, 1, 47)),
        ("90004", "D-la-Neuve", box(1, 46, 2, 47)),
    )


def load(path: Path, *more: str) -> str:
    out = io.StringIO()
    call_command(
        "load_edition",
        *("--level=commune", f"--file={path}", "--code-field=code", "--name-field=nom"),
        *("--valid-from=2020-01-01", *more),
        stdout=out,
    )
    return out.getvalue()


def roll_back(*more: str) -> str:
    out = io.StringIO()
    call_command("roll_back_edition", "--level=commune", *more, stdout=out)
    return out.getvalue()


def codes_today() -> set[str]:
    current = Area.objects.current().at_level("commune")
    return set(current.values_list("code", flat=True))


def test_a_dry_run_tells_what_becomes_of_areas_and_submissions(world: World, merged: Path) -> None:
    pinned(0.75, 45.25), pinned(1.75, 45.25), pinned(0.75, 46.25)
    before = list(Edition.objects.values())
    said = load(merged)
    assert "Areas merged: 1" in said
    assert "A (90001) and B (90002) became AB (90010)" in said
    assert "Areas renamed: 1" in said
    assert "Of 3 submissions on this ground, 2 would change area." in said
    assert list(Edition.objects.values()) == before
    assert codes_today() == {"90001", "90002", "90003", "90004"}
    assert not Relinking.objects.filter(edition__valid_from=date(2020, 1, 1)).exists()


def test_what_merged_can_be_read_years_later(world: World, merged: Path) -> None:
    load(merged, "--commit")
    rows = Succession.objects.values_list("from_code", "to_code", "from_share", "to_share")
    assert set(rows) == {("90001", "90010", 1.0, 0.5), ("90002", "90010", 1.0, 0.5)}


def test_one_command_rolls_back(world: World, merged: Path) -> None:
    load(merged, "--commit")
    meanwhile = pinned(0.75, 45.25)
    assert codes_today() == {"90010", "90003", "90004"}
    said = roll_back()
    assert "Areas: 3" in said
    assert "Dry run" in said
    assert "90010" in codes_today()
    assert "Rolled back" in roll_back("--commit")
    assert codes_today() == {"90001", "90002", "90003", "90004"}
    assert world.editions["commune"].areas.count() == 4
    assert not Succession.objects.exists()
    assert not meanwhile.area_links.filter(area__level__code="commune").exists()
    assert Relinking.objects.filter(cause="rolled_back", level__code="commune").exists()
    load(merged, "--commit")
    assert "90010" in codes_today()


def test_editions_are_rolled_back_in_the_reverse_order(world: World, merged: Path) -> None:
    load(merged, "--commit")
    with pytest.raises(EditionConflict, match="2020"):
        editions.roll_back(edition=world.editions["commune"])
    assert "90010" in codes_today()


def test_the_first_edition_of_a_series_can_go_too(world: World) -> None:
    roll_back("--commit")
    assert codes_today() == set()
    with pytest.raises(CommandError, match="no edition"):
        roll_back()


@pytest.mark.parametrize("level", ["galaxy", ""])
def test_an_unknown_level_is_refused(world: World, level: str) -> None:
    with pytest.raises(CommandError, match="no level"):
        call_command("roll_back_edition", f"--level={level}")


def test_a_file_that_stops_in_the_middle_changes_nothing(world: World, merged: Path) -> None:
    merged.write_text(merged.read_text()[:-200])
    with pytest.raises(CommandError, match="breaks off"):
        load(merged, "--commit")
    assert codes_today() == {"90001", "90002", "90003", "90004"}


_SLOW_LOAD = """
import os, sys, django
django.setup()
from datetime import date
from django.db import connections
from shapely import box
from geodata import editions
from geodata.editions import IncomingArea
from geodata.models import Level

def rows():
    for number in range(3000):
        yield IncomingArea(f"X{number}", "X", box(0, 45, 2, 46))
        if number == 2500:
            print("in the middle", flush=True)
            import time; time.sleep(60)

editions.load(rows(), level=Level.objects.get(code="commune"), valid_from=date(2020, 1, 1))
"""


@pytest.mark.django_db(transaction=True)
def test_a_load_killed_in_the_middle_leaves_the_edition_before_untouched(
    live_world: World,
) -> None:
    before = list(Edition.objects.order_by("pk").values())
    database = connection.settings_dict
    url = f"postgres://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _SLOW_LOAD],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": url.replace("?host=/", "?host=%2F"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "in the middle\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(0.5)
    assert list(Edition.objects.order_by("pk").values()) == before
    assert codes_today() == {"90001", "90002", "90003", "90004"}


@pytest.mark.django_db(transaction=True)
def test_of_two_loads_at_once_one_wins_and_the_other_is_told(live_world: World) -> None:
    def load_one(_number: int) -> str:
        try:
            editions.load(
                [IncomingArea("90010", "AB", box(0, 45, 2, 46))],
                level=Level.objects.get(code="commune"),
                valid_from=date(2020, 1, 1),
            )
        except EditionConflict as conflict:
            return str(conflict)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        won, told = sorted(pool.map(load_one, range(2)))
    assert won == ""
    assert "2020" in told
    assert codes_today() == {"90010"}


# ------------------------------------------------------------------ tallies and roll backs at once
def hide(submission: Submission) -> None:
    Submission.objects.filter(pk=submission.pk).update(is_hidden=True)


def categorise(submission: Submission) -> None:
    Submission.objects.filter(pk=submission.pk).update(
        category=Category.objects.get(code="dechets")
    )


def close(submission: Submission) -> None:
    root = User.objects.get(username="root")
    transition(submission=submission, to="resolved", by=root, seen_status="new", reply="Fait")


def started_while_open(first: Callable[[], object], second: Callable[[], object]) -> None:
    """`second` begins before the transaction of `first` is committed; both end well."""

    def apart() -> None:
        try:
            second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            other = pool.submit(apart)
            time.sleep(0.5)
        other.result(timeout=20)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [hide, categorise, close])
@pytest.mark.parametrize("is_first", [True, False])
def test_what_changes_while_an_edition_is_rolled_back_is_counted_out_once(
    live_world: World, change: Callable[[Submission], None], is_first: bool
) -> None:
    edition = live_world.editions["quartier"]
    submission = pinned(0.25, 45.25)
    assert submission.area_links.filter(area__edition=edition).exists()
    folding.fold()
    acts = [lambda: change(submission), lambda: editions.roll_back(edition=edition)]
    started_while_open(*(acts if is_first else reversed(acts)))
    folding.fold()
    assert truth.miscounts() == []
    assert not Edition.objects.filter(pk=edition.pk).exists()
