"""A resident sends a submission, through the page and through mail."""

import io
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils.html import escape
from PIL import Image

from reports.models import Event, EventKind, Submission
from tests.roads import road
from tests.submissions import pinned
from tests.world import World

NEW = "/submissions/new/"


def fields(**changes: Any) -> dict[str, Any]:
    """What a resident's browser sends; None takes a field out."""
    sent = {
        "client_uuid": str(uuid.uuid4()),
        "lon": "0.75",
        "lat": "45.25",
        "kind": "report",
        "category": "voirie",
        "description": "Un nid-de-poule devant l’école",
        **changes,
    }
    return {name: value for name, value in sent.items() if value is not None}


def sent(client: Client, **changes: Any) -> Submission:
    answer = client.post(NEW, fields(**changes))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    ref = re.search(r"/submissions/([^/]+)/", answer["Location"])
    assert ref
    return Submission.objects.get(ref=ref[1])


def refused(client: Client, **changes: Any) -> str:
    answer = client.post(NEW, fields(**changes))
    assert answer.status_code == 400
    assert not Submission.objects.exists()
    return answer.content.decode()


def test_it_is_kept_with_its_areas_its_route_and_its_history(client: Client, world: World) -> None:
    submission = sent(client)
    codes = submission.area_links.values_list("area__code", flat=True)
    assert set(codes) == {"99", "90", "200000001", "9001", "90001"}
    assert submission.responsible == world.collectivity("commune", "90001")
    assert submission.route["rule"]
    assert [event.kind for event in submission.events.all()] == [EventKind.SUBMITTED]


def test_its_page_says_who_answers_why_and_where(client: Client, world: World) -> None:
    answer = client.post(NEW, fields(), follow=True)
    page = answer.content.decode()
    submission = Submission.objects.get()
    assert submission.ref in page
    assert escape("la voirie est une compétence communale") in page
    for path in ("/areas/commune/90001/", "/areas/canton/9001/", "/areas/region/99/"):
        assert path in page


def test_a_retried_post_makes_one_submission(client: Client, world: World) -> None:
    once = fields()
    first, second = client.post(NEW, once), client.post(NEW, once)
    assert first["Location"] == second["Location"]
    assert Submission.objects.count() == 1
    assert Event.objects.count() == 1


def test_a_pin_on_a_border_is_linked_to_both_sides(client: Client, world: World) -> None:
    submission = sent(client, lon="0.25", lat="46", side="unknown")
    links = submission.area_links.filter(area__level__code="commune")
    assert set(links.values_list("area__code", "is_owner")) == {("90003", True), ("90001", False)}


def test_decimal_commas_and_typed_coordinates_are_understood(client: Client, world: World) -> None:
    assert sent(client, lon="0,75", lat="45,25").pin.coords == (0.75, 45.25)
    typed = sent(client, lon=None, lat=None, address="45.25, 0.75")
    assert typed.pin.coords == (0.75, 45.25)


def test_a_typed_place_is_offered_and_then_chosen(client: Client, world: World) -> None:
    page = refused(client, lon=None, lat=None, address="a")
    offered = re.search(r'name="place" value="([^"]+)"', page)
    assert offered
    assert "Un nid-de-poule" in page
    submission = sent(client, lon=None, lat=None, address="a", place=offered[1])
    assert submission.address == "a"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lon": None, "lat": None}, "Placez l’épingle"),
        ({"lon": None, "lat": None, "address": "nulle part"}, "Rien n’a été trouvé"),
        ({"lon": "45.25", "lat": "0.75"}, "interverties"),
        ({"lon": "nan"}, "lon"),
        ({"lon": "30", "lat": "30"}, "en dehors du territoire"),
        ({"category": "dragons"}, "Cette catégorie n’existe pas"),
        ({"category": ""}, "Choisissez de quoi il s’agit"),
        ({"kind": "proposal"}, "change"),
        ({"description": ""}, "Décrivez"),
        ({"description": "x" * 4001}, "4000"),
        ({"description": "a\0b"}, "nul"),
        ({"reporter_email": "nobody"}, "e-mail"),
        ({"website": "https://spam.example"}, "website"),
        ({"client_uuid": "42"}, "UUID"),
        ({"place": "a;b", "lon": None, "lat": None}, "lon"),
    ],
)
def test_what_cannot_be_sent_is_said_and_nothing_typed_is_lost(
    client: Client, world: World, changes: dict[str, Any], sentence: str
) -> None:
    page = refused(client, **changes)
    assert sentence in page
    if "description" not in changes:
        assert "Un nid-de-poule" in page


