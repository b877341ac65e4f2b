"""`manage.py import_overlay`: the upload page's twin on the command line."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from layers.models import Overlay, OverlayImport
from tests import overlays
from tests.world import World

OWNER = ("--slug", "halves", "--collectivity", "commune:90001")


def _run(path: Path, *arguments: str) -> dict:
    out = io.StringIO()
    call_command("import_overlay", str(path), *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "halves.kml"
    path.write_bytes(overlays.HALVES)
    return path


def test_file_is_read_and_published_under_its_slug(world: World, good: Path) -> None:
    report = _run(good, *OWNER, "--name", "Two halves", "--publish")
    assert (report["features"], report["published"], report["findings"]) == (2, True, [])
    overlay = Overlay.objects.get(slug="halves")
    assert overlay.name == "Two halves"
    assert overlay.published is not None


def test_second_run_adds_a_version_to_the_same_overlay(world: World, good: Path) -> None:
    _run(good, *OWNER)
    _run(good, *OWNER)
    assert Overlay.objects.get().imports.count() == 2


def test_dry_run_tells_the_same_and_stores_nothing(world: World, good: Path) -> None:
    assert _run(good, *OWNER, "--dry-run")["features"] == 2
    assert not OverlayImport.objects.exists()


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_errors_end_with_exit_code_1_and_name_placemark_and_line(
    world: World, tmp_path: Path, dry: tuple[str, ...]
) -> None:
    path = tmp_path / "bad.kml"
    path.write_bytes(b"<kml>\n<Placemark><name>P</name><Point/></Placemark></kml>")
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_overlay", str(path), *OWNER, *dry, stdout=out)
    assert ended.value.code == 1
    assert "P" in out.getvalue()
    assert "2" in out.getvalue()


@pytest.mark.parametrize(
    ("content", "arguments"),
    [
        (b"words", OWNER),
        (overlays.HALVES, ("--slug", "a/b", "--collectivity", "commune:90001")),
        (overlays.HALVES, ("--slug", "x", "--collectivity", "commune:nowhere")),
    ],
)
def test_what_cannot_be_imported_is_refused_with_a_sentence(
    world: World, tmp_path: Path, content: bytes, arguments: tuple[str, ...]
) -> None:
    path = tmp_path / "file.kml"
    path.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("import_overlay", str(path), *arguments)
    assert not Overlay.objects.exists()


def test_missing_file_is_refused_with_a_sentence(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.kml"):
        call_command("import_overlay", str(tmp_path / "none.kml"), *OWNER)


def test_overlay_of_another_collectivity_is_left_alone(world: World, good: Path) -> None:
    overlays.published(world)
    with pytest.raises(CommandError, match="halves"):
        call_command(
            "import_overlay", str(good), "--slug", "halves", "--collectivity", "commune:90003"
        )
