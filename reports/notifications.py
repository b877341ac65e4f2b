"""Mails to residents, in the language they wrote in."""

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.models import Event, Submission

_TRACKING = "reports.tracking"


def tracking_token(submission: Submission) -> str:
    """What the secret link carries.  Signed, not stored; ends with the secret key's life."""
    return signing.dumps(submission.pk, salt=_TRACKING)


def read_tracking_token(token: str) -> int | None:
    """The submission's id, or None for a token that is not ours."""
    try:
        return int(signing.loads(token, salt=_TRACKING))
    except signing.BadSignature:
        return None


def tracking_url(submission: Submission) -> str:
    path = reverse("reports:tracked_submission", args=[tracking_token(submission)])
    return f"{settings.SITE_URL}{path}"


def send_confirmation(submission: Submission) -> None:
    """The reference, who answers and why, and the secret link."""
    with override(submission.language):
        subject = _("Received: %(ref)s") % {"ref": submission.ref}
        _send(submission, subject, "mail/confirmation.txt", {})


def send_news(event: Event) -> None:
    """A public reply or a new status."""
    submission = event.submission
    with override(submission.language):
        subject = _("News of %(ref)s: %(status)s") % {
            "ref": submission.ref,
            "status": submission.status_label,
        }
        _send(submission, subject, "mail/news.txt", {"event": event})


def _send(submission: Submission, subject: str, template: str, more: dict[str, object]) -> None:
    if not submission.reporter_email:
        return  # removed since the job was enqueued
    context = {
        "submission": submission,
        "url": tracking_url(submission),
        "site_name": settings.SITE_NAME,
        **more,
    }
    body = render_to_string(template, context)
    EmailMessage(f"[{settings.SITE_NAME}] {subject}", body, to=[submission.reporter_email]).send()
