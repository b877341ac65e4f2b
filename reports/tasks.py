"""Jobs around submissions: a few lines each, taking ids."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from reports import notifications, relinking, rerouting
from reports.models import Event, Submission

# A mail server that is away for an hour loses nothing.
_MAIL = RetryStrategy(max_attempts=8, exponential_wait=5)


@app.task(name="reports.send_confirmation", retry=_MAIL)
def send_confirmation(submission_id: int) -> None:
    notifications.send_confirmation(Submission.objects.get(pk=submission_id))


@app.task(name=rerouting.NEWS_TASK, retry=_MAIL)
def send_news(event_id: int) -> None:
    notifications.send_news(Event.objects.select_related("submission").get(pk=event_id))


@app.task(name="reports.relink", retry=3)
def relink(relinking_id: int) -> None:
    while relinking.advance(relinking_id):
        pass
