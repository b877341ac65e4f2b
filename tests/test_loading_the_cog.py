"""`manage.py load_cog`: collectivities, their areas, and EPCIs as unions of their communes."""

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.utils import translation
from shapely import box

from geodata import editions
from geodata.cog import PACKAGE
from geodata.editions import IncomingArea
from geodata.locating import locate
from geodata.models import Area, Collectivity, Edition, Level
from geodata.relations import history

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def commune(code: str, name: str, population: int, *old: str) -> dict[str, Any]:
    return {
        "code": code,
        "nom": name,
        "type": "commune-actuelle",
        "departement": "95",
        "region": "98",
        "siren": f"2{code}000",
        "population": population,
        **({"anciensCodes": list(old)} if old else {}),
    }


@pytest.fixture
def cog(tmp_path: Path) -> Path:
    """Three communes; Neuve has merged out of 95001 and 95009.  95003 was never drawn."""
    files: dict[str, list[dict[str, Any]]] = {
        "communes": [
            commune("95001", "Neuve", 700, "95009"),
            commune("95002", "Vieille", 300),
            commune("95003", "Rétablie", 50),
            {**commune("95001", "Ancienne", 1), "type": "commune-deleguee"},
        ],
        "epci": [
            {
                "code": "299900001",
                "nom": "CC des Carrés",
                "type": "CC",
                "populationMunicipale": 1050,
                "membres": [{"code": code} for code in ("95001", "95002", "95003")],
            },
            {"code": "299900002", "nom": "CC sans terre", "membres": [{"code": "98765"}]},
        ],
        "departements": [{"code": "95", "nom": "Carrés"}],
        "regions": [{"code": "98", "nom": "Grands-Carrés"}],
    }
    for name, rows in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(rows), encoding="utf-8")
    return tmp_path


def draw(level: str, *squares: tuple[str, int]) -> None:
    """An edition of 2018: one-degree squares at 45° north, by code and western edge."""
    rows = [IncomingArea(code, f"old {code}", box(w, 45, w + 1, 46)) for code, w in squares]
    editions.load(rows, level=Level.objects.get(code=level), valid_from=date(2018, 1, 1))


def load(folder: Path, *more: str) -> str:
    out = io.StringIO()
    call_command("load_cog", f"--from={folder}", *more, stdout=out)
    return out.getvalue()


def test_dry_run_tells_and_writes_nothing(db: None, cog: Path) -> None:
    draw("commune", ("95001", 0))
    said = load(cog)
    assert "7 new, 0 to update, 0 unchanged" in said
    assert "EPCI areas to build from their communes: 1" in said
    assert not Collectivity.objects.filter(level__isnull=False).exists()
    assert not Area.objects.filter(level__code="epci").exists()


def test_collectivities_carry_names_sirens_and_populations(db: None, cog: Path) -> None:
    load(cog, "--commit")
    rows = Collectivity.objects.filter(level__isnull=False).values_list(
        "level__code", "code", "name", "siren", "population"
    )
    assert set(rows) == {
        ("region", "98", "Grands-Carrés", "", 1050),
        ("departement", "95", "Carrés", "", 1050),
        ("epci", "299900001", "CC des Carrés", "299900001", 1050),
        ("epci", "299900002", "CC sans terre", "299900002", None),
        ("commune", "95001", "Neuve", "295001000", 700),
        ("commune", "95002", "Vieille", "295002000", 300),
        ("commune", "95003", "Rétablie", "295003000", 50),
    }


def test_epcis_carry_their_nature(db: None, cog: Path) -> None:
    """It decides which duties are theirs: voirie is a métropole's, and seldom a CC's."""
    load(cog, "--commit")
    natures = Collectivity.objects.filter(level__code="epci").values_list("code", "nature")
    assert dict(natures) == {"299900001": "cc", "299900002": ""}


