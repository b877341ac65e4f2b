"""Who sees an overlay: one decision, asked at every door; and what is kept of each act."""

from __future__ import annotations

import json
from pathlib import Path

import fiona
import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction
from django.test import Client

from geodata import kml
from layers import actions
from layers.models import Deed, Overlay, OverlayEvent, OverlayImport, Visibility
from layers.permissions import can_look_at, can_promote, can_publish
from tests import overlays
from tests.world import World

DOORS = [
    "/tiles/overlays/halves/7/64/45.mvt",
    "/tiles/overlays/halves.json",
    "/overlays/halves/view/",
    "/overlays/halves/legend.json",
    "/overlays/halves/shapes/",
    "/overlays/halves/shapes/0/",
    "/overlays/halves/export.geojson",
    "/overlays/halves/export.kml",
    "/overlays/halves/export.kmz",
    "/overlays/halves/export.gpkg",
]
WHO = ["nobody", "with the link", "alice", "charlie", "without work", "root"]
SEES = {
    Visibility.PUBLIC: set(WHO),
    Visibility.STAFF: {"alice", "charlie", "root"},
    Visibility.LINK: {"with the link", "alice", "root"},
}


def _client(world: World, who: str) -> Client:
    client = Client()
    if who == "without work":
        world.user("dora").memberships.all().delete()
        client.force_login(world.user("dora"))
    elif who not in ("nobody", "with the link"):
        client.force_login(world.user(who))
    return client


def _asked(client: Client, query: str) -> dict[str, int]:
    """Every door → its status; the list for maps counts as 200 when it names the overlay."""
    said = {door: client.get(door + query).status_code for door in DOORS}
    listed = client.get("/overlays.json" + query).json()["overlays"]
    return {**said, "/overlays.json": 200 if listed else 404}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("visibility", Visibility)
def test_every_door_gives_the_same_answer_to_who_may_see_it(
    world: World, visibility: Visibility, who: str
) -> None:
    overlay = overlays.published(world)
    actions.show_to(overlay=overlay, visibility=visibility, by=None)
    overlay.refresh_from_db()
    query = f"?key={overlay.link_token}" if who == "with the link" else ""
    said = _asked(_client(world, who), query)
    assert set(said.values()) == {200 if who in SEES[visibility] else 404}, said


@pytest.mark.parametrize("who", WHO)
def test_no_door_shows_an_overlay_that_was_withdrawn(world: World, who: str) -> None:
    overlay = overlays.published(world)
    actions.show_to(overlay=overlay, visibility=Visibility.LINK, by=None)
    overlay.refresh_from_db()
    query = f"?key={overlay.link_token}"
    client = _client(world, who)
    assert set(_asked(client, query).values()) == {200}
    actions.withdraw(overlay=overlay, by=None)
    assert set(_asked(client, query).values()) == {404}


def test_renewed_link_closes_every_door_of_the_old_one(world: World) -> None:
    overlay = overlays.published(world)
    actions.show_to(overlay=overlay, visibility=Visibility.LINK, by=None)
    overlay.refresh_from_db()
    old = f"?key={overlay.link_token}"
    actions.renew_link(overlay=overlay, by=None)
    assert set(_asked(Client(), old).values()) == {404}


@pytest.mark.parametrize("key", ["", "\0", "é", "x" * 5_000, "%"])
def test_what_is_no_key_opens_nothing(world: World, key: str) -> None:
    overlay = overlays.published(world)
    actions.show_to(overlay=overlay, visibility=Visibility.LINK, by=None)
    assert {Client().get(door, {"key": key}).status_code for door in DOORS} == {404}


def test_what_only_some_may_see_is_kept_by_no_shared_cache(world: World) -> None:
    overlay = overlays.published(world)
    actions.show_to(overlay=overlay, visibility=Visibility.STAFF, by=None)
    alice = _client(world, "alice")
    for door in [*DOORS, "/overlays.json"]:
        cached = set(alice.get(door)["Cache-Control"].split(", "))
        assert cached >= {"private", "no-cache"}, door


@pytest.mark.parametrize("who", ["alice", "bob", "ada", "charlie", "dora", "root"])
def test_predicates_and_querysets_agree_on_who_works_on_an_overlay(world: World, who: str) -> None:
    overlay = overlays.read(world).overlay
    user = world.user(who)
    assert can_look_at(user, overlay) is Overlay.objects.worked_on_by(user).exists()
    assert can_promote(user, overlay) <= can_publish(user, overlay) <= can_look_at(user, overlay)


def test_drafts_are_exported_for_their_staff_alone(world: World) -> None:
    version = overlays.read(world)
    path = f"/overlays/halves/export.geojson?import={version.pk}"
    said = {
        who: _client(world, who).get(path).status_code for who in ("nobody", "alice", "charlie")
    }
    assert said == {"nobody": 404, "alice": 200, "charlie": 404}


def _download(kind: str) -> bytes:
    response = Client().get(f"/overlays/halves/export.{kind}")
    assert response["Content-Disposition"] == f'attachment; filename="halves.{kind}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    return b"".join(response.streaming_content)


@pytest.fixture
def licensed(world: World) -> OverlayImport:
    folder = "<Folder><name>Zone</name>" + overlays.placemark("A", 0, 45, 1, 46, "Q1") + "</Folder>"
    overlay = overlays.published(world, overlays.kml(folder))
    actions.describe(overlay=overlay, by=None, attribution="Mairie", licence="ODbL")
    assert overlay.published is not None
    return overlay.published


