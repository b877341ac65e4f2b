"""What the API refuses: under the name that was written, in the language that was asked for."""

import pytest
from django.test import Client

from tests.world import World

FRENCH = {"Accept-Language": "fr"}
DAY_FR = "Écrivez le jour sous la forme année-mois-jour, par exemple 2024-01-31."
DAY_EN = "Write the day as year-month-day, such as 2024-01-31."
LOCATE = "/api/v1/locate?lon=0.5&lat=45.5&"
BOUND = "Assurez-vous que cette valeur est inférieure ou égale à 500."


def refused(path: str, language: str) -> dict[str, list[str]]:
    answer = Client().get(path, headers={"Accept-Language": language})
    assert answer.status_code == 400, path
    assert answer["Content-Language"] == language
    errors: dict[str, list[str]] = answer.json()["errors"]
    return errors


@pytest.mark.parametrize(
    "path",
    [
        LOCATE,
        "/api/v1/areas?",
        "/api/v1/areas/commune/90001?",
        "/api/v1/areas/commune/90001/children?",
        "/api/v1/areas/commune/90001/parents?",
        "/api/v1/areas/commune/90001/neighbours?",
    ],
)
@pytest.mark.parametrize(
    "day", ["yesterday", "2024-02-30", "0000-00-00", "10000-01-01", "20240101", "0", "1e5", "", "٢"]
)
def test_a_day_that_is_none_is_refused_in_both_languages(world: World, path: str, day: str) -> None:
    assert refused(f"{path}on={day}", "en") == {"on": [DAY_EN]}
    assert refused(f"{path}on={day}", "fr") == {"on": [DAY_FR]}


@pytest.mark.parametrize(
    ("query", "name", "sentence"),
    [
        (f"{LOCATE}accuracy_m=NaN", "accuracy_m", "Saisissez un nombre."),
        (f"{LOCATE}accuracy_m=x", "accuracy_m", "Saisissez un nombre."),
        (f"{LOCATE}side={'x' * 200}", "side", "120 caractères au plus."),
        ("/api/v1/areas?limit=1.5", "limit", "Saisissez un nombre entier."),
        ("/api/v1/areas?limit=1e400", "limit", "Saisissez un nombre entier."),
        (f"/api/v1/areas?limit={'9' * 5000}", "limit", "Saisissez un nombre entier."),
        ("/api/v1/areas?limit=501", "limit", BOUND),
        ("/api/v1/submissions?limit=x", "limit", "Saisissez un nombre entier."),
        ("/api/v1/statistics/areas", "level", "Ce champ est obligatoire."),
        ("/api/v1/areas/commune/90001?geometry=x", "geometry", "Écrivez true ou false."),
    ],
)
def test_a_value_of_another_type_is_refused_in_french(
    world: World, query: str, name: str, sentence: str
) -> None:
    assert refused(query, "fr") == {name: [sentence]}


@pytest.mark.parametrize("query", ["", "lon=1e9&lat=1e9", "lon=45.5&lat=0.5"])
def test_a_place_that_is_none_names_both_its_parameters(world: World, query: str) -> None:
    assert list(refused(f"/api/v1/locate?{query}", "fr")) == ["lon", "lat"]


@pytest.mark.parametrize("name", ["q", "level", "code", "parent", "after"])
def test_a_character_that_no_text_has_is_refused_where_it_stands(world: World, name: str) -> None:
    assert refused(f"/api/v1/areas?{name}=a%00", "fr") == {
        name: ["Un caractère qu’aucun texte ne contient a été envoyé."]
    }


def test_what_is_sent_is_refused_by_the_names_of_the_body(world: World) -> None:
    body = {
        "client_uuid": "x", "lon": "a", "category": "x" * 51, "description": 5,
        "may_share_contact": "x", "answers": {"a": 5, "b": "!"},
    }  # fmt: skip
    answer = Client().post(
        "/api/v1/submissions", body, content_type="application/json", headers=FRENCH
    )
    assert answer.json()["errors"] == {
        "client_uuid": ["Saisissez un UUID valide."],
        "lon": ["Saisissez un nombre."],
        "lat": ["Ce champ est obligatoire."],
        "category": ["50 caractères au plus."],
        "description": ["Il faut un texte."],
        "may_share_contact": ["Écrivez true ou false."],
        "answers.a": ["Il faut un texte."],
        "answers.b": ["Ce n’est pas de la forme que décrit /api/v1/openapi.json."],
    }
