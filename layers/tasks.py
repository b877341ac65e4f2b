"""Jobs around overlays: a few lines each, taking ids."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from layers import importing

_TRIES = RetryStrategy(max_attempts=3, wait=5)


@app.task(name=importing.READ_TASK, retry=_TRIES)
def read_import(import_id: int) -> None:
    importing.read(import_id)


@app.task(name=importing.GENERALISE_TASK, retry=2)
def generalise_import(import_id: int) -> None:
    importing.generalise(import_id)


@app.periodic(cron="23 * * * *")
@app.task(name="layers.tasks.generalise_waiting", queueing_lock="layers.generalise_waiting")
def generalise_waiting(timestamp: int) -> None:
    """For versions from before there were steps, and for jobs that used up their tries."""
    importing.generalise_waiting()


@app.periodic(cron="*/2 * * * *")
@app.task(name="layers.tasks.end_dead_imports", queueing_lock="layers.end_dead_imports")
def end_dead_imports(timestamp: int) -> None:
    """For jobs that used up their tries, or whose row is gone."""
    importing.end_dead_imports()