def test_a_forged_responsible_is_ignored(client: Client, world: World) -> None:
    charlies = world.collectivity("commune", "90003")
    submission = sent(client, responsible=charlies.pk, status="resolved")
    assert submission.responsible == world.collectivity("commune", "90001")
    assert submission.status == "new"


# ---------------------------------------------------------------- photos


def picture(kind: str, size: tuple[int, int] = (40, 20), **options: Any) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return SimpleUploadedFile(f"photo.{kind.lower()}", out.getvalue())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
def test_photos_become_jpegs_without_metadata_turned_upright(
    client: Client, world: World, kind: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "SecretCam"
    exif.get_ifd(0x8825)[1] = "N"
    options: dict[str, Any] = {"exif": exif}
    if kind == "JPEG":
        options["comment"] = b"taken at home"
    submission = sent(client, photos=[picture(kind, **options)])
    photo = submission.photos.get()
    kept = client.get(f"/photos/{photo.pk}.jpg").getvalue()
    shown = Image.open(io.BytesIO(kept))
    assert shown.format == "JPEG"
    assert not shown.getexif()
    assert "comment" not in shown.info
    assert b"SecretCam" not in kept
    if kind != "HEIF":  # pillow-heif turns while it encodes
        assert shown.size == (20, 40)


def test_a_large_photo_is_made_smaller(client: Client, world: World) -> None:
    submission = sent(client, photos=[picture("JPEG", (3000, 1500))])
    photo = submission.photos.get()
    assert (photo.width_px, photo.height_px) == (2048, 1024)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a picture", "n’est pas une image"),
        (b"", "vide"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "n’est pas une image"),
        (b"GIF89a" + b"\0" * 50, "n’est pas une image"),
    ],
)
def test_what_is_no_photo_is_refused_by_its_name(
    client: Client, world: World, content: bytes, sentence: str
) -> None:
    page = refused(client, photos=[SimpleUploadedFile("trou.jpg", content)])
    assert sentence in page