def test_epci_is_the_union_of_old_and_new_outlines_of_its_members(db: None, cog: Path) -> None:
    draw("commune", ("95001", 0), ("95009", 1), ("95002", 2), ("96001", 3))
    said = load(cog, "--commit")
    epci = Area.objects.get(level__code="epci")
    assert (epci.code, epci.name) == ("299900001", "CC des Carrés")
    assert epci.geom.extent == (0, 45, 3, 46)
    assert epci.edition.valid_from == date(2026, 1, 1)
    assert epci.collectivity == Collectivity.objects.get(code="299900001")
    assert "Members without an outline, missing from their EPCI: 1" in said
    assert "commune 95003 of EPCI 299900001" in said


def test_areas_are_linked_even_where_the_commune_has_merged_since(db: None, cog: Path) -> None:
    draw("commune", ("95001", 0), ("95009", 1), ("96001", 3))
    draw("departement", ("95", 0))
    load(cog, "--commit")
    owners = {a.code: a.collectivity and a.collectivity.name for a in Area.objects.all()}
    assert owners == {
        "95001": "Neuve",
        "95009": "Neuve",
        "96001": None,
        "95": "Carrés",
        "299900001": "CC des Carrés",
    }
    place = locate(Point(1.5, 45.5, srid=4326)).owner("commune")
    assert place is not None
    assert (place.code, place.collectivity_code) == ("95009", "95001")


def test_second_run_changes_nothing(db: None, cog: Path) -> None:
    draw("commune", ("95001", 0))
    load(cog, "--commit")
    before = list(Area.objects.order_by("pk").values_list("pk", "collectivity"))
    said = load(cog, "--commit")
    assert "0 new, 0 to update, 7 unchanged" in said
    assert "EPCI areas of Jan. 1, 2026 are loaded" in said
    assert list(Area.objects.order_by("pk").values_list("pk", "collectivity")) == before


def test_communes_loaded_later_get_their_epci_by_running_again(db: None, cog: Path) -> None:
    assert "No communes are loaded" in load(cog, "--commit")
    draw("commune", ("95001", 0))
    assert Area.objects.get(code="95001").collectivity is not None
    load(cog, "--commit")
    assert Area.objects.filter(level__code="epci").count() == 1


def test_more_communes_reach_their_epci_through_an_edition_of_a_later_day(
    db: None, cog: Path
) -> None:
    draw("commune", ("95001", 0))
    load(cog, "--commit")
    rows = [IncomingArea("95002", "Vieille", box(1, 45, 2, 46))]
    level = Level.objects.get(code="commune")
    editions.load(rows, level=level, valid_from=date(2018, 1, 1), series="more")
    load(cog, "--commit", "--valid-from=2026-07-01")
    epci = Area.objects.valid_on(date(2026, 7, 1)).get(level__code="epci")
    assert epci.geom.extent == (0, 45, 2, 46)


def test_renamed_commune_is_updated_and_keeps_its_address(db: None, cog: Path) -> None:
    level = Level.objects.get(code="commune")
    Collectivity.objects.create(
        level=level, code="95002", name="Très-Vieille", contact_email="mairie@example.org"
    )
    assert "6 new, 1 to update" in load(cog, "--commit")
    body = Collectivity.objects.get(code="95002")
    assert (body.name, body.contact_email) == ("Vieille", "mairie@example.org")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("communes", "[{]"),
        ("communes", '[{"code": 1, "nom": "x"}]'),
        ("communes", '[{"code": "1", "nom": "x", "type": "commune-actuelle", "population": "x"}]'),
        ("epci", "{}"),
        ("epci", '[{"code": "1", "nom": "x", "membres": ["95001"]}]'),
        ("regions", '[{"code": "1", "nom": ""}]'),
        ("departements", "\ufeff["),
        ("regions", '[{"code": "98", "nom": "Deux"}, {"code": "98", "nom": "fois"}]'),
    ],
)
def test_broken_package_is_named_and_nothing_is_written(
    db: None, cog: Path, file: str, content: str
) -> None:
    (cog / f"{file}.json").write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=r"is not as @etalab"):
        load(cog, "--commit")
    assert not Collectivity.objects.filter(level__isnull=False).exists()


