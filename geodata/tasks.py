"""Jobs around the ground: a few lines each, taking ids."""

from procrastinate.contrib.django import app

from geodata import checking, editions, generalised
from geodata.models import Edition


@app.task(name=editions.CHECK_TASK, retry=2)
def check_edition(edition_id: int) -> None:
    edition = Edition.objects.select_related("level").filter(pk=edition_id).first()
    if edition is not None:  # rolled back meanwhile
        checking.check(edition)


@app.task(name=editions.GENERALISE_TASK, retry=2)
def generalise_edition(edition_id: int) -> None:
    edition = Edition.objects.filter(pk=edition_id).first()
    if edition is not None:  # rolled back meanwhile
        generalised.generalise(edition)


@app.periodic(cron="17 * * * *")
@app.task(name="geodata.tasks.generalise_waiting", queueing_lock="geodata.generalise_waiting")
def generalise_waiting(timestamp: int) -> None:
    """For editions from before there were steps, and for jobs that used up their tries."""
    generalised.generalise_waiting()
