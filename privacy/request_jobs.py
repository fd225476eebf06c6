"""The jobs that do what a candidate asked for about their data."""

from jobs.models import Job
from privacy.models import SubjectRequest
from privacy.services import erasing, handing_out


def erase(job: Job) -> None:
    request = _request(job)
    if request is not None:
        erasing.erase(request=request, job=job)


def make_copy(job: Job) -> None:
    request = _request(job)
    if request is not None:
        handing_out.make_copy(request=request, job=job)


def forget_copy(job: Job) -> None:
    request = _request(job)
    if request is not None:
        handing_out.forget_copy(request=request)


def _request(job: Job) -> SubjectRequest | None:
    return SubjectRequest.objects.select_related("candidate").filter(id=job.payload["request"]).first()
