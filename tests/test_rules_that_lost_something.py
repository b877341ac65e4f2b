"""A rule whose collectivity or reference is gone is said, mended and deleted on our own pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from geodata import references
from geodata.models import Collectivity
from reports.competence_form import initial_of
from reports.models import Competence, DraftedChange
from tests.roads import reference, road
from tests.test_who_answers import route, rule
from tests.world import World

MISSING = "est absente ou retirée"


@pytest.fixture
def root(client: Client, world: World) -> Client:
    client.force_login(world.user("root"))
    return client


def as_shown(row: Competence) -> dict[str, Any]:
    """What a browser sends back of a rule's page, untouched."""
    shown = {name: value for name, value in initial_of(row).items() if value not in (None, [], "")}
    return {name: value for name, value in shown.items() if value is not False}


@pytest.fixture
def orphan(root: Client) -> Competence:
    body = Collectivity.objects.create(code="SYN", name="Syndicat des rues")
    orphan = rule(answers_by="collectivity", collectivity=body)
    body.delete()
    return Competence.objects.for_pages().get(pk=orphan.pk)


@pytest.fixture
def of_withdrawn_roads(root: Client) -> Competence:
    """A rule about departmental roads of an overlay that was let be looked at, and is not now."""
    road("departmental", (0.7, 45.25), (0.8, 45.25), ref="D 904", slug="our-roads")
    asking = rule(level="region", condition="road", reference="our-roads")
    assert route(root)["responsible"]["code"] == "99"
    references.set_active(reference=reference("our-roads"), is_active=False)
    return Competence.objects.for_pages().get(pk=asking.pk)


# ------------------------------------------------------------------ the collectivity
def test_a_rule_of_a_deleted_collectivity_is_deleted_on_its_page(
    root: Client, orphan: Competence
) -> None:
    answer = root.post(f"/competences/{orphan.pk}/", {**as_shown(orphan), "verb": "delete"})
    assert answer.status_code == 302
    assert not Competence.objects.filter(pk=orphan.pk).exists()


def test_its_deletion_is_drafted_and_replayed(root: Client, orphan: Competence) -> None:
    path = f"/competences/{orphan.pk}/"
    assert root.post(path, {**as_shown(orphan), "verb": "replay_without"}).status_code == 200
    assert root.post(path, {**as_shown(orphan), "verb": "draft_delete"}).status_code == 302
    assert DraftedChange.objects.get(rule=orphan.pk).deletes


def test_it_is_not_saved_without_a_collectivity(root: Client, orphan: Competence) -> None:
    answer = root.post(f"/competences/{orphan.pk}/", {**as_shown(orphan), "verb": "save"})
    assert answer.status_code == 400
    assert "Nommez la collectivité" in answer.content.decode()


def test_a_colleagues_change_is_seen_by_who_deletes(root: Client, orphan: Competence) -> None:
    Competence.objects.filter(pk=orphan.pk).update(version=7)
    answer = root.post(f"/competences/{orphan.pk}/", {**as_shown(orphan), "verb": "delete"})
    assert answer.status_code == 409
    assert Competence.objects.filter(pk=orphan.pk).exists()


# ------------------------------------------------------------------ the reference
def test_a_withdrawn_reference_leaves_the_next_rule_and_a_route_to_verify(
    root: Client, of_withdrawn_roads: Competence
) -> None:
    road("departmental", (0.7, 45.25), (0.8, 45.25), slug="other-roads")
    found = route(root)
    assert (found["responsible"]["code"], found["to_verify"]) == ("90", True)


def test_saving_the_rule_as_it_is_does_not_make_it_about_any_road(
    root: Client, of_withdrawn_roads: Competence
) -> None:
    path = f"/competences/{of_withdrawn_roads.pk}/"
    shown = root.get(path)
    assert shown.context["form"]["reference"].value() == "our-roads"
    assert '<option value="our-roads" selected>' in shown.content.decode()
    saved = root.post(path, {**as_shown(of_withdrawn_roads), "priority": 6, "verb": "save"})
    assert saved.status_code == 302
    kept = Competence.objects.get(pk=of_withdrawn_roads.pk)
    assert (kept.priority, kept.reference) == (6, "our-roads")
    assert route(root)["to_verify"]


@pytest.mark.parametrize("slug", ["our-roads", "never-there"])
def test_every_page_of_the_rules_says_so(
    root: Client, of_withdrawn_roads: Competence, slug: str
) -> None:
    Competence.objects.filter(pk=of_withdrawn_roads.pk).update(reference=slug)
    asked = {"lon": "0.75", "lat": "45.25", "category": "voirie"}
    for page in (
        root.get("/competences/"),
        root.get(f"/competences/{of_withdrawn_roads.pk}/"),
        root.get("/competences/try/", asked),
    ):
        shown = page.content.decode()
        assert f"La référence « {slug} » {MISSING}".replace("« ", "«\xa0").replace(
            " »", "\xa0»"
        ) in (shown)


def test_a_draft_that_names_another_reference_is_not_complained_of(
    root: Client, of_withdrawn_roads: Competence
) -> None:
    road("departmental", (0.7, 45.25), (0.8, 45.25), slug="other-roads")
    sent = {**as_shown(of_withdrawn_roads), "reference": "other-roads", "verb": "draft"}
    drafted = root.post(f"/competences/{of_withdrawn_roads.pk}/", sent, follow=True)
    shown = drafted.content.decode()
    assert "«\xa0other-roads\xa0»" in shown
    assert shown.count(MISSING) == 1


def test_a_rule_about_a_reference_that_is_there_is_not_complained_of(root: Client) -> None:
    road("departmental", (0.7, 45.25), (0.8, 45.25), slug="our-roads")
    rule(level="region", condition="road", reference="our-roads")
    shown = root.get("/competences/").content.decode()
    assert MISSING not in shown
    assert "«\xa0our-roads\xa0»" in shown


def test_an_unknown_reference_is_refused(root: Client, of_withdrawn_roads: Competence) -> None:
    sent = {**as_shown(of_withdrawn_roads), "reference": "dragons", "verb": "save"}
    assert root.post(f"/competences/{of_withdrawn_roads.pk}/", sent).status_code == 400
