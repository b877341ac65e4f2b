"""Jobs around the ground: a few lines each, taking ids."""

from procrastinate.contrib.django import app

from geodata import checking, editions
from geodata.models import Edition


@app.task(name=editions.CHECK_TASK, retry=2)
def check_edition(edition_id: int) -> None:
    edition = Edition.objects.select_related("level").filter(pk=edition_id).first()
    if edition is not None:  # rolled back meanwhile
        checking.check(edition)
