"""GET /api/v1/locate on toy squares."""

import pytest
from django.test import Client

from reports.models import AnswersBy, Category, Competence
from tests.world import World

LOCATE = "/api/v1/locate"


def test_it_names_every_area_who_answers_and_why(client: Client, world: World) -> None:
    answer = client.get(LOCATE, {"lon": 0.75, "lat": 45.25, "category": "dechets"})
    assert answer.status_code == 200
    found = answer.json()
    assert [(area["level"], area["code"]) for area in found["areas"]] == [
        ("region", "99"),
        ("departement", "90"),
        ("epci", "200000001"),
        ("canton", "9001"),
        ("commune", "90001"),
    ]
    assert found["areas"][3]["collectivity"] is None
    assert found["areas"][4]["edition"] == "2018-01-01"
    assert found["border"] is False
    assert found["route"]["responsible"] == {"level": "epci", "code": "200000001", "name": "South"}
    assert found["route"]["reason"] == (
        "South, car la collecte des déchets est une compétence intercommunale"
        " et le point est à A (90001)"
    )


def test_the_reason_speaks_the_readers_language(client: Client, world: World) -> None:
    answer = client.get(
        LOCATE,
        {"lon": 0.75, "lat": 45.25, "category": "eclairage"},
        headers={"Accept-Language": "en"},
    )
    assert answer.json()["route"]["reason"] == (
        "A, because street lighting is a duty of the municipality and the pin is in A (90001)"
    )


def test_without_a_category_the_general_rule_answers(client: Client, world: World) -> None:
    route = client.get(LOCATE, {"lon": 0.75, "lat": 45.25}).json()["route"]
    assert route["responsible"]["code"] == "90001"
    assert "aucune règle plus précise" in route["reason"]


def test_a_point_on_a_border_names_all_sides_and_one_owner(client: Client, world: World) -> None:
    found = client.get(LOCATE, {"lon": 0.25, "lat": 46}).json()
    communes = [(a["code"], a["is_owner"]) for a in found["areas"] if a["level"] == "commune"]
    assert communes == [("90003", True), ("90001", False)]
    assert found["border"] is True
    assert found["route"]["responsible"]["code"] == "90003"


def test_a_point_outside_every_area_says_so(client: Client, world: World) -> None:
    found = client.get(LOCATE, {"lon": 30, "lat": 30}).json()
    assert found["areas"] == []
    assert found["route"]["responsible"] is None
    assert "en dehors du territoire couvert\u00a0; le plus proche est" in found["route"]["reason"]


def test_a_rule_for_one_collectivity_goes_by_its_priority(client: Client, world: World) -> None:
    """A delegation is one row: the département answers for lighting here."""
    Competence.objects.create(
        category=Category.objects.get(code="eclairage"),
        answers_by=AnswersBy.COLLECTIVITY,
        collectivity=world.collectivity("departement", "90"),
        priority=50,
    )
    route = client.get(LOCATE, {"lon": 0.75, "lat": 45.25, "category": "eclairage"}).json()["route"]
    assert route["responsible"] == {"level": "departement", "code": "90", "name": "Département"}
    assert "l’éclairage public lui revient" in route["reason"]


def test_a_level_without_ground_here_falls_to_the_next_rule(client: Client, world: World) -> None:
    """Outside every EPCI, the commune's general competence answers for waste."""
    world.editions["epci"].delete()
    route = client.get(LOCATE, {"lon": 0.75, "lat": 45.25, "category": "dechets"}).json()["route"]
    assert route["responsible"]["code"] == "90001"


def test_another_day_has_other_areas(client: Client, world: World) -> None:
    found = client.get(LOCATE, {"lon": 0.75, "lat": 45.25, "on": "2017-12-31"}).json()
    assert found["areas"] == []


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({}, "longitude"),
        ({"lon": "0.5"}, "latitude"),
        ({"lon": "abc", "lat": "45"}, "lon"),
        ({"lon": "nan", "lat": "45"}, "lon"),
        ({"lon": "inf", "lat": "45"}, "lon"),
        ({"lon": "0.5", "lat": "100"}, "lat"),
        ({"lon": "45.5", "lat": "0.5"}, "interverties"),
        ({"lon": "0.5", "lat": "45.5", "category": "dragons"}, "dragons"),
        ({"lon": "0.5", "lat": "45.5", "category": "a\0b"}, "category"),
        ({"lon": "0.5", "lat": "45.5", "on": "yesterday"}, "on"),
        ({"lon": "0.5\0", "lat": "45.5"}, "lon"),
    ],
)
def test_what_cannot_be_a_point_is_refused_with_a_sentence(
    client: Client, world: World, query: dict[str, str], word: str
) -> None:
    answer = client.get(LOCATE, query)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert word in answer.json()["detail"]
