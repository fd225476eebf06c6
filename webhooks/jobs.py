"""What the jobs of this app do, by name in `JOB_KINDS`."""

import uuid

from jobs.models import Job
from webhooks import delivering


def deliver(job: Job) -> None:
    delivering.attempt(uuid.UUID(job.payload["delivery"]))
