"""Every kind of rule on toy squares, asked through the API."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from geodata.models import Collectivity, Level
from reports.models import Category, CategoryGroup, Cause, Choice, Competence, Question
from reports.rerouting import reroute
from reports.routing import Rulebook
from tests.roads import feature, road
from tests.submissions import pinned
from tests.world import World

IN_A = {"lon": 0.75, "lat": 45.25}


def route(client: Client, **asked: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/locate", {**IN_A, "category": "voirie", **asked})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()["route"]
    return found


def rule(**fields: Any) -> Competence:
    """A rule about voirie that goes before the default ones, unless `fields` say otherwise."""
    level = fields.pop("level", None)
    where = fields.pop("where_level", None)
    defaults = {"category": Category.objects.get(code="voirie"), "priority": 5}
    return Competence.objects.create(
        **{**defaults, **fields},
        level=Level.objects.get(code=level) if level else None,
        where_level=Level.objects.get(code=where) if where else None,
    )


def test_a_departmental_road_is_the_departements(client: Client, world: World) -> None:
    road("departmental", (0.7, 45.25005), (0.8, 45.25005), ref="D 904")
    found = route(client)
    assert found["responsible"]["code"] == "90"
    assert found["road"] == {
        "road_class": "departmental",
        "ref": "D 904",
        "name": "",
        "distance_m": 5.56,
    }
    assert "la route la plus proche est D 904 (route départementale) à 6\u00a0m" in found["reason"]
    assert found["runner_up"]["code"] == "90001"
    assert not found["to_verify"]


def test_a_communal_road_that_is_nearer_stays_the_communes(client: Client, world: World) -> None:
    road("departmental", (0.7, 45.2501), (0.8, 45.2501))
    road("communal", (0.7, 45.25001), (0.8, 45.25001))
    assert route(client)["responsible"]["code"] == "90001"


def test_a_national_road_is_the_states(client: Client, world: World) -> None:
    road("national", (0.7, 45.25), (0.8, 45.25), ref="N 165")
    found = route(client)
    assert found["responsible"]["code"] == "DIR"
    assert "la voirie lui revient" in found["reason"]


def test_without_roads_the_next_rule_answers_and_the_route_is_to_verify(
    client: Client, world: World
) -> None:
    found = route(client)
    assert found["responsible"]["code"] == "90001"
    assert found["to_verify"]


def test_a_broken_road_table_loses_nothing(client: Client, world: World) -> None:
    road("departmental", (0.7, 45.25), (0.8, 45.25))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE geodata_referencefeature RENAME COLUMN geom TO gone")
    found = route(client)
    assert found["responsible"]["code"] == "90001"
    assert found["to_verify"]


def test_other_roads_do_not_stand_in_for_the_reference_that_a_rule_names(
    client: Client, world: World
) -> None:
    road("communal", (0.7, 45.25), (0.8, 45.25))
    rule(level="departement", condition="road", road_classes=["rural"], reference="lanes")
    found = route(client)
    assert (found["responsible"]["code"], found["to_verify"]) == ("90001", True)


def test_the_roads_own_manager_answers(client: Client, world: World) -> None:
    rule(answers_by="road_manager", condition="road")
    manager = world.collectivity("commune", "90002")
    road("communal", (0.7, 45.25), (0.8, 45.25), manager=manager)
    assert route(client)["responsible"]["code"] == "90002"


def test_a_road_without_a_known_manager_leaves_the_route_to_verify(
    client: Client, world: World
) -> None:
    rule(answers_by="road_manager", condition="road")
    road("communal", (0.7, 45.25), (0.8, 45.25))
    found = route(client)
    assert (found["responsible"]["code"], found["to_verify"]) == ("90001", True)


def test_where_nobody_answers_the_route_is_to_verify(client: Client, world: World) -> None:
    Competence.objects.all().delete()
    found = route(client)
    assert (found["responsible"], found["to_verify"]) == (None, True)
    submission = pinned(0.75, 45.25)
    assert submission.responsible is None
    assert submission.is_to_verify
    assert submission.route["to_verify"]
    client.force_login(world.user("root"))
    for path in (f"/triage/{submission.ref}/", "/competences/try/?lon=0.75&lat=45.25"):
        page = client.get(path).content.decode()
        assert "Aucune règle ne mène à quiconque ici" in page
        assert "Une règle qui passe avant" not in page


def test_where_nobody_would_answer_any_more_who_did_goes_on_and_it_is_to_verify(
    world: World,
) -> None:
    submission = pinned(0.75, 45.25, category="dechets")
    assert not submission.is_to_verify
    Competence.objects.all().delete()
    assert reroute([submission.pk], Rulebook.current(), cause=Cause.COMPETENCE) == 0
    submission.refresh_from_db()
    assert str(submission.responsible) == "South"
    assert submission.is_to_verify


def test_in_a_metropole_voirie_is_metropolitan(client: Client, world: World) -> None:
    Collectivity.objects.filter(code="200000001").update(nature="metropole")
    assert route(client)["reason"] == (
        "South, car la voirie est une compétence métropolitaine et le point est à A (90001)"
    )
    english = client.get(
        "/api/v1/locate", {**IN_A, "category": "voirie"}, headers={"Accept-Language": "en"}
    )
    assert english.json()["route"]["reason"] == (
        "South, because road maintenance is a duty of the métropole and the pin is in A (90001)"
    )


def test_a_delegation_is_one_row_of_many_communes(client: Client, world: World) -> None:
    rule(
        level="epci",
        where_level="commune",
        where_codes=["90001", "90003"],
        is_delegation=True,
        valid_from=date(2015, 1, 1),
    )
    found = route(client)
    assert found["responsible"]["code"] == "200000001"
    assert "une délégation lui confie la voirie depuis le 1er janvier 2015" in found["reason"]
    assert route(client, lon=1.75)["responsible"]["code"] == "90002"


def test_a_rule_holds_between_its_dates(client: Client, world: World) -> None:
    rule(level="region", valid_from=date(2019, 1, 1), valid_to=date(2020, 1, 1))
    answers = {
        day: route(client, on=day)["responsible"]["code"]
        for day in ("2018-12-31", "2019-01-01", "2019-12-31", "2020-01-01")
    }
    assert list(answers.values()) == ["90001", "99", "99", "90001"]


def test_a_rule_for_a_group_goes_for_its_categories(client: Client, world: World) -> None:
    rule(category=None, group=CategoryGroup.objects.get(code="rue"), level="region")
    assert route(client)["responsible"]["code"] == "99"
    assert route(client, category="proprete")["responsible"]["code"] == "99"
    assert route(client, category="dechets")["responsible"]["code"] == "200000001"


@pytest.mark.parametrize(
    ("condition", "near", "far"), [("within", "99", "90001"), ("beyond", "90001", "99")]
)
def test_a_rule_near_or_far_from_a_feature(
    client: Client, world: World, condition: str, near: str, far: str
) -> None:
    rule(level="region", condition=condition, reference="schools", distance_m=30)
    feature("POINT (0.75 45.25)", slug="schools", name="Lycée")
    assert route(client)["responsible"]["code"] == near
    assert route(client, lon=0.76)["responsible"]["code"] == far


def test_a_missing_reference_is_neither_near_nor_far(client: Client, world: World) -> None:
    rule(level="region", condition="beyond", reference="schools", distance_m=30)
    found = route(client)
    assert (found["responsible"]["code"], found["to_verify"]) == ("90001", True)


def test_an_answer_of_the_resident_decides(client: Client, world: World) -> None:
    question = Question.objects.create(
        category=Category.objects.get(code="voirie"), code="where", name_fr="Où ?", name_en="Where?"
    )
    for code in ("school", "other"):
        Choice.objects.create(question=question, code=code, name_fr=code, name_en=code)
    rule(level="region", condition="answer", question=question, answers=["school"])
    assert route(client)["responsible"]["code"] == "90001"
    assert route(client, **{"answer-where": "school"})["responsible"]["code"] == "99"
    assert route(client, **{"answer-where": "other"})["responsible"]["code"] == "90001"


def test_a_rule_of_a_deleted_collectivity_is_passed_over_and_said(
    client: Client, world: World
) -> None:
    body = Collectivity.objects.create(code="SYN", name="Syndicat des rues")
    gone = rule(answers_by="collectivity", collectivity=body)
    assert route(client)["responsible"]["code"] == "SYN"
    body.delete()
    found = route(client)
    assert (found["responsible"]["code"], found["to_verify"]) == ("90001", True)
    gone.refresh_from_db()
    assert gone.has_lost_its_collectivity
    assert gone.target == "Syndicat des rues"


def test_a_phones_accuracy_widens_the_border(client: Client, world: World) -> None:
    """Twenty metres from the border of A and B: one side, until the phone is less sure."""
    near_border = {"lon": 0.99975, "lat": 45.25}
    assert not client.get("/api/v1/locate", near_border).json()["border"]
    wide = client.get("/api/v1/locate", {**near_border, "accuracy_m": 25}).json()
    assert wide["sides"] == ["commune:90001", "commune:90002"]
    assert not client.get("/api/v1/locate", {**near_border, "accuracy_m": 15}).json()["border"]


def test_the_side_that_is_named_answers_at_every_level(client: Client, world: World) -> None:
    """On the line between C and A, which is also that between the two EPCIs."""
    on_line = {"lon": 0.25, "lat": 46, "category": "dechets"}
    assert route(client, **on_line)["responsible"]["code"] == "200000002"
    assert route(client, **on_line, side="commune:90001")["responsible"]["code"] == "200000001"


@pytest.mark.parametrize("side", ["commune:90004", "nonsense", "commune:", "a\0b:c"])
def test_a_side_that_is_elsewhere_is_refused(client: Client, world: World, side: str) -> None:
    answer = client.get("/api/v1/locate", {"lon": 0.25, "lat": 46, "side": side})
    assert answer.status_code == 400
    assert "side" in answer.json()["errors"]


@pytest.mark.parametrize("accuracy", ["-1", "nan", "inf", "many"])
def test_an_accuracy_that_is_none_is_refused(client: Client, world: World, accuracy: str) -> None:
    answer = client.get("/api/v1/locate", {**IN_A, "accuracy_m": accuracy})
    assert answer.status_code == 400
