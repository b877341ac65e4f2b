"""Numbers are written as the language of their sentence writes them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from geodata.findings import misfit_sentence
from geodata.numbers import in_words
from tests.roads import feature, road
from tests.test_who_answers import IN_A, route, rule
from tests.world import World

SCHOOL = "POINT (0.75 45.25)"


def read_in(language: str, client: Client) -> None:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language


@pytest.mark.parametrize(
    ("number", "decimals", "en", "fr"),
    [
        (0, 1, "0", "0"),
        (Decimal(0), 1, "0", "0"),
        (-0.04, 1, "0", "0"),
        (12, 2, "12", "12"),
        (Decimal("12.50"), 2, "12.5", "12,5"),
        (12.345, 1, "12.3", "12,3"),
        (100.0, 1, "100", "100"),
        (1234.5, 1, "1,234.5", "1\xa0234,5"),
        (1_234_567, 0, "1,234,567", "1\xa0234\xa0567"),
    ],
)
def test_a_number_in_words(number: Any, decimals: int, en: str, fr: str) -> None:
    with translation.override("en"):
        assert in_words(number, decimals=decimals) == en
    with translation.override("fr"):
        assert in_words(number, decimals=decimals) == fr


def test_a_rules_distance_stands_in_the_reason_as_it_was_written(
    client: Client, world: World
) -> None:
    feature(SCHOOL, slug="schools")
    rule(level="region", condition="within", reference="schools", distance_m=12.5)
    assert "12,5\xa0m" in route(client)["reason"]
    read_in("en", client)
    assert "12.5\xa0m" in route(client)["reason"]


def test_far_from_everything_it_has_its_thousands(client: Client, world: World) -> None:
    feature("POINT (1.9 46.9)", slug="schools")
    rule(level="region", condition="beyond", reference="schools", distance_m=1500)
    assert "1\xa0500\xa0m" in route(client)["reason"]
    read_in("en", client)
    assert "1,500\xa0m" in route(client)["reason"]


@pytest.mark.parametrize(("language", "metres"), [("fr", "12,5"), ("en", "12.5")])
def test_the_pages_of_the_rules_speak_one_language(
    client: Client, world: World, language: str, metres: str
) -> None:
    client.force_login(world.user("root"))
    feature("POINT (0.7501 45.25)", slug="schools")
    rule(level="region", condition="beyond", reference="schools", distance_m=12.5)
    read_in(language, client)
    listed = client.get("/competences/").content.decode()
    assert metres in listed
    asked = {**IN_A, "category": "voirie"}
    tried = client.get("/competences/try/", asked).content.decode()
    assert metres in tried


def test_a_distance_of_nothing_is_told(client: Client, world: World) -> None:
    """Exactly on the road and on the feature: whole metres, whatever type they have."""
    client.force_login(world.user("root"))
    road("communal", (0.7, 45.25), (0.8, 45.25), ref="C 7")
    feature(
        "POLYGON ((0.7 45.2, 0.8 45.2, 0.8 45.3, 0.7 45.3, 0.7 45.2))", slug="park", name="Parc"
    )
    rule(level="region", condition="beyond", reference="park", distance_m=30)
    page = client.get("/competences/try/", {**IN_A, "category": "voirie"})
    assert page.status_code == 200
    shown = page.content.decode()
    assert re.search(r"C 7 \([^)]+\), à 0\xa0m", shown)
    assert "Parc est à 0\xa0m" in shown


@pytest.mark.parametrize(("language", "km"), [("fr", "55,3"), ("en", "55.3")])
def test_how_far_outside_a_pin_lies(client: Client, world: World, language: str, km: str) -> None:
    client.force_login(world.user("root"))
    read_in(language, client)
    asked = {"lon": "0.5", "lat": "44.5025"}
    shown = client.get("/competences/try/", asked).content.decode()
    assert f"{km} km" in shown.replace("\xa0", " ")


def test_a_check_of_an_edition_speaks_the_readers_language() -> None:
    with translation.override("en"):
        assert "1,234,567 m², 2.5 m" in misfit_sentence("overlap", ["A", "B"], 1_234_567, 2.5)
    with translation.override("fr"):
        said = misfit_sentence("overlap", ["A", "B"], 1_234_567, 2.5)
        assert said.replace("\xa0", " ").count("1 234 567 m") == 1
        assert "2,5" in said
