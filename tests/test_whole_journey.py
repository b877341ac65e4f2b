"""The main job, end to end, in a real browser on the demo: pin → reason → overlay → triage.

`script/screenshots` runs these with `--screenshots`, which writes docs/screenshots anew.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from demo.loading import PASSWORD
from geodata.models import Area
from reports.models import Submission

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Zones de travaux</name>
<Folder><name>Été</name>
<Placemark><name>Quai des Corderies</name>
<ExtendedData><Data name="CODE"><value>T1</value></Data></ExtendedData>
<Style><LineStyle><color>ff0000ff</color><width>3</width></LineStyle>
<PolyStyle><color>7f0000ff</color></PolyStyle></Style>
<Polygon><outerBoundaryIs><LinearRing><coordinates>
-7.47,46.32,0 -7.43,46.32,0 -7.43,46.36,0 -7.47,46.36,0 -7.47,46.32,0
</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>Sans forme</name></Placemark>
</Folder></Document></kml>
"""


def sign_in(page: Page, origin: str, username: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{origin}/accounts/login/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page).to_have_url(re.compile("/triage/"))


def loaded(page: Page) -> None:
    """Waits until the map has drawn its submissions."""
    expect(page.locator("[data-map]").first).to_have_attribute(
        "data-loaded-features", re.compile("^[1-9]")
    )


def test_from_the_pin_to_the_answer(
    page: Page,
    live_server: Any,
    demo: None,
    run_jobs: Callable[[], None],
    shoot: Callable[..., None],
    complaints: list[str],
) -> None:
    origin = live_server.url
    page.goto(f"{origin}/")
    loaded(page)
    shoot("home-360")

    page.goto(f"{origin}/submissions/new/?lon=-7.452&lat=46.337")
    page.locator("[data-map]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    page.keyboard.press("Enter")
    page.get_by_label("Catégorie").select_option("voirie")
    answers = page.locator("[data-who-answers]")
    expect(answers).to_contain_text("Port-Sauveur, car")
    page.get_by_label("Description").fill("Un trou profond devant la criée, un vélo est tombé.")
    page.get_by_label("Adresse e-mail").fill("resident@example.org")
    shoot("submit-360", full_page=True)
    page.get_by_role("button", name="Envoyer").dblclick()
    expect(page.get_by_text("Merci, c’est bien reçu.")).to_be_visible()
    expect(page.locator("main")).to_contain_text("est une compétence communale et le point est à")
    shoot("submission-360", full_page=True)
    submission = Submission.objects.get(description__startswith="Un trou profond devant la criée")

    run_jobs()
    assert [message.to for message in mail.outbox] == [["resident@example.org"]]

    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, origin, "agnes")
    page.goto(f"{origin}/triage/?area=commune:9Z001&status=new&q=criée vélo")
    shoot("triage-1280")
    page.get_by_role("link", name=submission.ref).click()
    page.get_by_label("Votre texte").fill("Une équipe passe demain matin.")
    page.get_by_label("En cours").check()
    page.get_by_role("button", name="Changer le statut").click()
    expect(page.get_by_text("Enregistré.")).to_be_visible()
    shoot("triage-submission-1280")

    page.context.clear_cookies()
    page.goto(f"{origin}{submission.get_absolute_url()}")
    expect(page.locator("main")).to_contain_text("Une équipe passe demain matin.")
    expect(page.locator("main")).not_to_contain_text("Kermarrec")
    run_jobs()
    assert "Une équipe passe demain matin." in mail.outbox[-1].body


