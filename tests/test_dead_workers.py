"""A worker that is killed leaves its job to the next one, and a job that kills is given up."""

from collections.abc import Callable

from django.db import connection

from config.tasks import retry_jobs_of_dead_workers
from layers import importing
from layers.models import ImportState
from tests import overlays
from tests.world import World


def _left_behind_by_a_dead_worker(attempts: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL, attempts = %s"
            " WHERE task_name = %s",
            [attempts, importing.READ_TASK],
        )


def _state_of_the_job() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status FROM procrastinate_jobs WHERE task_name = %s", [importing.READ_TASK]
        )
        return str(cursor.fetchone()[0])


def test_import_of_a_killed_worker_is_read_by_the_next(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    overlay_import = overlays.uploaded(live_world)
    _left_behind_by_a_dead_worker(attempts=0)
    retry_jobs_of_dead_workers.defer(timestamp=0)
    run_jobs()
    overlay_import.refresh_from_db()
    assert overlay_import.state == ImportState.READ


def test_job_that_kills_its_workers_is_given_up(
    live_world: World, run_jobs: Callable[[], None]
) -> None:
    overlays.uploaded(live_world)
    _left_behind_by_a_dead_worker(attempts=2)
    retry_jobs_of_dead_workers.defer(timestamp=0)
    run_jobs()
    assert _state_of_the_job() == "failed"
