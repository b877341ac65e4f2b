"""Staff upload, look at findings, publish, withdraw and promote: over HTTP."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from geodata.locating import locate
from geodata.models import Area
from layers.models import ImportState, Overlay, OverlayFeature, OverlayImport
from tests import overlays
from tests.submissions import pinned
from tests.test_reading_kml import kmz
from tests.world import World


def _as(world: World, username: str) -> Client:
    client = Client()
    client.force_login(world.user(username))
    return client


def _upload(client: Client, content: bytes, file_name: str = "halves.kml", **more: str) -> object:
    collectivity = more.pop("collectivity", "")
    return client.post(
        "/overlays/",
        {
            "name": "Halves",
            "collectivity": collectivity,
            "colour": "#123456",
            "file": SimpleUploadedFile(file_name, content),
            **more,
        },
    )


def _commune_a(world: World) -> str:
    return str(world.collectivity("commune", "90001").pk)


def test_upload_is_read_by_a_job_then_published_then_withdrawn(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    bob = _as(live_world, "bob")
    response = _upload(bob, overlays.HALVES, collectivity=_commune_a(live_world))
    assert (response.status_code, response["Location"]) == (302, "/overlays/halves/")
    waiting = bob.get("/overlays/halves/", headers={"accept-language": "en"}).content.decode()
    assert "data-progress" in waiting
    assert 'http-equiv="refresh"' in waiting
    run_jobs()
    read = bob.get("/overlays/halves/", headers={"accept-language": "en"}).content.decode()
    assert "West half" in read
    assert "Nothing: every shape is as it should be." in read
    assert "data-progress" not in read
    overlay = Overlay.objects.get()
    assert overlay.published is None
    assert overlay.colour == "#123456"
    version = overlay.imports.get()
    bob.post("/overlays/halves/publish/", {"import": version.pk})
    overlay.refresh_from_db()
    assert overlay.published == version
    bob.post("/overlays/halves/withdraw/")
    overlay.refresh_from_db()
    assert overlay.published is None


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.kml", "empty"),
        (b"PK\x03\x04 not really", "x.kmz", "damaged"),
        (kmz(**{"doc.kml": b"<kml>" + b" " * 9_000_000}), "bomb.kmz", "suspiciously much"),
        (kmz(**{"picture.png": b"x"}), "pictures.kmz", "no map inside"),
        (b"\xff\xd8\xff\xe0 a photo", "photo.kml", "no kind of map"),
        (b"<svg></svg>", "drawing.kml", "not KML: it begins with &lt;svg&gt;"),
        (b'<!DOCTYPE kml SYSTEM "x"><kml/>', "dtd.kml", "DOCTYPE"),
    ],
)
def test_wrong_files_are_refused_with_a_sentence_and_nothing_is_kept(
    world: World, content: bytes, name: str, said: str
) -> None:
    bob = _as(world, "bob")
    bob.cookies["django_language"] = "en"
    response = _upload(bob, content, name, collectivity=_commune_a(world))
    assert response.status_code == 400
    assert said in response.content.decode()
    assert not Overlay.objects.exists()


def test_kmz_is_taken_whatever_it_is_called(world: World) -> None:
    content = kmz(**{"doc.kml": overlays.HALVES, "files/icon.png": b"x"})
    bob = _as(world, "bob")
    assert _upload(bob, content, "map.kml", collectivity=_commune_a(world)).status_code == 302
    version = OverlayImport.objects.get()
    overlays.importing.read(version.pk)
    version.refresh_from_db()
    assert (version.state, version.feature_count) == (ImportState.READ, 2)


def test_file_over_the_limit_is_refused_with_both_sizes(world: World, settings: object) -> None:
    settings.OVERLAY_MAX_BYTES = 100
    bob = _as(world, "bob")
    bob.cookies["django_language"] = "en"
    response = _upload(bob, overlays.HALVES, collectivity=_commune_a(world))
    assert response.status_code == 400
    assert "100\xa0bytes at most" in response.content.decode()


@pytest.mark.parametrize("name", ["", "\x00", "x" * 121])
def test_name_that_cannot_be_kept_is_refused(world: World, name: str) -> None:
    response = _upload(
        _as(world, "bob"), overlays.HALVES, collectivity=_commune_a(world), name=name
    )
    assert response.status_code == 400
    assert not Overlay.objects.exists()


def test_nobody_uploads_for_another_collectivity(world: World) -> None:
    other = str(world.collectivity("commune", "90003").pk)
    assert _upload(_as(world, "bob"), overlays.HALVES, collectivity=other).status_code == 400
    assert not Overlay.objects.exists()


# Alice is an agent of commune A, Bob manages, Ada administers; Charlie and Dora work elsewhere,
# Root may do everything: 1 looks and uploads, 2 publishes too, 3 makes areas as well.
STAFF = {"alice": 1, "bob": 2, "ada": 3, "root": 3, "charlie": 0, "dora": 0}


def _status(who: str, least: int, granted: int) -> int:
    if not STAFF[who]:
        return 404
    return granted if STAFF[who] >= least else 403


@pytest.mark.parametrize("who", STAFF)
def test_every_page_of_an_overlay_keeps_the_permission_matrix(world: World, who: str) -> None:
    overlay = overlays.published(world)
    pk = overlay.published_id
    client = _as(world, who)
    reads = ["", "history/", "export.geojson?import=" + str(pk)]
    reads += [f"versions/{pk}/{door}" for door in ("progress.json", "findings.csv", "file/")]
    reads.append(f"versions/{pk}/changes/7/64/45.mvt")
    got = {path: client.get(f"/overlays/halves/{path}").status_code for path in reads}
    assert got == dict.fromkeys(reads, _status(who, 1, 200))
    assert client.get("/overlays/halves/settings/").status_code == _status(who, 2, 200)
    assert client.get("/overlays/halves/promote/").status_code == _status(who, 3, 200)
    file = SimpleUploadedFile("b.kml", overlays.HALVES)
    described = {"name": "Halves", "colour": "#123456"}
    writes: list[tuple[str, int, dict[str, object]]] = [
        ("upload/", 1, {"file": file}),
        (f"versions/{pk}/note/", 1, {"note": "x"}),
        (f"versions/{pk}/swap/", 1, {}),
        ("publish/", 2, {"import": pk}),
        ("settings/", 2, described),
        ("access/", 2, {"visibility": "staff"}),
        ("promote/", 3, CHOICES),
        ("roll-back/", 3, {}),
        ("withdraw/", 2, {}),
        ("delete/", 2, {"sure": "yes"}),
    ]
    for path, least, data in writes:
        status = client.post(f"/overlays/halves/{path}", data).status_code
        assert status == _status(who, least, 302), path
    listed = 'href="/overlays/halves/"' in client.get("/overlays/").content.decode()
    assert listed is (STAFF[who] == 1)


def test_nobody_of_another_collectivity_learns_that_an_overlay_exists(world: World) -> None:
    overlays.read(world)
    charlie = _as(world, "charlie")
    assert charlie.get("/overlays/halves/").status_code == 404
    assert b"Halves" not in charlie.get("/overlays/").content


@pytest.mark.parametrize("path", ["", "halves/", "halves/promote/", "halves/publish/"])
def test_anonymous_visitors_are_asked_to_sign_in(world: World, path: str, settings: object) -> None:
    overlays.published(world)
    method = Client().post if path.endswith("publish/") else Client().get
    response = method(f"/overlays/{path}")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_agents_upload_drafts_and_find_no_button_to_publish(world: World) -> None:
    alice = _as(world, "alice")
    response = _upload(alice, overlays.HALVES, collectivity=_commune_a(world))
    assert response.status_code == 302
    overlays.importing.read(OverlayImport.objects.get().pk)
    page = alice.get("/overlays/halves/").content
    assert b"multipart/form-data" in page
    assert b"/publish/" in page
    assert b'class="button">Publi' not in page


def test_who_works_for_no_collectivity_uploads_nothing(world: World) -> None:
    world.user("alice").memberships.all().delete()
    alice = _as(world, "alice")
    assert b"multipart/form-data" not in alice.get("/overlays/").content
    assert _upload(alice, overlays.HALVES).status_code == 403


def test_findings_are_listed_by_line_filtered_by_severity_and_downloaded_without_formulas(
    world: World,
) -> None:
    content = overlays.kml(
        "<Placemark><name>=HYPERLINK(1)</name></Placemark>",
        "<Placemark><name>Far</name><Point><coordinates>652381,6862047</coordinates></Point>"
        "</Placemark>",
    )
    version = overlays.read(world, content)
    bob = _as(world, "bob")
    bob.cookies["django_language"] = "en"
    page = bob.get("/overlays/halves/").content.decode()
    assert "652381, 6862047 is not on the globe" in page
    errors_only = bob.get("/overlays/halves/?severity=error").content.decode()
    assert "HYPERLINK" not in errors_only
    download = bob.get(f"/overlays/halves/versions/{version.pk}/findings.csv")
    text = b"".join(download.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[1:3] for row in rows[1:]] == [["1", "'=HYPERLINK(1)"], ["2", "Far"]]


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "\x00", "٣", ""])
def test_versions_that_do_not_exist_are_not_found(world: World, number: str) -> None:
    overlays.read(world)
    bob = _as(world, "bob")
    assert bob.post("/overlays/halves/publish/", {"import": number}).status_code == 404
    if number:
        assert bob.get("/overlays/halves/", {"import": number}).status_code == 404


def test_version_of_another_overlay_cannot_be_published_through_this_one(world: World) -> None:
    overlays.read(world)
    other = overlays.read(world, name="Other")
    response = _as(world, "bob").post("/overlays/halves/publish/", {"import": other.pk})
    assert response.status_code == 404


def test_failed_version_is_not_published_and_the_page_says_why(world: World) -> None:
    version = overlays.read(world, b"<kml><Placemark></kml>")
    bob = _as(world, "bob")
    bob.cookies["django_language"] = "en"
    response = bob.post("/overlays/halves/publish/", {"import": version.pk})
    assert response.status_code == 409
    assert "could be read to its end" in response.content.decode()
    assert Overlay.objects.get().published is None


def test_earlier_version_can_be_published_again(world: World) -> None:
    overlay = overlays.published(world)
    first = overlay.published
    bob = _as(world, "bob")
    file = SimpleUploadedFile("b.kml", overlays.kml(overlays.placemark("One", 0, 45, 1, 46)))
    bob.post("/overlays/halves/upload/", {"file": file})
    second = OverlayImport.objects.exclude(pk=first.pk).get()
    assert second.state == ImportState.QUEUED
    overlay.refresh_from_db()
    assert overlay.published == first
    overlays.importing.read(second.pk)
    bob.post("/overlays/halves/publish/", {"import": second.pk})
    bob.post("/overlays/halves/publish/", {"import": first.pk})
    overlay.refresh_from_db()
    assert overlay.published == first


def test_names_on_the_map_come_from_the_field_that_is_chosen(world: World) -> None:
    version = overlays.read(world)
    bob = _as(world, "bob")
    bob.post("/overlays/halves/publish/", {"import": version.pk, "name_field": "CODE"})
    names = OverlayFeature.objects.published().with_shown_name()
    assert list(names.values_list("shown_name", flat=True)) == ["Q1", "Q2"]
    response = bob.post("/overlays/halves/publish/", {"import": version.pk, "name_field": "NO"})
    assert response.status_code == 409
    bob.post("/overlays/halves/publish/", {"import": version.pk, "name_field": ""})
    names = OverlayFeature.objects.published().with_shown_name()
    assert list(names.values_list("shown_name", flat=True)) == ["West half", "East half"]


def test_original_file_is_downloaded_as_it_came_and_never_opened(world: World) -> None:
    version = overlays.read(world)
    response = _as(world, "bob").get(f"/overlays/halves/versions/{version.pk}/file/")
    assert b"".join(response.streaming_content) == overlays.HALVES
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="halves.kml"'


CHOICES = {
    "level": "quartier",
    "code_field": "CODE",
    "name_field": ":name",
    "valid_from": "2020-01-01",
}


def test_promotion_is_previewed_then_confirmed_and_pins_find_the_new_areas(world: World) -> None:
    overlays.published(world)
    ada = _as(world, "ada")
    ada.cookies["django_language"] = "en"
    preview = ada.get("/overlays/halves/promote/", CHOICES).content.decode()
    assert "Make 2 areas" in preview
    assert not Area.objects.filter(edition__series="halves").exists()
    assert ada.post("/overlays/halves/promote/", CHOICES).status_code == 302
    pin = Point(0.75, 45.5, srid=4326)
    found = [(a.level, a.code, a.name) for a in locate(pin).areas if a.level == "quartier"]
    assert found == [("quartier", "Q2", "East half")]
    assert Overlay.objects.get().edition.valid_from == date(2020, 1, 1)


def test_submissions_are_linked_to_the_areas_of_a_promoted_overlay(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    submission = pinned(0.75, 45.5)
    overlays.published(live_world)
    run_jobs()
    _as(live_world, "ada").post("/overlays/halves/promote/", CHOICES)
    run_jobs()
    quartiers = submission.area_links.filter(area__level__code="quartier")
    assert list(quartiers.values_list("area__code", flat=True)) == ["Q2"]


def test_promoting_again_ends_the_edition_before_and_the_same_day_is_refused(
    world: World,
) -> None:
    overlays.published(world)
    ada = _as(world, "ada")
    ada.cookies["django_language"] = "en"
    ada.post("/overlays/halves/promote/", CHOICES)
    again = ada.post("/overlays/halves/promote/", CHOICES)
    assert again.status_code == 409
    assert "never overwritten" in again.content.decode()
    later = {**CHOICES, "valid_from": "2021-01-01"}
    assert ada.post("/overlays/halves/promote/", later).status_code == 302
    assert Area.objects.current().filter(edition__series="halves").count() == 2


@pytest.mark.parametrize(
    ("placemarks", "said"),
    [
        (["<Placemark><Point><coordinates>0.5,45.5</coordinates></Point></Placemark>"], "surface"),
        ([overlays.placemark("A", 0, 45, 1, 46, "")], "it has no code"),
        (
            [
                overlays.placemark("A", 0, 45, 1, 46, "1"),
                overlays.placemark("B", 0, 45, 1, 46, "1"),
            ],
            "its code is that of line 1",
        ),
        ([overlays.placemark("A", 0, 45, 1, 46, "1" * 81)], "more than 80 characters"),
    ],
)
def test_overlays_that_make_no_honest_areas_are_refused_by_name(
    world: World, placemarks: list[str], said: str
) -> None:
    placemarks = [
        *placemarks,
        '<Placemark><ExtendedData><Data name="CODE"><value>9</value></Data>'
        "</ExtendedData><Point><coordinates>0.5,45.5</coordinates></Point></Placemark>",
    ]
    overlays.published(world, overlays.kml(*placemarks))
    ada = _as(world, "ada")
    ada.cookies["django_language"] = "en"
    assert said in ada.get("/overlays/halves/promote/", CHOICES).content.decode()
    assert ada.post("/overlays/halves/promote/", CHOICES).status_code == 409
    assert not Area.objects.filter(edition__series="halves").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": "planet"},
        {"level": "\x00"},
        {"code_field": "NOPE"},
        {"valid_from": "tomorrow"},
        {"valid_from": "0001-01-01"},
        {"valid_from": ""},
    ],
)
def test_wrong_choices_are_refused(world: World, wrong: dict[str, str]) -> None:
    overlays.published(world)
    response = _as(world, "ada").post("/overlays/halves/promote/", {**CHOICES, **wrong})
    assert response.status_code == 400


def test_list_asks_the_database_the_same_for_one_overlay_and_for_many(
    world: World, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(5):
        overlays.read(world, name=f"Overlay {number}")
    ada = _as(world, "ada")
    with django_assert_max_num_queries(7):
        ada.get("/overlays/")
