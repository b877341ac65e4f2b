"""What the resident answered to a category's questions: read, checked and described in one place.

In a query it is `answer-<question>=<choice>`, as the page's form sends it; in a body, a map.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from pydantic import StringConstraints

from geodata.problems import BadParameters
from reports.forms import ANSWER
from reports.models import Category

MOST_ANSWERS = 20
_CODE = r"[-a-zA-Z0-9_]{1,50}"
Code = Annotated[str, StringConstraints(pattern=f"^{_CODE}$")]
"""Of a question or a choice."""

IN_A_QUERY: dict[str, Any] = {
    "parameters": [
        {
            "in": "query",
            "name": "answers",
            "style": "form",
            "explode": True,
            "required": False,
            "schema": {
                "type": "object",
                "patternProperties": {
                    f"^{ANSWER}{_CODE}$": {"type": "string", "pattern": f"^{_CODE}$"}
                },
                "maxProperties": MOST_ANSWERS,
            },
            "description": f"What the category asks: `{ANSWER}<question>=<choice>`, by their codes."
            " Only with `category`; a question or choice that it does not have is refused.",
        }
    ]
}
"""For `openapi_extra`: OpenAPI's way to say that names of parameters follow a pattern."""


def answers_in(query: QueryDict, category: Category | None) -> dict[str, str]:
    """The answers of a query.  Raises BadParameters under the parameter's own name."""
    answers = {
        name.removeprefix(ANSWER): str(value)
        for name, value in query.items()
        if name.startswith(ANSWER)
    }
    problems = problems_of(answers, category)
    if problems:
        raise BadParameters({f"{ANSWER}{name[:60]}": [text] for name, text in problems.items()})
    return answers


def problems_of(answers: Mapping[str, str], category: Category | None) -> dict[str, str]:
    """Question → why its answer cannot be taken."""
    if not answers:
        return {}
    if len(answers) > MOST_ANSWERS:
        return {next(iter(answers)): _("At most %(most)d answers.") % {"most": MOST_ANSWERS}}
    if category is None:
        return dict.fromkeys(answers, _("Say which category asks this."))
    asked = {question.code: question for question in category.questions.asked()}
    problems = {}
    for code, given in answers.items():
        question = asked.get(code)
        if question is None:
            problems[code] = _("This category asks no such question.")
        elif given not in {choice.code for choice in question.choices.all()}:
            words = _("“%(question)s” has no such answer: choose one of the list.")
            problems[code] = words % {"question": question.name}
    return problems
