"""Yearly files of road accidents come in as points with year and severity."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from layers.models import ImportState, Overlay
from tests import accidents, overlays
from tests.world import World

OWNER = ("--slug", "accidents", "--collectivity", "commune:90001")


def test_tables_until_2018_are_read_with_place_year_and_gravest_severity(world: World) -> None:
    read = overlays.read(world, accidents.packed(accidents.OLD))
    assert (read.state, read.kind, read.feature_count) == (
        ImportState.READ,
        "accident tables",
        2,
    )
    first, overseas = read.features.all()
    assert first.geom.coords == (0.5, 45.5)
    assert {key: first.fields[key] for key in ("annee", "date", "heure", "gravite")} == {
        "annee": "2016",
        "date": "2016-02-01",
        "heure": "14:45",
        "gravite": "tué",
    }
    assert [first.fields[key] for key in ("tues", "hospitalises", "legers", "indemnes")] == [
        "1",
        "1",
        "0",
        "1",
    ]
    assert [first.fields[key] for key in ("departement", "commune", "route", "velos")] == [
        "01",
        "01005",
        "route départementale",
        "1",
    ]
    assert overseas.geom.coords == (-61.7, 16.0)
    assert (overseas.fields["gravite"], overseas.fields["departement"]) == ("léger", "971")


def test_accidents_without_a_usable_place_are_named_and_none_lands_at_zero(world: World) -> None:
    read = overlays.read(world, accidents.packed(accidents.OLD))
    told = read.findings.filter(severity="warning").values_list("code", "placemark", "line")
    assert [one for one in told if one[0].startswith("accident")] == [
        ("accident-at-zero", "201600000002", 3),
        ("accident-nowhere", "201600000003", 4),
        ("accident-elsewhere", "201600000004", 5),
    ]
    assert all(feature.geom.coords != (0, 0) for feature in read.features.all())


def test_tables_since_2019_with_their_renamed_key_are_read(world: World) -> None:
    read = overlays.read(world, accidents.packed(accidents.NEW))
    (only,) = read.features.all()
    assert only.geom.coords == (0.5001, 45.5001)
    assert (only.fields["annee"], only.fields["gravite"]) == ("2022", "léger")
    assert (only.fields["commune"], only.fields["vitesse_max"]) == ("26198", "50")


@pytest.mark.parametrize("written", accidents.PUBLISHED)
def test_every_published_way_to_write_a_row_gives_the_same_accident(
    world: World, written: str
) -> None:
    tables = accidents.one_accident(accidents.PUBLISHED[written])
    read = overlays.read(world, accidents.packed(tables))
    (only,) = read.features.all()
    assert only.geom.coords == pytest.approx((2.33586, 50.38178))
    names = ("date", "heure", "departement", "commune", "adresse", "gravite")
    assert [only.fields[name] for name in names] == [
        "2017-01-11",
        "18:20",
        "62",
        "62477",
        "rue du Bac",
        "léger",
    ]


def test_several_years_in_one_archive_are_one_overlay(world: World) -> None:
    read = overlays.read(world, accidents.packed(accidents.OLD, accidents.NEW))
    assert sorted({feature.fields["annee"] for feature in read.features.all()}) == ["2016", "2022"]


def test_table_without_its_columns_is_refused_with_their_names(world: World) -> None:
    tables = {**accidents.NEW, "usagers-2022.csv": '"Num_Acc";"place"\n"1";"2"\n'}
    read = overlays.read(world, accidents.packed(tables))
    assert read.state == ImportState.FAILED
    finding = read.findings.get(severity="error")
    assert (finding.code, finding.values["columns"]) == ("accident-columns-missing", "grav")


def test_command_takes_the_four_files_and_publishes(world: World, tmp_path: Path) -> None:
    out = io.StringIO()
    files = [str(path) for path in accidents.written(tmp_path, accidents.OLD)]
    call_command("import_accidents", *files, *OWNER, "--publish", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert (report["features"], report["published"], report["kind"]) == (
        2,
        True,
        "accident tables",
    )
    overlay = Overlay.objects.get()
    assert "ONISR" in overlay.attribution
    assert overlay.licence == "Licence Ouverte 2.0"


@pytest.mark.parametrize("name", ["usagers_2016.csv", "lieux_2016.csv"])
def test_command_names_the_table_that_is_missing(world: World, tmp_path: Path, name: str) -> None:
    files = [p for p in accidents.written(tmp_path, accidents.OLD) if p.name != name]
    with pytest.raises(CommandError, match=name.partition("_")[0]):
        call_command("import_accidents", *map(str, files), *OWNER)


def test_command_says_when_a_name_tells_no_table(world: World, tmp_path: Path) -> None:
    files = accidents.written(tmp_path, accidents.OLD)
    (tmp_path / "autre.csv").write_text("a;b\n")
    with pytest.raises(CommandError, match="caract"):
        call_command("import_accidents", *map(str, files), str(tmp_path / "autre.csv"), *OWNER)


def test_trial_of_the_command_stores_nothing(world: World, tmp_path: Path) -> None:
    out = io.StringIO()
    files = [str(path) for path in accidents.written(tmp_path, accidents.NEW)]
    call_command("import_accidents", *files, *OWNER, "--dry-run", "--json", stdout=out)
    assert json.loads(out.getvalue())["features"] == 1
    assert not Overlay.objects.exists()
