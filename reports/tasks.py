"""Jobs around submissions: a few lines each, taking ids."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from geodata.models import Edition
from reports import linking, notifications
from reports.models import Event, Submission

# A mail server that is away for an hour loses nothing.
_MAIL = RetryStrategy(max_attempts=8, exponential_wait=5)


@app.task(name="reports.send_confirmation", retry=_MAIL)
def send_confirmation(submission_id: int) -> None:
    notifications.send_confirmation(Submission.objects.get(pk=submission_id))


@app.task(name="reports.send_news", retry=_MAIL)
def send_news(event_id: int) -> None:
    notifications.send_news(Event.objects.select_related("submission").get(pk=event_id))


@app.task(name="reports.link_to_edition", retry=3)
def link_to_edition(edition_id: int) -> None:
    edition = Edition.objects.select_related("level").filter(pk=edition_id).first()
    if edition is not None:  # rolled back meanwhile: its links went with it
        linking.link_to(edition)
