"""What a supervisor asks: does the process answer, and is everything it needs there?"""

from collections.abc import Callable

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

WORKER_SILENCE_S = 60
"""A job worker that has not been heard of for this long is taken for dead; it beats every 10 s."""


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """503 with a sentence for each part that is missing.

    The worker counts: without it nothing is lost, but no overlay is read and no mail leaves.
    """
    checks = {name: _said_by(check) for name, check in CHECKS.items()}
    is_ready = all(said == "ok" for said in checks.values())
    return JsonResponse({"ready": is_ready, **checks}, status=200 if is_ready else 503)


def _said_by(check: Callable[[], str]) -> str:
    try:
        return check()
    except Error as error:
        return f"The database does not answer: {type(error).__name__}."


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT postgis_lib_version()")
        cursor.fetchone()
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations wait: run manage.py migrate." if waiting else "ok"


def _worker() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [WORKER_SILENCE_S],
        )
        alive = cursor.fetchone()[0]
    return "ok" if alive else "No job worker runs: start manage.py procrastinate worker."


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "worker": _worker,
}
