"""What was kept of a file comes out again at the doors for downloads, and reads back equal."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.test import Client

from layers import importing
from layers.models import Overlay, OverlayFeature, OverlayIcon, OverlayImport
from tests import overlays
from tests.corpus import FOLDER
from tests.world import World

CORPUS = [
    "styles.kml",
    "style-order.kml",
    "style-scales-and-random.kml",
    "times.kml",
    "schema-types.kml",
    "display-names.kml",
    "folders-and-fields.kml",
    "nested-folders.kml",
    "multi-geometry.kml",
    "gx-multi-track.kml",
    "description.kml",
    "icons.kmz",
]
ICONS = (FOLDER / "icons.kmz").read_bytes()


def _published(world: World, content: bytes) -> Overlay:
    return overlays.published(world, content, name="Out")


def _download(kind: str) -> bytes:
    response = Client().get(f"/overlays/out/export.{kind}", headers={"host": "testserver"})
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="out.{kind}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def _kept(version: OverlayImport | None, *, without_icons: bool = False) -> list[dict[str, Any]]:
    """All that a version keeps of each shape; lines are the file's own."""
    assert version is not None
    return [_shape(feature, without_icons) for feature in version.features.all()]


def _shape(feature: OverlayFeature, without_icons: bool) -> dict[str, Any]:
    hidden = {"icon"} if without_icons else set()
    return {
        "name": feature.name,
        "path": feature.path,
        "description": feature.description,
        "fields": feature.fields,
        "times": (feature.begin, feature.end),
        "style": {key: value for key, value in feature.style.items() if key not in hidden},
        "geometry": feature.geom.wkt,
    }


def _by_name(version: OverlayImport) -> list[dict[str, Any]]:
    """Fields with type and label; KML has those of its Schema apart from the others."""
    return sorted(version.fields, key=lambda one: one["name"])


@pytest.mark.parametrize("kind", ["kml", "kmz"])
@pytest.mark.parametrize("name", CORPUS)
def test_kml_and_kmz_read_back_equal(world: World, name: str, kind: str) -> None:
    first = _published(world, (FOLDER / name).read_bytes()).published
    assert first is not None
    assert first.feature_count
    second = overlays.read(world, _download(kind), name="Again")
    without = kind == "kml"
    assert _kept(second, without_icons=without) == _kept(first, without_icons=without)
    assert _by_name(second) == _by_name(first)
    assert second.title == "Out"


def test_kmz_has_its_icons_beside_the_document(world: World) -> None:
    _published(world, ICONS)
    with zipfile.ZipFile(io.BytesIO(_download("kmz"))) as archive:
        names = archive.namelist()
        hrefs = re.findall("<href>(.*?)</href>", archive.read("doc.kml").decode())
    assert names[0] == "doc.kml"
    assert set(hrefs) == set(names[1:])
    assert len(names) == 1 + OverlayIcon.objects.count()


def test_kml_names_icons_where_they_can_be_had(world: World) -> None:
    _published(world, ICONS)
    hrefs = set(re.findall("<href>(.*?)</href>", _download("kml").decode()))
    assert len(hrefs) == OverlayIcon.objects.count()
    for href in hrefs:
        answer = Client().get(href.removeprefix("http://testserver"))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")


@pytest.mark.parametrize("name", ["styles.kml", "schema-types.kml", "folders-and-fields.kml"])
def test_geojson_reads_back_with_shapes_names_fields_and_colours(world: World, name: str) -> None:
    first = _published(world, (FOLDER / name).read_bytes()).published
    second = overlays.read(world, _download("geojson"), name="Again")
    for ours, theirs in zip(_kept(first), _kept(second), strict=True):
        assert theirs["geometry"] == ours["geometry"]
        assert theirs["name"] == ours["name"]
        assert ours["fields"].items() <= theirs["fields"].items()
        assert theirs["style"].items() <= ours["style"].items()
        assert ("stroke" in theirs["style"]) == ("stroke" in ours["style"])


TYPED = (FOLDER / "schema-types.kml").read_bytes()
OF_THEIR_TYPES = TYPED[: TYPED.index(b"<Placemark>\n<name>None of")] + b"</Document></kml>"


@pytest.mark.parametrize("content", [OF_THEIR_TYPES, TYPED], ids=["typed", "some kept as text"])
def test_geopackage_loses_no_value_and_keeps_types_that_all_have(
    world: World, content: bytes
) -> None:
    first = _published(world, content).published
    second = overlays.uploaded(world, _download("gpkg"), name="Again")
    importing.read(second.pk)
    for ours, theirs in zip(_kept(first), _kept(second), strict=True):
        assert (theirs["geometry"], theirs["name"]) == (ours["geometry"], ours["name"])
        for field, value in ours["fields"].items():
            given = theirs["fields"].get(field, "")
            if content is OF_THEIR_TYPES and not isinstance(value, str):
                assert given == value, field
            else:
                assert _as_text(given) == _as_text(value), field


def _as_text(value: Any) -> str:
    """As a column of text has it; a moment in UTC has two spellings."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text.replace("+00:00", "Z")
