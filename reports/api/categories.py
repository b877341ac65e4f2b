"""GET /api/v1/categories: what can be sent, and what is asked about it, by the codes that count."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from reports.models import Category, Question

router = Router(tags=["submissions"])


class NamedOut(Schema):
    code: str
    name_fr: str
    name_en: str


class QuestionOut(NamedOut):
    choices: list[NamedOut] = Field(description="The answers on offer, in the page's order.")


class CategoryOut(NamedOut):
    kind: str
    group: NamedOut | None
    questions: list[QuestionOut] = Field(description="Nobody has to answer.")


class CategoriesOut(Schema):
    categories: list[CategoryOut]


@router.get("/categories", response=CategoriesOut, summary="What can be sent")
def list_categories(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """Those that residents are offered, in the order of the page, with the questions they ask."""
    response["Access-Control-Allow-Origin"] = "*"
    asked = Prefetch("questions", Question.objects.asked(), to_attr="asked_questions")
    rows = Category.objects.active().select_related("group").prefetch_related(asked)
    return {"categories": [_category(row) for row in rows]}


def _category(row: Any) -> dict[str, Any]:
    return {
        **_named(row),
        "kind": row.kind,
        "group": _named(row.group) if row.group else None,
        "questions": [
            {**_named(question), "choices": [_named(one) for one in question.choices.all()]}
            for question in row.asked_questions
        ],
    }


def _named(row: Any) -> dict[str, str]:
    return {"code": row.code, "name_fr": row.name_fr, "name_en": row.name_en}