def test_missing_package_is_answered_with_the_command_to_run(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="run script/cog first"):
        load(tmp_path / "nowhere", "--commit")


def test_failure_half_way_leaves_no_collectivity_behind(
    db: None, cog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw("commune", ("95001", 0))

    def conflict(*_: object, **__: object) -> None:
        raise editions.EditionConflict("somebody was faster")

    monkeypatch.setattr(editions, "load", conflict)
    with pytest.raises(CommandError, match="somebody was faster"):
        load(cog, "--commit")
    assert not Collectivity.objects.filter(level__isnull=False).exists()
    assert not Edition.objects.filter(level__code="epci").exists()


# The package is there once script/cog has run; a test that would only be skipped is left out.
if (ROOT / PACKAGE).is_dir():

    def test_real_cog_makes_nantes_metropole_of_its_24_communes(
        db: None, shared_data: Path
    ) -> None:
        call_command(
            "load_edition",
            *("--level=commune", "--code-field=code", "--name-field=nom"),
            f"--file={shared_data}/france/communes/communes-44-loire-atlantique.geojson",
            *("--valid-from=2018-01-01", "--commit"),
            stdout=io.StringIO(),
        )
        load(ROOT / PACKAGE, "--commit")
        place = locate(Point(-1.5536, 47.2184, srid=4326))
        epci, commune = place.owner("epci"), place.owner("commune")
        assert epci is not None
        assert commune is not None
        assert (epci.code, epci.collectivity_name) == ("244400404", "Nantes Métropole")
        assert (commune.code, commune.collectivity_name) == ("44109", "Nantes")
        metropole = Collectivity.objects.get(code="244400404")
        assert metropole.population is not None
        assert 600_000 < metropole.population < 800_000
        assert metropole.nature == "metropole"

    def test_real_cog_knows_what_merged_in_loire_atlantique(db: None, shared_data: Path) -> None:
        """Ancenis and Saint-Géréon became Ancenis-Saint-Géréon in 2019."""
        call_command(
            "load_edition",
            *("--level=commune", "--code-field=code", "--name-field=nom"),
            f"--file={shared_data}/france/communes/communes-44-loire-atlantique.geojson",
            *("--valid-from=2018-01-01", "--commit"),
            stdout=io.StringIO(),
        )
        said = load(ROOT / PACKAGE, "--build-communes")
        assert "(44003) and Saint-Géréon (44160) became Ancenis-Saint-Géréon (44003)" in said
        load(ROOT / PACKAGE, "--build-communes", "--commit")
        assert set(relations_of("44003")) == {"44003", "44160"}
        merged = Area.objects.current().get(level__code="commune", code="44003")
        before = Area.objects.valid_on(date(2019, 1, 1)).filter(code__in=["44003", "44160"])
        assert merged.area_m2 == pytest.approx(sum(area.area_m2 for area in before), rel=1e-6)


def relations_of(code: str) -> list[str]:
    return [one["from_code"] for one in history("commune", code)["came_from"]]


def test_communes_of_today_are_united_out_of_older_outlines(db: None, cog: Path) -> None:
    draw("commune", ("95001", 0), ("95009", 1), ("95002", 2))
    said = load(cog, "--build-communes", "--commit")
    assert "old 95001 (95001) and old 95009 (95009) became Neuve (95001)" in said
    assert "Rétablie (95003)" in said
    today = Area.objects.current().at_level("commune").values_list("code", "name")
    assert set(today) == {("95001", "Neuve"), ("95002", "Vieille")}
    assert set(relations_of("95001")) == {"95001", "95009"}
    assert Area.objects.valid_on(date(2019, 1, 1)).at_level("commune").count() == 3
