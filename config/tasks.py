"""Jobs that keep the queue itself in order."""

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

MAX_LIVES = 3
"""A job that took this many workers down with it is not tried again."""


@app.periodic(cron="* * * * *")
@app.task(
    name="config.tasks.retry_jobs_of_dead_workers",
    queueing_lock="retry_jobs_of_dead_workers",
    pass_context=True,
)
async def retry_jobs_of_dead_workers(context: JobContext, timestamp: int) -> None:
    """Puts back what a worker left half done when it was killed or its machine went down."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.attempts + 1 >= MAX_LIVES:
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job)
