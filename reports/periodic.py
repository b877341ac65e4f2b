"""What is done by the clock."""

from procrastinate.contrib.django import app

from reports.actions.relink import start_begun_editions
from reports.pyramid import folding


@app.periodic(cron="7 * * * *")
@app.task(name="reports.start_begun_editions", queueing_lock="reports.start_begun_editions")
def begin_editions(timestamp: int) -> None:
    """Communes merge on 1 January: at seven past midnight, submissions follow."""
    start_begun_editions()


@app.periodic(cron="* * * * *")
@app.task(name="reports.fold_pyramid", queueing_lock="reports.fold_pyramid")
def fold_pyramid(timestamp: int) -> None:
    """Tiles are exact without it; it keeps what they have to add short."""
    folding.fold()
