"""A rule whose collectivity or reference is gone is said, mended and deleted on our own pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from geodata.models import Collectivity
from reports.competence_form import initial_of
from reports.models import Competence, DraftedChange
from tests.test_who_answers import rule
from tests.world import World


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