def test_from_a_kml_to_areas_that_submissions_are_linked_to(
    page: Page,
    live_server: Any,
    demo: None,
    run_jobs: Callable[[], None],
    shoot: Callable[..., None],
    complaints: list[str],
    tmp_path: Path,
) -> None:
    origin = live_server.url
    page.set_viewport_size({"width": 1280, "height": 800})
    file = tmp_path / "travaux.kml"
    file.write_text(KML, encoding="utf-8")
    sign_in(page, origin, "malo")
    page.goto(f"{origin}/overlays/")
    page.get_by_label("Nom du calque").fill("Zones de travaux")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    run_jobs()  # the page loads itself anew when it hears of it
    expect(page.locator("main")).to_contain_text("Sans forme", timeout=20_000)
    shoot("overlay-1280", full_page=True)
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.locator(".tag-public").first).to_be_visible()

    page.goto(f"{origin}/map/")
    loaded(page)
    expect(page.get_by_text("Zones de travaux")).to_be_visible()
    shoot("map-1280")

    page.goto(f"{origin}/overlays/zones-de-travaux/")
    page.get_by_role("link", name="En faire des territoires").click()
    page.get_by_label("Niveau").select_option(label="Quartier")
    page.get_by_label("Champ du code").select_option("CODE")
    page.get_by_role("button", name="Voir ce qui se passerait").click()
    page.get_by_role("button", name="Créer 1 territoire").click()
    run_jobs()
    area = Area.objects.current().get(level__code="quartier", code="T1")
    assert Submission.objects.inside(area).count() > 20
    page.goto(f"{origin}/areas/quartier/T1/")
    loaded(page)
    expect(page.get_by_role("heading", name="Quai des Corderies")).to_be_visible()
    expect(page.locator("main")).to_contain_text(
        f"{Submission.objects.inside(area).count()} contributions ici"
    )
    shoot("area-1280")


def test_from_a_departmental_road_to_the_departement_and_back(
    page: Page,
    live_server: Any,
    demo: None,
    run_jobs: Callable[[], None],
    shoot: Callable[..., None],
    complaints: list[str],
) -> None:
    """The road decides, the rule can be tried and changed, and staff hand it on and back."""
    origin = live_server.url
    on_d_road = Submission.objects.filter(responsible__code="9Z", category__code="voirie").first()
    assert on_d_road is not None
    lon, lat = on_d_road.pin.coords

    page.goto(f"{origin}/submissions/new/?lon={lon}&lat={lat}")
    page.get_by_label("Catégorie").select_option("voirie")
    expect(page.locator("[data-reason]")).to_contain_text("la route la plus proche est D 9")
    page.get_by_label("Description").fill("La chaussée s’affaisse au bord de la départementale.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("main")).to_contain_text("Département de L’Estran, car la voirie")
    submission = Submission.objects.get(description__startswith="La chaussée s’affaisse au bord")

    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, origin, "denis")
    page.goto(f"{origin}/triage/{submission.ref}/transfer/")
    page.get_by_label("Port-Sauveur", exact=True).check()
    page.get_by_label("Pourquoi").fill("Dans l’agglomération, le trottoir est communal.")
    shoot("transfer-1280")
    page.get_by_role("button", name="Transmettre").click()
    expect(page.locator("main")).to_contain_text("Département de L’Estran → Port-Sauveur")

    sign_in(page, origin, "agnes")
    page.goto(f"{origin}/triage/{submission.ref}/transfer/")
    page.get_by_label("Pourquoi").first.fill("C’est la chaussée, pas le trottoir.")
    page.get_by_role("button", name="Renvoyer").click()
    expect(page.locator("main")).to_contain_text("Port-Sauveur → Département de L’Estran")

    sign_in(page, origin, "admin")
    page.goto(f"{origin}/competences/try/?lon={lon}&lat={lat}&category=voirie")
    expect(page.locator(".verdict-decides")).to_contain_text("Département")
    shoot("competences-try-1280", full_page=True)
    page.locator(".verdict-decides a").click()
    page.get_by_label("Priorité").fill("200")
    page.get_by_role("button", name="Voir ce qui changerait (sans enregistrer)").click()
    expect(page.locator("#replay")).to_contain_text("Rien n’est encore enregistré")
    expect(page.locator("#replay")).to_contain_text(submission.ref)
    shoot("competence-1280", full_page=True)
    page.goto(f"{origin}/competences/")
    shoot("competences-1280")
    page.goto(f"{origin}/territory/")
    expect(page.locator("main")).to_contain_text("quartiers-de-port-sauveur")
