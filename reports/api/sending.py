"""POST /api/v1/submissions: the form's checks and the form's action, as JSON."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja import Field, Schema, Status

from reports.actions.submit import OutsideEveryArea, submit
from reports.api.errors import BadParameters
from reports.api.features import router  # one router a path: GET stands there
from reports.forms import LONGEST_DESCRIPTION, SubmissionForm
from reports.outside import outside_sentence

__all__ = ["router"]


class SubmissionIn(Schema):
    client_uuid: UUID = Field(description="Made by the sender: a retry finds the first.")
    lon: float = Field(description="Longitude in degrees (EPSG:4326).")
    lat: float = Field(description="Latitude in degrees (EPSG:4326).")
    category: str = Field(description="Category code.", max_length=50)
    description: str = Field(max_length=LONGEST_DESCRIPTION)
    address: str = Field("", max_length=200)
    reporter_email: str = Field("", max_length=254)


class SubmissionSent(Schema):
    ref: str
    url: str
    responsible: str | None
    reason: str


@router.post(
    "/submissions",
    response={201: SubmissionSent, 200: SubmissionSent},
    summary="Send a submission",
)
def send_submission(request: HttpRequest, sent: SubmissionIn) -> Status[dict[str, Any]]:
    """201 when it is kept; 200 when the same `client_uuid` was kept before.  Photos go through
    the page."""
    form = SubmissionForm(sent.model_dump(mode="json"), MultiValueDict())
    if not form.is_valid():
        errors = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
        raise BadParameters(errors)
    given = form.cleaned_data
    names = ("pin", "category", "description", "client_uuid", "address", "reporter_email")
    try:
        kept = submit(**{name: given[name] for name in names})
    except OutsideEveryArea:
        raise BadParameters({"lon": [outside_sentence(given["pin"])]}) from None
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
