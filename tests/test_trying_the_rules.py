"""The page on which staff see every rule that was considered."""

import pytest
from django.test import Client

from tests.roads import feature, road
from tests.test_who_answers import rule
from tests.world import World

TRY = "/competences/try/"


@pytest.fixture
def alice(client: Client, world: World) -> Client:
    client.force_login(world.user("alice"))
    return client


def test_every_rule_considered_is_told_with_its_reason(alice: Client) -> None:
    road("communal", (0.7, 45.25001), (0.8, 45.25001), ref="C 7")
    answer = alice.get(TRY, {"lon": "0.75", "lat": "45.25", "category": "voirie"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert (
        "La route la plus proche est une autre\u00a0: C 7 (voie communale), à 1,1\u00a0m." in page
    )
    assert "South n’est pas de la nature voulue." in page
    assert "Elle décide." in page
    assert "une autre passe avant" in page
    assert "A, car la voirie est une compétence communale" in page


def test_a_feature_without_a_name_is_called_by_its_reference(alice: Client) -> None:
    feature("POINT (0.75 45.25)", slug="park")
    rule(level="region", condition="beyond", reference="park", distance_m=30)
    page = alice.get("/competences/try/", {"lon": "0.75", "lat": "45.25", "category": "voirie"})
    assert "park est à 0\xa0m" in page.content.decode()


def test_another_day_has_other_areas(alice: Client) -> None:
    page = alice.get(TRY, {"lon": "0.75", "lat": "45.25", "on": "2010-01-01"}).content.decode()
    assert "en dehors du territoire" in page


def test_without_a_place_it_only_asks(alice: Client) -> None:
    assert alice.get(TRY).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"lon": "x", "lat": "45"},
        {"lon": "0.75"},
        {"lon": "0.75", "lat": "45.25", "category": "dragons"},
        {"lon": "0.75", "lat": "45.25", "on": "never"},
        {"lon": "0.75\0", "lat": "45.25"},
    ],
)
def test_what_is_no_question_is_refused(alice: Client, asked: dict[str, str]) -> None:
    assert alice.get(TRY, asked).status_code == 400


def test_a_side_that_is_elsewhere_is_said(alice: Client) -> None:
    asked = {"lon": "0.75", "lat": "45.25", "side": "commune:90004"}
    page = alice.get(TRY, asked).content.decode()
    assert "Ce n’est pas l’un des territoires" in page
