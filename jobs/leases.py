"""A job stays its worker's as long as the worker lives: its lease is short, and renewed while work goes on.

A worker that is killed leaves a lease that runs out within half a minute; one that hangs is killed by the
time limit of its task.
"""

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import Error, connections
from django.utils import timezone

from accounts.tenancy import unscoped
from jobs.models import Job, JobState

LEASE = timedelta(seconds=30)
# So that one renewal may fail.
RENEWALS_IN_A_LEASE = 3

logger = logging.getLogger(__name__)


@contextmanager
def held(job: Job, lease: timedelta) -> Iterator[None]:
    """Keeps a claimed job ours while the block runs."""
    over = threading.Event()
    # The try is the claim's number: whoever claims the job afterwards has another one.
    renewing = threading.Thread(
        target=_renew, args=(job.id, job.tries, lease, over), name="lease", daemon=True
    )
    renewing.start()
    try:
        yield
    finally:
        over.set()


def _renew(job_id: uuid.UUID, claim: int, lease: timedelta, over: threading.Event) -> None:
    while not over.wait(lease.total_seconds() / RENEWALS_IN_A_LEASE):
        try:
            _extend(job_id, claim, lease)
        except Error as error:
            logger.warning("the lease of job %s could not be renewed: %s", job_id, type(error).__name__)
        finally:
            # Nobody else uses this thread's connection, and minutes may pass until the next time.
            connections.close_all()


def _extend(job_id: uuid.UUID, claim: int, lease: timedelta) -> None:
    with unscoped("the job says which institution it belongs to"):
        ours = Job.objects.filter(id=job_id, state=JobState.RUNNING, tries=claim)
        ours.update(leased_until=timezone.now() + lease)
