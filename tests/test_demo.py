"""The fictional département: how it is drawn, and what loading it makes."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone
from shapely.geometry import shape
from shapely.ops import unary_union

from demo import generate
from geodata.models import Area
from layers.models import OverlayFeature, Severity
from reports.models import Event, Submission


def grounds(name: str) -> dict[str, Any]:
    document = json.loads((generate.DATA / f"{name}.geojson").read_text(encoding="utf-8"))
    return {f["properties"]["code"]: shape(f["geometry"]) for f in document["features"]}


def test_drawing_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    generate.main(tmp_path)
    committed = {path.name: path.read_bytes() for path in generate.DATA.iterdir()}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == committed


def test_its_communes_share_the_island_without_gap_or_overlap() -> None:
    communes = list(grounds("communes").values())
    assert len(communes) == 24
    assert all(commune.is_valid for commune in communes)
    assert shapely.coverage_is_valid(communes)
    island = grounds("departement")["9Z"]
    assert unary_union(communes).symmetric_difference(island).area < 1e-9


def test_at_least_two_of_its_six_cantons_cut_a_commune() -> None:
    communes, cantons = grounds("communes"), grounds("cantons")
    assert len(cantons) == 6
    cutting = {
        code
        for code, canton in cantons.items()
        for commune in communes.values()
        if canton.intersection(commune).area > 1e-6 and commune.difference(canton).area > 1e-6
    }
    assert len(cutting) >= 2


def test_it_touches_no_real_ground_and_borrows_no_real_name(shared_data: Path) -> None:
    island = grounds("region")["9Y"]
    names = {
        f["properties"]["nom"]
        for f in json.loads((generate.DATA / "communes.geojson").read_text())["features"]
    }
    for path in sorted((shared_data / "france" / "communes").glob("*.geojson")):
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            assert feature["properties"]["nom"] not in names
    for feature in json.loads((shared_data / "france" / "regions.geojson").read_text())["features"]:
        assert shape(feature["geometry"]).distance(island) > 1


@pytest.fixture
def demo(db: None, settings: Any, tmp_path: Path) -> None:
    settings.HTTPS = False
    settings.MEDIA_ROOT = tmp_path
    call_command("load_demo")


def test_loading_it_makes_what_the_product_would_have_made(demo: None, client: Client) -> None:
    assert Submission.objects.count() == 500
    assert set(Submission.objects.values_list("kind", flat=True)) == {"report", "proposal"}
    assert not Submission.objects.filter(responsible=None).exists()
    assert not Submission.objects.exclude(
        area_links__area__level__code="commune", area_links__is_owner=True
    ).exists()
    assert Submission.objects.filter(area_links__area__level__code="quartier").exists()
    by_level = {
        level: Area.objects.at_level(level).count()
        for level in ("region", "departement", "epci", "canton", "commune", "quartier")
    }
    assert by_level == {
        "region": 1, "departement": 1, "epci": 3, "canton": 6, "commune": 24, "quartier": 12,
    }  # fmt: skip
    assert not Event.objects.filter(at__gt=timezone.now()).exists()

    features = OverlayFeature.objects.published()
    assert set(features.exclude(folder="").values_list("folder", flat=True)) >= {"Ville close"}
    moines = features.get(name="L’Enclos des Moines")
    assert moines.fields["NOM"] == "L’Enclos des Moines"
    assert moines.style["fill"] == "#d72f2f"
    assert not features.filter(overlay_import__findings__severity=Severity.ERROR).exists()
    for path in ("/areas/commune/9Z001/", "/areas/quartier/9Z001-12/"):
        assert client.get(path).status_code == 200


def test_it_is_loaded_once(demo: None) -> None:
    call_command("load_demo")
    assert Submission.objects.count() == 500


@override_settings(HTTPS=True)
def test_a_public_server_does_not_get_accounts_with_a_known_password(db: None) -> None:
    with pytest.raises(CommandError, match="password everybody knows"):
        call_command("load_demo")
    assert not Submission.objects.exists()
