"""POST /api/v1/submissions: the form's checks and the form's action, as JSON."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import Field, Schema, Status

from geodata.locating import NotHere
from geodata.problems import BadParameters
from reports.actions.submit import submit
from reports.api.answers import MOST_ANSWERS, Code, problems_of
from reports.api.features import router  # one router a path: GET stands there
from reports.coded import category_coded
from reports.forms import ANSWER, LONGEST_DESCRIPTION, SubmissionForm
from reports.outside import OutsideEveryArea, outside_sentence
from reports.routing import NotConcerned

__all__ = ["router"]


class SubmissionIn(Schema):
    client_uuid: UUID = Field(description="Made by the sender: a retry finds the first.")
    lon: float = Field(description="Longitude in degrees (EPSG:4326).")
    lat: float = Field(description="Latitude in degrees (EPSG:4326).")
    category: str = Field(description="Category code.", max_length=50)
    description: str = Field(max_length=LONGEST_DESCRIPTION)
    address: str = Field("", max_length=200)
    reporter_email: str = Field("", max_length=254)
    may_share_contact: bool = Field(
        False, description="Another collectivity may be given the address, should one answer."
    )
    accuracy_m: float | None = Field(
        None, ge=0, le=1_000_000, description="How exactly the position is known, in metres."
    )
    side: str = Field("", max_length=120, description="level:code of the side of a border.")
    addressed_to: str = Field(
        "", max_length=120, description="level:code of the concerned collectivity that is wanted."
    )
    answers: dict[Code, Code] = Field(
        {},
        max_length=MOST_ANSWERS,
        description="Question code → choice code. A question or choice that the category does not"
        " have is refused; nobody has to answer.",
    )


class SubmissionSent(Schema):
    ref: str
    url: str
    responsible: str | None
    reason: str


_ARGUMENTS = (
    "pin", "category", "description", "client_uuid", "address", "reporter_email", "accuracy_m",
    "side", "answers", "addressed_to", "may_share_contact",
)  # fmt: skip


@router.post(
    "/submissions",
    response={201: SubmissionSent, 200: SubmissionSent},
    summary="Send a submission",
)
def send_submission(request: HttpRequest, sent: SubmissionIn) -> Status[dict[str, Any]]:
    """201 when it is kept; 200 when the same `client_uuid` was kept before.  Photos go through
    the page."""
    _refuse_other_answers(sent)
    form = SubmissionForm(_as_form(sent), MultiValueDict())
    if not form.is_valid():
        errors = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
        raise BadParameters(errors)
    given = form.cleaned_data
    try:
        kept = submit(**{name: given[name] for name in _ARGUMENTS})
    except OutsideEveryArea:
        raise BadParameters({"lon": [outside_sentence(given["pin"])]}) from None
    except NotHere:
        raise BadParameters({"side": [_("That is not one of the areas at the point.")]}) from None
    except NotConcerned:
        sentence = _("That collectivity has no area at the point.")
        raise BadParameters({"addressed_to": [sentence]}) from None
    submission = kept.submission
    return Status(
        201 if kept.created else 200,
        {
            "ref": submission.ref,
            "url": request.build_absolute_uri(submission.get_absolute_url()),
            "responsible": submission.responsible.name if submission.responsible else None,
            "reason": submission.reason,
        },
    )


def _refuse_other_answers(sent: SubmissionIn) -> None:
    """What the page would leave out, a program has written on purpose: it is told."""
    category = category_coded(sent.category) if sent.answers else None
    if category is not None and category.is_active:  # another is refused by the form
        problems = problems_of(sent.answers, category)
        if problems:
            words = [f"{question}: {text}" for question, text in problems.items()]
            raise BadParameters({"answers": words})


def _as_form(sent: SubmissionIn) -> dict[str, Any]:
    """The body as the form's fields."""
    fields = sent.model_dump(mode="json", exclude={"answers"})
    answers = {f"{ANSWER}{question}": choice for question, choice in sent.answers.items()}
    return {**fields, **answers}
