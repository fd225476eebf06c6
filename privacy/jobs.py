"""The rows of `jobs.Job` that are ours to do."""

from jobs.models import Job
from privacy.models import PurgeRun
from privacy.services import purging


def purge(job: Job) -> None:
    run = PurgeRun.objects.filter(id=job.payload["run"]).first()
    if run is not None:
        purging.go_on(run=run, job=job)
