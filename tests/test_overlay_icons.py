"""Icons of a KMZ: kept once, served as pictures and nothing else."""

import io

import pytest
from django.test import Client
from PIL import Image

from geodata.kml import write_kmz
from layers.kept import features_of, fields_of, icons_of
from layers.models import OverlayIcon
from tests import overlays
from tests.corpus import FOLDER
from tests.world import World

ICONS = (FOLDER / "icons.kmz").read_bytes()


def test_icon_is_served_as_a_picture_that_no_browser_takes_for_more(world: World) -> None:
    version = overlays.read(world, ICONS)
    digest = version.features.get(name="PNG").style["icon"]
    response = Client().get(f"/overlays/icons/{digest}.png")
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response["Cache-Control"]
    assert Image.open(io.BytesIO(response.content)).size == (8, 8)


@pytest.mark.parametrize("digest", ["0" * 64, "x", "0" * 65, "a%00b"])
def test_unknown_icon_is_absent(world: World, digest: str) -> None:
    assert Client().get(f"/overlays/icons/{digest}.png").status_code == 404


def test_icons_are_kept_once_and_come_out_of_an_exported_kmz_the_same(world: World) -> None:
    first = overlays.read(world, ICONS)
    assert OverlayIcon.objects.count() == 2
    kept = list(features_of(first))
    packed = io.BytesIO()
    write_kmz(packed, kept, icons_of(first), fields=fields_of(first))
    second = overlays.read(world, packed.getvalue())
    assert OverlayIcon.objects.count() == 2
    assert [feature.style for feature in features_of(second)] == [one.style for one in kept]