def test_a_truncated_photo_is_refused(client: Client, world: World) -> None:
    whole = picture("JPEG", (400, 400)).read()
    page = refused(client, photos=[SimpleUploadedFile("trou.jpg", whole[: len(whole) // 2])])
    assert "trou.jpg" in page


def test_more_than_fifty_megapixels_are_refused_unread(client: Client, world: World) -> None:
    out = io.BytesIO()
    Image.new("1", (8000, 8000)).save(out, "PNG")
    page = refused(client, photos=[SimpleUploadedFile("bombe.png", out.getvalue())])
    assert "50 mégapixels" in page


def test_four_photos_are_one_too_many(client: Client, world: World) -> None:
    assert "3 photos" in refused(client, photos=[picture("JPEG") for _ in range(4)])


def test_a_hidden_submissions_photos_are_as_absent(client: Client, world: World) -> None:
    submission = sent(client, photos=[picture("JPEG")])
    photo = submission.photos.get()
    Submission.objects.update(is_hidden=True)
    assert client.get(f"/photos/{photo.pk}.jpg").status_code == 404
    client.force_login(world.user("alice"))
    assert client.get(f"/photos/{photo.pk}.jpg").status_code == 200


# ---------------------------------------------------------------- its page and its secret link


def test_a_reference_is_found_in_small_letters(client: Client, world: World) -> None:
    submission = pinned(0.75, 45.25)
    answer = client.get(f"/submissions/{submission.ref.lower()}/")
    assert answer["Location"] == submission.get_absolute_url()


def test_a_hidden_submission_is_as_absent(client: Client, world: World) -> None:
    submission = pinned(0.75, 45.25, is_hidden=True)
    hidden = client.get(submission.get_absolute_url())
    absent = client.get("/submissions/ZZZZ-ZZZZ/")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert len(hidden.content) == len(absent.content)


@pytest.mark.django_db(transaction=True)
def test_a_secret_link_comes_by_mail_and_needs_no_account(
    client: Client, live_world: World, run_jobs: Callable[[], None]
) -> None:
    submission = sent(client, reporter_email="resident@example.org")
    assert "resident@example.org" not in client.get(submission.get_absolute_url()).content.decode()
    run_jobs()
    [message] = mail.outbox
    assert message.to == ["resident@example.org"]
    assert submission.ref in message.subject
    assert "est une compétence communale" in message.body
    link = re.search(r"https?://[^/]+(/submissions/track/\S+)", message.body)
    assert link

    Submission.objects.update(is_hidden=True)
    page = client.get(link[1])
    assert "resident@example.org" in page.content.decode()
    assert "no-store" in page["Cache-Control"]

    client.post(f"{link[1]}forget-me/")
    submission.refresh_from_db()
    assert submission.reporter_email == ""


def test_a_forged_link_is_as_absent(client: Client, world: World) -> None:
    assert client.get("/submissions/track/1:abc:def/").status_code == 404
    assert client.get("/submissions/track/%00/").status_code == 404
    assert client.post("/submissions/track/nope/forget-me/").status_code == 404


def test_a_broken_road_table_loses_no_submission(client: Client, world: World) -> None:
    """The sending transaction goes on after what the roads could not answer."""
    road("departmental", (0.7, 45.25), (0.8, 45.25))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE geodata_referencefeature RENAME COLUMN geom TO gone")
    submission = sent(client)
    assert str(submission.responsible) == "A"
    assert submission.is_to_verify
    assert "À vérifier" in client.get(submission.get_absolute_url()).content.decode()


def test_who_answers_can_be_asked_without_javascript(client: Client, world: World) -> None:
    """On a border too: the answer, the question for the side, and nothing is sent."""
    asked = fields(lon="0.25", lat="46", description="", check="1")
    answer = client.post(NEW, asked)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "C, car la voirie" in page
    assert "de quel côté est-ce" in page
    assert 'value="commune:90001"' in page
    assert not Submission.objects.exists()


def test_on_a_border_the_page_asks_once_more_what_was_not_answered(
    client: Client, world: World
) -> None:
    page = refused(client, lon="0.25", lat="46")
    assert "dites de quel côté" in page
    assert "commune:90001" in page
    chosen = sent(client, lon="0.25", lat="46", side="commune:90001")
    assert (str(chosen.responsible), chosen.side) == ("A", "commune:90001")
    owner = chosen.area_links.get(area__level__code="epci", is_owner=True)
    assert owner.area.code == "200000001"


def test_a_forged_side_is_refused(client: Client, world: World) -> None:
    assert "Ce n’est pas l’un des territoires" in refused(
        client, lon="0.25", lat="46", side="commune:90004"
    )


def test_a_phones_accuracy_is_kept_and_links_what_it_reaches(client: Client, world: World) -> None:
    submission = sent(client, lon="0.99975", lat="45.25", accuracy_m="25", side="unknown")
    codes = submission.area_links.filter(area__level__code="commune")
    assert set(codes.values_list("area__code", flat=True)) == {"90001", "90002"}
    assert submission.accuracy_m == 25