def test_geojson_export_has_names_folders_fields_and_licence(licensed: OverlayImport) -> None:
    document = json.loads(_download("geojson"))
    assert (document["attribution"], document["licence"]) == ("Mairie", "ODbL")
    (feature,) = document["features"]
    assert feature["properties"] == {"name": "A", "folder": "Zone", "CODE": "Q1"}


def test_geopackage_export_has_the_same(licensed: OverlayImport, tmp_path: Path) -> None:
    path = tmp_path / "out.gpkg"
    path.write_bytes(_download("gpkg"))
    with fiona.open(path, driver="GPKG") as source:
        assert source.tags()["licence"] == "ODbL"
        (feature,) = source
        assert {k: v for k, v in feature.properties.items() if v} == {
            "name": "A",
            "folder": "Zone",
            "CODE": "Q1",
        }


def test_kml_export_reads_back_with_folder_field_and_licence(
    licensed: OverlayImport, tmp_path: Path
) -> None:
    path = tmp_path / "out.kml"
    path.write_bytes(_download("kml"))
    assert "ODbL" in path.read_text(encoding="utf-8")
    with path.open("rb") as file:
        (feature,) = [item for item in kml.read(file) if isinstance(item, kml.Feature)]
    assert (feature.name, feature.folder_path, feature.fields) == ("A", "Zone", {"CODE": "Q1"})


def test_history_tells_who_did_what_and_cannot_be_rewritten(world: World) -> None:
    overlay = overlays.published(world)
    actions.withdraw(overlay=overlay, by=world.user("bob"))
    told = [(event.kind, str(event.by)) for event in overlay.events.all()]
    assert told == [
        (Deed.WITHDRAWN, "bob"),
        (Deed.PUBLISHED, "bob"),
        (Deed.UPLOADED, "bob"),
        (Deed.CREATED, "bob"),
    ]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE layers_overlayevent SET kind = 'created'")


def test_meaning_of_fields_comes_back_with_the_version_that_had_it(world: World) -> None:
    first = overlays.read(world)
    actions.publish(overlay_import=first, by=None, code_field="CODE")
    second = overlays.read(world, overlays.HALVES.replace(b"CODE", b"INSEE"), overlay=first.overlay)
    actions.publish(overlay_import=second, by=None)
    assert Overlay.objects.get().code_field == ""
    actions.publish(overlay_import=first, by=None)
    overlay = Overlay.objects.get()
    assert (overlay.code_field, overlay.events.first().kind) == ("CODE", Deed.PUT_BACK)


def test_overlay_is_deleted_with_its_file_once_its_areas_are_taken_back(
    world: World, django_capture_on_commit_callbacks: object
) -> None:
    overlay = overlays.published(world)
    ada = _client(world, "ada")
    choices = {"level": "quartier", "code_field": "CODE", "name_field": ":name"}
    ada.post("/overlays/halves/promote/", {**choices, "valid_from": "2020-01-01"})
    page = ada.get("/areas/quartier/Q1/").content.decode()
    assert "/overlays/halves/view/" in page
    assert "/areas/quartier/Q1/" in ada.get("/overlays/halves/view/").content.decode()
    assert ada.post("/overlays/halves/delete/", {"sure": "yes"}).status_code == 409
    assert ada.post("/overlays/halves/roll-back/").status_code == 302
    stored = Path(overlay.imports.get().file.path)
    assert stored.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert ada.post("/overlays/halves/delete/", {"sure": "yes"}).status_code == 302
    with pytest.raises(ObjectDoesNotExist):
        Overlay.objects.get()
    assert not stored.exists()
    assert OverlayEvent.objects.filter(slug="halves", kind=Deed.DELETED).exists()


def test_the_very_same_file_is_told(world: World) -> None:
    version = overlays.read(world)
    again = overlays.read(world, overlay=version.overlay)
    assert again.twin() == version
    bob = _client(world, "bob")
    bob.cookies["django_language"] = "en"
    assert "byte for byte" in bob.get("/overlays/halves/").content.decode()


def test_repair_that_changes_the_ground_waits_for_a_yes(world: World) -> None:
    version = overlays.read(world)
    version.findings.create(
        severity="warning",
        code="repair-changes-area",
        values={"needs_consent": 1, "percent": 12.0, "area_m2": 5.0, "before_m2": 1, "after_m2": 2},
    )
    bob = _client(world, "bob")
    data = {"import": version.pk}
    assert bob.post("/overlays/halves/publish/", data).status_code == 409
    assert Overlay.objects.get().published is None
    assert bob.post("/overlays/halves/publish/", {**data, "consent": "yes"}).status_code == 302
    assert Overlay.objects.get().published == version


def test_mapping_is_tried_on_the_first_rows_and_nothing_is_kept(world: World) -> None:
    version = overlays.read(world)
    bob = _client(world, "bob")
    bob.cookies["django_language"] = "en"
    data = {"import": version.pk, "name_field": "CODE", "code_field": "CODE", "verb": "try"}
    for path in ("publish/", "rows/"):
        page = bob.post(f"/overlays/halves/{path}", data).content.decode()
        assert 'data-label="Name">Q1<' in page
    assert Overlay.objects.get().published is None
