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


# Bob manages commune A, Alice is its agent, Charlie works elsewhere, Root may do everything.
READS = {"bob": 200, "alice": 200, "charlie": 404, "dora": 404, "root": 200}
WRITES = {"bob": 302, "alice": 403, "charlie": 404, "dora": 404, "root": 302}


@pytest.mark.parametrize("who", READS)
def test_every_page_of_an_overlay_keeps_the_permission_matrix(world: World, who: str) -> None:
    overlay = overlays.published(world)
    pk = overlay.published_id
    client = _as(world, who)
    reads = ["", f"versions/{pk}/progress.json", f"versions/{pk}/findings.csv"]
    reads.append(f"versions/{pk}/file/")
    got = {path: client.get(f"/overlays/halves/{path}").status_code for path in reads}
    assert got == dict.fromkeys(reads, READS[who])
    may_see_form = {200: 200, 404: 404}[READS[who]] if WRITES[who] != 403 else 403
    assert client.get("/overlays/halves/promote/").status_code == may_see_form
    file = SimpleUploadedFile("b.kml", overlays.HALVES)
    writes: list[tuple[str, dict[str, object]]] = [
        ("upload/", {"file": file}),
        ("withdraw/", {}),
        ("publish/", {"import": pk}),
        (
            "promote/",
            {
                "level": "quartier",
                "code_field": "CODE",
                "name_field": ":name",
                "valid_from": "2020-01-01",
            },
        ),
    ]
    for path, data in writes:
        assert client.post(f"/overlays/halves/{path}", data).status_code == WRITES[who], path
    listed = "Halves" in client.get("/overlays/").content.decode()
    assert listed is (READS[who] == 200)


@pytest.mark.parametrize("path", ["", "halves/", "halves/promote/", "halves/publish/"])
def test_anonymous_visitors_are_asked_to_sign_in(world: World, path: str, settings: object) -> None:
    overlays.published(world)
    method = Client().post if path.endswith("publish/") else Client().get
    response = method(f"/overlays/{path}")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_agents_see_no_upload_form_and_cannot_upload(world: World) -> None:
    alice = _as(world, "alice")
    assert b"multipart/form-data" not in alice.get("/overlays/").content
    response = _upload(alice, overlays.HALVES, collectivity=_commune_a(world))
    assert response.status_code == 403


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
    bob = _as(world, "bob")
    bob.cookies["django_language"] = "en"
    preview = bob.get("/overlays/halves/promote/", CHOICES).content.decode()
    assert "Make 2 areas" in preview
    assert not Area.objects.filter(edition__series="halves").exists()
    assert bob.post("/overlays/halves/promote/", CHOICES).status_code == 302
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
    _as(live_world, "bob").post("/overlays/halves/promote/", CHOICES)
    run_jobs()
    quartiers = submission.area_links.filter(area__level__code="quartier")
    assert list(quartiers.values_list("area__code", flat=True)) == ["Q2"]


def test_promoting_again_ends_the_edition_before_and_the_same_day_is_refused(
    world: World,
) -> None:
    overlays.published(world)
    bob = _as(world, "bob")
    bob.cookies["django_language"] = "en"
    bob.post("/overlays/halves/promote/", CHOICES)
    again = bob.post("/overlays/halves/promote/", CHOICES)
    assert again.status_code == 409
    assert "never overwritten" in again.content.decode()
    later = {**CHOICES, "valid_from": "2021-01-01"}
    assert bob.post("/overlays/halves/promote/", later).status_code == 302
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
    bob = _as(world, "bob")
    bob.cookies["django_language"] = "en"
    assert said in bob.get("/overlays/halves/promote/", CHOICES).content.decode()
    assert bob.post("/overlays/halves/promote/", CHOICES).status_code == 409
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
    response = _as(world, "bob").post("/overlays/halves/promote/", {**CHOICES, **wrong})
    assert response.status_code == 400


def test_list_asks_the_database_the_same_for_one_overlay_and_for_many(
    world: World, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(5):
        overlays.read(world, name=f"Overlay {number}")
    bob = _as(world, "bob")
    with django_assert_max_num_queries(7):
        bob.get("/overlays/")
