"""`manage.py load_edition`: dry run, commit, and what is refused of what a file says."""

import io
import os
import subprocess
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from geodata.models import Area, AreaPart, Collectivity, Edition, Level
from tests.edition_files import collection, feature, load, refusal
from tests.world import World

pytestmark = pytest.mark.usefixtures("in_english")


def test_dry_run_tells_what_it_would_do_and_writes_nothing(db: None, squares: Path) -> None:
    said = load(squares)
    assert "Areas: 2." in said
    assert "nothing was written" in said
    assert not Edition.objects.exists()


def test_commit_writes_areas_pieces_and_the_source(db: None, squares: Path) -> None:
    load(squares, "--commit", "--source=Ville", "--licence=Licence Ouverte 2.0")
    edition = Edition.objects.get()
    assert (edition.label, edition.source) == ("2018-01-01", "Ville")
    assert edition.licence == "Licence Ouverte 2.0"
    areas = Area.objects.order_by("code")
    assert [(a.code, a.name) for a in areas] == [("X1", "Ouest"), ("X2", "Est")]
    assert areas[0].area_m2 == areas[1].area_m2 == pytest.approx(111_150 * 78_100, rel=0.005)
    assert AreaPart.objects.count() == 2


def test_next_edition_ends_the_one_before_and_the_differences_are_told(
    db: None, squares: Path
) -> None:
    load(squares, "--commit")
    squares.write_text(collection(feature("X2", "Orient", 11), feature("X3", "Nord", 12)))
    said = load(squares, "--commit", day="2020-01-01")
    assert "New areas: 1\n  Nord (X3)" in said
    assert "Areas gone: 1\n  Ouest (X1)" in said
    assert "Areas renamed: 1\n  X2: Est → Orient" in said
    first, second = Edition.objects.order_by("valid_from")
    assert (first.valid_to, second.valid_to) == (date(2020, 1, 1), None)


def test_edition_is_never_overwritten(db: None, squares: Path) -> None:
    load(squares, "--commit")
    assert "loaded already" in refusal(squares)


def test_edition_older_than_the_loaded_one_is_refused(db: None, squares: Path) -> None:
    load(squares, "--commit", day="2020-01-01")
    assert "in order of time" in refusal(squares, day="2018-01-01")


def test_code_of_another_series_that_is_valid_then_is_refused(db: None, squares: Path) -> None:
    load(squares, "--commit", "--series=nantes")
    assert "belongs to an area of the series “nantes”" in refusal(squares, "--series=pau")
    assert "Areas: 2." in load(squares, "--series=pau", "--commit", code="pau-{code}")
    assert Area.objects.filter(code="pau-X1").exists()


def test_area_is_linked_to_the_collectivity_of_its_code(db: None, squares: Path) -> None:
    level = Level.objects.get(code="quartier")
    body = Collectivity.objects.create(level=level, code="X1", name="Comité de quartier")
    load(squares, "--commit")
    assert Area.objects.get(code="X1").collectivity == body
    assert Area.objects.get(code="X2").collectivity is None


def test_codes_can_be_composed_of_fields_and_the_file_name(db: None, squares: Path) -> None:
    squares.write_text(collection(feature(7.0, "Sept", 10)))
    load(squares, "--commit", code="{file:.3}-{code:0>3}")
    assert Area.objects.get().code == "squ-007"


def test_bow_tie_is_repaired_and_named_with_its_place(db: None, tmp_path: Path) -> None:
    bow_tie = feature("B", "Papillon", 0)
    bow_tie["geometry"]["coordinates"] = [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]
    path = tmp_path / "bow.geojson"
    path.write_text(collection(bow_tie), encoding="utf-8")
    said = load(path, "--commit")
    assert "Papillon (B) · outline crosses itself near 0.5, 0.5 (ground changed by" in said
    assert "bow.geojson, no. 1, line 1" in said
    assert Area.objects.get().geom.valid


