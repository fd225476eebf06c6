"""Celery's part: wake up and run one row, or sweep."""

from typing import Any

from celery import shared_task

from accounts.tasks import TenantTask
from jobs import services
from jobs.models import Job


@shared_task(base=TenantTask)
def run_job(job_id: str) -> None:
    services.run(job_id)


@shared_task
def sweep() -> int:
    return services.sweep()


def wake(job: Job) -> Any:
    return run_job.delay(str(job.id))
