"""A new version against the published one: added, changed and gone, by code, by name, by ground."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import pytest
from django.test import Client

from layers.comparing import Comparison, compare
from layers.models import OverlayImport
from tests import overlays
from tests.overlays import kml, placemark
from tests.world import World

BY_CODE = {"name_field": "", "code_field": "CODE", "group_field": "", "label_field": ""}
BY_NAME = {**BY_CODE, "code_field": ""}
WEST = placemark("West half", 0, 44, 0.5, 45, "Q1")
EAST = placemark("East half", 0.5, 44, 1, 45, "Q2")


def _two(world: World, before: bytes, after: bytes) -> OverlayImport:
    overlay = overlays.published(world, before)
    return overlays.read(world, after, overlay=overlay)


def _told(version: OverlayImport, mapping: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Name of the shape → kind of change and what of it changed."""
    compare(version, mapping)
    return {
        change.feature.name: (
            change.kind,
            "".join(
                letter
                for letter, is_so in zip(
                    "mre", [change.is_moved, change.is_renamed, change.is_edited], strict=True
                )
                if is_so
            ),
        )
        for change in version.changes.select_related("feature")
    }


def _counts(compared: Comparison | None) -> tuple[list[int], int]:
    assert compared is not None
    return list(compared.counts.values()), compared.unchanged


def test_same_file_changes_nothing(world: World) -> None:
    version = _two(world, kml(WEST, EAST), kml(WEST, EAST))
    compared = compare(version, BY_CODE)
    assert _counts(compared) == ([0, 0, 0], 2)
    assert compared.is_same


def test_shapes_are_recognised_by_their_code_whatever_they_are_called(world: World) -> None:
    after = kml(
        placemark("Old town", 0, 44, 0.5, 45, "Q1"),
        placemark("East half", 0.5, 44, 1, 44.9, "Q2"),
        placemark("Harbour", 1, 44, 2, 45, "Q3"),
    )
    version = _two(world, kml(WEST, EAST), after)
    assert _told(version, BY_CODE) == {
        "Old town": ("changed", "r"),
        "East half": ("changed", "m"),
        "Harbour": ("added", ""),
    }


def test_without_codes_the_name_and_the_folder_tell_who_is_who(world: World) -> None:
    before = kml("<Folder><name>A</name>", WEST, "</Folder>", EAST)
    after = kml("<Folder><name>A</name>", WEST.replace("Q1", "Q9"), "</Folder>")
    version = _two(world, before, after)
    assert _told(version, BY_NAME) == {"West half": ("changed", "e"), "East half": ("removed", "")}


def test_a_new_name_on_the_same_ground_is_a_change_and_no_coming_and_going(world: World) -> None:
    version = _two(world, kml(WEST), kml(WEST.replace("West half", "Old town")))
    assert _told(version, BY_NAME) == {"Old town": ("changed", "r")}


def test_shapes_without_a_name_are_recognised_by_their_ground(world: World) -> None:
    nameless = [shape.replace("West half", "").replace("East half", "") for shape in (WEST, EAST)]
    version = _two(world, kml(*nameless), kml(nameless[1]))
    assert _counts(compare(version, BY_NAME)) == ([0, 0, 1], 1)


def test_another_starting_point_of_a_ring_is_no_change(world: World) -> None:
    turned = WEST.replace("0,44 0.5,44 0.5,45 0,45 0,44", "0.5,44 0.5,45 0,45 0,44 0.5,44")
    assert turned != WEST
    assert _counts(compare(_two(world, kml(WEST), kml(turned)), BY_CODE)) == ([0, 0, 0], 1)


def test_shapes_that_share_a_code_are_paired_in_order(world: World) -> None:
    twins = [placemark(f"Isle {n}", n / 10, 44, n / 10 + 0.05, 45, "ISLES") for n in range(3)]
    version = _two(world, kml(*twins), kml(*twins[:2]))
    assert _told(version, BY_CODE) == {"Isle 2": ("removed", "")}


def test_comparison_is_made_anew_when_another_version_is_published(world: World) -> None:
    overlay = overlays.published(world, kml(WEST))
    second = overlays.read(world, kml(WEST, EAST), overlay=overlay)
    third = overlays.read(world, kml(EAST), overlay=overlay)
    assert _counts(compare(third, BY_CODE)) == ([1, 0, 1], 0)
    overlays.actions.publish(overlay_import=second, by=None)
    assert _counts(compare(third, BY_CODE)) == ([0, 0, 1], 1)


def test_first_version_and_the_published_one_have_nothing_to_be_compared_with(
    world: World,
) -> None:
    first = overlays.read(world, kml(WEST))
    assert compare(first, BY_CODE) is None
    overlays.actions.publish(overlay_import=first, by=None)
    assert compare(first, BY_CODE) is None


@pytest.fixture
def bob(world: World) -> Client:
    client = Client()
    client.force_login(world.user("bob"))
    client.cookies["django_language"] = "en"
    return client


def test_page_counts_the_changes_and_its_table_shows_one_kind(world: World, bob: Client) -> None:
    version = _two(world, kml(WEST, EAST), kml(EAST, placemark("Harbour", 1, 44, 2, 45, "Q3")))
    page = bob.get("/overlays/halves/", {"change": "removed"}).content.decode()
    assert "Against the published version" in page
    table = page[page.index('id="shapes"') : page.index('id="meaning"')]
    assert "West half" in table
    assert "East half" not in table
    assert bob.get("/overlays/halves/", {"change": "x", "import": version.pk}).status_code == 200


def test_changes_are_in_tiles_for_staff_with_their_kind(world: World, bob: Client) -> None:
    after = kml(EAST.replace("Q2", "Q9"), placemark("Harbour", 1, 44, 1.2, 45, "Q3"))
    version = _two(world, kml(WEST, EAST), after)
    compare(version, BY_NAME)
    response: Any = bob.get(f"/overlays/halves/versions/{version.pk}/changes/7/64/45.mvt")
    assert response["Cache-Control"] == "private, no-cache"
    features = mapbox_vector_tile.decode(response.content)["changes"]["features"]
    told = {f["properties"]["name"]: f["properties"]["change"] for f in features}
    assert told == {"Harbour": "added", "East half": "changed", "West half": "removed"}


@pytest.mark.parametrize(
    "query", [{"page": "9999"}, {"page": "x"}, {"q": "\0"}, {"findings": "-1"}, {"q": "%"}]
)
def test_odd_addresses_of_lists_are_answered_with_the_nearest_page(
    world: World, bob: Client, query: dict[str, str]
) -> None:
    overlays.read(world)
    assert bob.get("/overlays/halves/", query).status_code == 200


def test_shapes_are_searched_by_name_folder_and_field(world: World, bob: Client) -> None:
    overlays.read(world)
    page = bob.get("/overlays/halves/", {"q": "q2"}).content.decode()
    table = page[page.index('id="shapes"') : page.index('id="meaning"')]
    assert "East half" in table
    assert "West half" not in table