def test_bad_features_are_named_and_nothing_is_written_unless_told_to_skip_them(
    db: None, tmp_path: Path
) -> None:
    line = feature("L", "Ligne", 0)
    line["geometry"] = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    odd = feature("O", "Odd", 0)
    odd["geometry"]["coordinates"] = "nowhere"
    path = tmp_path / "mixed.geojson"
    path.write_text(
        collection(
            feature("X1", "Ouest", 10),
            line,
            odd,
            {"type": "Feature", "properties": {"code": "E", "nom": "Empty"}, "geometry": None},
            feature(None, "Sans code", 11),
            feature("X1", "Encore", 12),
            feature("N", "", 13),
            feature("a/b", "Slash", 13),
            feature("N\x00", "Nul", 13),
            feature("M", "Mètres", 355_000),
        )
    )
    said = load_refused(path)
    for expected in (
        "Ligne (L) · it is made of points or lines",
        "Odd (O) · its shape cannot be understood",
        "Empty (E) · it has no shape",
        "Sans code · it has no code",
        "Encore (X1) · its code is that of mixed.geojson, no. 1",
        "(N) · it has no name",
        "Slash (a/b) · its code has",
        "Nul (N\ufffd) · its code has",
        "Mètres (M) · longitude 355001.0, latitude 45.0 lies off the earth",
    ):
        assert expected in said
    load(path, "--commit", "--skip-refused")
    assert [area.code for area in Area.objects.all()] == ["X1"]


def load_refused(path: Path) -> str:
    """What a refused load printed before it was refused."""
    out = io.StringIO()
    with pytest.raises(CommandError, match="Features refused: 9"):
        call_command(
            "load_edition",
            *("--level=quartier", f"--file={path}", "--code-field=code", "--name-field=nom"),
            *("--valid-from=2018-01-01", "--commit"),
            stdout=out,
        )
    assert not Area.objects.exists()
    return out.getvalue()


def test_missing_file_unknown_level_and_bad_day_are_refused(db: None, squares: Path) -> None:
    assert "no file or folder" in refusal(squares.with_name("nowhere.geojson"))
    assert "YYYY-MM-DD" in refusal(squares, day="01/01/2018")
    assert "--series wants" in refusal(squares, "--series=a b")
    with pytest.raises(CommandError, match="no level “arrondissement”; there are: region"):
        call_command(
            "load_edition",
            *("--level=arrondissement", f"--file={squares}", "--code-field=code"),
            *("--name-field=nom", "--valid-from=2018-01-01"),
        )


def test_listeners_learn_of_a_new_edition_within_its_transaction(
    world: World, squares: Path
) -> None:
    from geodata.signals import areas_changed

    heard: list[int] = []

    def listen(edition_id: int, **_: object) -> None:
        heard.append(edition_id)

    areas_changed.connect(listen)
    try:
        load(squares, "--series=autre")
        assert heard == []
        load(squares, "--commit", "--series=autre")
        assert heard == [Edition.objects.get(series="autre").pk]
    finally:
        areas_changed.disconnect(listen)


def test_real_communes_of_a_departement_load_with_their_one_repair(
    db: None, shared_data: Path
) -> None:
    out = io.StringIO()
    call_command(
        "load_edition",
        *("--level=commune", "--code-field=code", "--name-field=nom", "--valid-from=2018-01-01"),
        f"--file={shared_data}/france/communes/communes-14-calvados.geojson",
        "--commit",
        stdout=out,
    )
    assert "Condé-en-Normandie (14174) · outline touches itself" in out.getvalue()
    assert Area.objects.count() > 500
    assert not Area.objects.filter(geom__isvalid=False).exists()


def test_command_line_exits_with_1_and_a_sentence(db: None, squares: Path) -> None:
    root = Path(__file__).parent.parent
    server, _, _name = os.environ["DATABASE_URL"].rpartition("/")
    done = subprocess.run(
        [
            *(root / ".venv/bin/python", "manage.py", "load_edition", "--level=commune"),
            *(f"--file={squares}", "--code-field=insee", "--name-field=nom"),
            "--valid-from=2018-01-01",
        ],
        cwd=root,
        env={**os.environ, "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "insee" in done.stderr
    assert "Traceback" not in done.stderr
