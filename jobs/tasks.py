"""Celery's part: wake up and run one row, drain a pool, or sweep."""

from datetime import timedelta
from functools import partial
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.tasks import BROKER, TenantTask
from jobs import pools, services
from jobs.models import Job

DRAIN_FOR_S = 30
KEPT = timedelta(days=30)


@shared_task(base=TenantTask)
def run_job(job_id: str) -> None:
    services.run(job_id)


@shared_task
def sweep() -> int:
    return services.sweep()


@shared_task
def drain(kind: str) -> int:
    """A worker drains for a while and then takes the next message, so that it can be stopped and recycled."""
    return pools.drain(kind, is_over=pools.time_is_up(DRAIN_FOR_S))


@shared_task
def forget_done() -> int:
    return services.forget_done(before=timezone.now() - KEPT)


def wake(job: Job) -> Any:
    if job.kind in settings.JOB_POOLS:
        return BROKER.ask(partial(drain.apply_async, (job.kind,), expires=DRAIN_FOR_S))
    return run_job.delay(str(job.id))
