"""Answers to a category's questions: what the document says holds, and nothing else does."""

import json
import re
import uuid
from typing import Any

import pytest
from django.test import Client

from reports.models import Category, Choice, Competence, Question, Submission
from tests.world import World

LOCATE, SEND = "/api/v1/locate", "/api/v1/submissions"


@pytest.fixture
def asked(world: World) -> Question:
    """Voirie asks where; on the pavement, the région answers."""
    category = Category.objects.get(code="voirie")
    question = Question.objects.create(
        category=category, code="where", name_fr="Où ?", name_en="Where?"
    )
    for code in ("road", "pavement"):
        Choice.objects.create(question=question, code=code, name_fr=code, name_en=code)
    Competence.objects.create(
        category=category, level=world.editions["region"].level, priority=1,
        condition="answer", question=question, answers=["pavement"],
    )  # fmt: skip
    return question


def documented(client: Client) -> tuple[Any, Any]:
    """The schemas of the answers: as parameters of `locate`, and in the body of a submission."""
    document = client.get("/api/v1/openapi.json").json()
    parameters = document["paths"][LOCATE]["get"]["parameters"]
    [answers] = [one for one in parameters if one["name"] == "answers"]
    assert (answers["in"], answers["style"], answers["explode"]) == ("query", "form", True)
    body = document["components"]["schemas"]["SubmissionIn"]["properties"]["answers"]
    return answers["schema"], body


def locate(client: Client, **given: Any) -> Any:
    return client.get(LOCATE, {"lon": 0.75, "lat": 45.25, "category": "voirie", **given})


def send(client: Client, answers: Any) -> Any:
    body = {
        "client_uuid": str(uuid.uuid4()), "lon": 0.75, "lat": 45.25, "category": "voirie",
        "description": "Un trou", "answers": answers,
    }  # fmt: skip
    return client.post(SEND, json.dumps(body), content_type="application/json")


def test_the_document_keeps_its_other_parameters(client: Client, db: None) -> None:
    parameters = client.get("/api/v1/openapi.json").json()["paths"][LOCATE]["get"]["parameters"]
    names = [one["name"] for one in parameters]
    assert sorted(names) == sorted(
        ["lon", "lat", "category", "on", "accuracy_m", "side", "answers"]
    )


def test_a_parameter_of_the_documented_name_decides(client: Client, asked: Question) -> None:
    schema, _body = documented(client)
    [(pattern, value)] = schema["patternProperties"].items()
    name = f"answer-{asked.code}"
    assert re.search(pattern, name)
    found = {}
    for choice in asked.choices.all():
        assert re.search(value["pattern"], choice.code)
        route = locate(client, **{name: choice.code}).json()["route"]
        found[choice.code] = route["responsible"]["name"]
    assert found == {"road": "A", "pavement": "Région"}


def test_a_body_of_the_documented_answers_decides(client: Client, asked: Question) -> None:
    _schema, body = documented(client)
    [(pattern, value)] = body["patternProperties"].items()
    assert re.search(pattern, asked.code)
    assert re.search(value["pattern"], "pavement")
    assert send(client, {"where": "pavement"}).json()["responsible"] == "Région"
    assert Submission.objects.get().answers == {"where": "pavement"}
    assert send(client, {}).status_code == 201


@pytest.mark.parametrize("question", ["", "a b", "wh\u00e9re", "x" * 51, "where\0", "{where}"])
def test_what_the_documented_pattern_excludes_is_refused_by_its_name(
    client: Client, asked: Question, question: str
) -> None:
    schema, body = documented(client)
    [(pattern, _value)] = schema["patternProperties"].items()
    assert not re.search(pattern, f"answer-{question}")
    assert not re.search(next(iter(body["patternProperties"])), question)
    answer = locate(client, **{f"answer-{question}": "road"})
    assert answer.status_code == 400
    assert next(iter(answer.json()["errors"])).startswith("answer-")
    assert send(client, {question: "road"}).status_code == 400
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("question", "choice"),
    [("where", "moon"), ("where", ""), ("where", "x" * 60), ("whither", "road")],
)
def test_an_answer_that_the_category_does_not_have_is_refused(
    client: Client, asked: Question, question: str, choice: str
) -> None:
    answer = locate(client, **{f"answer-{question}": choice})
    assert list(answer.json()["errors"]) == [f"answer-{question}"]
    sent = send(client, {question: choice})
    assert sent.status_code == 400
    assert "answers" in next(iter(sent.json()["errors"]))
    assert not Submission.objects.exists()


def test_answers_want_their_category_and_there_may_be_so_many(
    client: Client, asked: Question
) -> None:
    schema, body = documented(client)
    assert locate(client, category="", **{"answer-where": "road"}).status_code == 400
    assert schema["maxProperties"] == body["maxProperties"]
    many = {f"q{number}": "x" for number in range(schema["maxProperties"] + 1)}
    assert send(client, many).status_code == 400
    answer = locate(client, **{f"answer-{name}": value for name, value in many.items()})
    assert answer.status_code == 400


def test_a_program_learns_the_codes_of_questions_and_choices(
    client: Client, asked: Question
) -> None:
    Choice.objects.create(
        question=asked, code="gone", name_fr="Jadis", name_en="Gone", is_active=False
    )
    Category.objects.filter(code="dechets").update(is_active=False)
    found = {row["code"]: row for row in client.get("/api/v1/categories").json()["categories"]}
    assert "dechets" not in found
    assert found["voirie"]["kind"] == "report"
    [question] = found["voirie"]["questions"]
    assert question["code"] == "where"
    assert [choice["code"] for choice in question["choices"]] == ["pavement", "road"]
    answers = {question["code"]: question["choices"][0]["code"]}
    assert send(client, answers).status_code == 201
