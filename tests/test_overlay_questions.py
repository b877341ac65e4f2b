"""What a file leaves open is asked on its page and by the command, and answered there."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from layers import importing
from layers.models import ImportState, OverlayImport
from tests import overlays
from tests.world import World

METRES = b"nom;x;y\nA;380000;6480000\n"
"""Near (0.9, 45.4) in Lambert-93, which the file does not say."""

OWNER = ("--slug", "points", "--collectivity", "commune:90001", "--json")


def _as(world: World, username: str) -> Client:
    client = Client()
    client.force_login(world.user(username))
    client.cookies["django_language"] = "en"
    return client


def _answer(client: Client, version: OverlayImport, **given: str) -> int:
    url = reverse("layers:overlay_answer", args=[version.overlay.slug, version.pk])
    response = client.post(url, given)
    version.refresh_from_db()
    return response.status_code


def test_page_asks_with_the_likeliest_system_first_and_a_sample(world: World) -> None:
    version = overlays.read(world, METRES)
    url = reverse("layers:overlay", args=[version.overlay.slug])
    page = _as(world, "bob").get(url).content.decode()
    assert "please choose it" in page
    assert "380,000 ; 6,480,000" in page
    first = page.index("<option")
    assert "RGF93 v1 / Lambert-93 (EPSG:2154)" in page[first : page.index("</option>", first)]


def test_answer_is_kept_and_the_file_read_again(world: World) -> None:
    version = overlays.read(world, METRES)
    assert _answer(_as(world, "bob"), version, crs="EPSG:2154", other_crs="") == 302
    assert (version.state, version.options) == (ImportState.QUEUED, {"crs": "EPSG:2154"})
    importing.read(version.pk)
    version.refresh_from_db()
    assert (version.state, version.feature_count) == (ImportState.READ, 1)


def test_system_may_be_given_by_its_code(world: World) -> None:
    version = overlays.read(world, METRES)
    assert _answer(_as(world, "bob"), version, crs="", other_crs="EPSG:3945") == 302
    assert version.options == {"crs": "EPSG:3945"}


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"crs": "", "other_crs": ""}, 400),
        ({"crs": "EPSG:1"}, 400),
        ({"crs": "", "other_crs": "EPSG:999999"}, 409),
        ({"crs": "", "other_crs": "/etc/passwd"}, 409),
        ({"crs": "", "other_crs": "+proj=longlat +nadgrids=/vsicurl/x"}, 409),
    ],
)
def test_answer_that_makes_no_sense_is_asked_again(
    world: World, given: dict[str, str], status: int
) -> None:
    version = overlays.read(world, METRES)
    assert _answer(_as(world, "bob"), version, **given) == status
    assert version.state == ImportState.ASKING


def test_who_may_upload_may_answer_and_strangers_may_not(world: World) -> None:
    version = overlays.read(world, METRES)
    assert _answer(_as(world, "charlie"), version, crs="EPSG:2154") == 404
    assert version.state == ImportState.ASKING
    assert _answer(_as(world, "alice"), version, crs="EPSG:2154") == 302
    assert version.state == ImportState.QUEUED


def test_published_version_is_not_read_again(world: World) -> None:
    overlay = overlays.published(world)
    url = reverse("layers:overlay_swap", args=[overlay.slug, overlay.published_id])
    _as(world, "bob").post(url)
    overlay.refresh_from_db()
    assert overlay.published.state == ImportState.READ


def test_version_with_an_open_question_cannot_be_published(world: World) -> None:
    version = overlays.read(world, METRES)
    url = reverse("layers:overlay_publish", args=[version.overlay.slug])
    response = _as(world, "bob").post(url, {"import": version.pk})
    assert response.status_code == 409


def _run(path: Path, *arguments: str) -> tuple[dict, int]:
    out = io.StringIO()
    try:
        call_command("import_overlay", str(path), *OWNER, *arguments, stdout=out)
    except SystemExit as ended:
        return json.loads(out.getvalue()), int(str(ended.code))
    return json.loads(out.getvalue()), 0


@pytest.fixture
def metres(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    path.write_bytes(METRES)
    return path


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_command_tells_the_question_with_exit_code_1(
    world: World, metres: Path, dry: tuple[str, ...]
) -> None:
    report, code = _run(metres, *dry)
    assert code == 1
    assert report["question"]["asks"] == "crs"
    assert report["question"]["choices"][0] == "EPSG:2154"


def test_command_takes_the_answer_and_publishes(world: World, metres: Path) -> None:
    report, code = _run(metres, "--crs", "EPSG:2154", "--publish")
    assert (code, report["kind"], report["features"], report["published"]) == (0, "CSV", 1, True)


def test_command_takes_columns_and_a_layer(world: World, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("nom;est;nord\nA;0,5;45,5\n")
    assert _run(table, "--columns", "est,nord")[0]["features"] == 1
    track = tmp_path / "t.gpx"
    track.write_text(
        '<gpx><wpt lat="45.5" lon="0.5"/><rte><rtept lat="45" lon="0"/>'
        '<rtept lat="46" lon="1"/></rte></gpx>'
    )
    assert _run(track, "--layer", "routes", "--dry-run")[0]["features"] == 1
    assert _run(track, "--layer", "*", "--dry-run")[0]["features"] == 2


@pytest.mark.parametrize("wrong", [("--crs", "EPSG:1"), ("--columns", "a,b,c")])
def test_command_refuses_what_makes_no_sense(
    world: World, metres: Path, wrong: tuple[str, ...]
) -> None:
    with pytest.raises(CommandError):
        _run(metres, *wrong)


def test_second_answer_adds_to_the_first(world: World) -> None:
    """A table whose columns have to be named, and whose metres then have to be explained."""
    version = overlays.read(world, b"nom;est;nord\nA;380000;6480000\n")
    bob = _as(world, "bob")
    _answer(bob, version, x_column="est", y_column="nord", wkt_column="")
    importing.read(version.pk)
    version.refresh_from_db()
    assert version.question["asks"] == "crs"
    _answer(bob, version, crs="EPSG:2154")
    importing.read(version.pk)
    version.refresh_from_db()
    assert version.state == ImportState.READ
