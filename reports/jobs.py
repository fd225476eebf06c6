"""The job that makes a session's report."""

from exams.models import Session
from jobs.models import Job
from reports import services


def render(job: Job) -> None:
    """A session that was deleted meanwhile needs no report."""
    session = (
        Session.objects.select_related("exam__institution", "candidate")
        .filter(id=job.payload["session"])
        .first()
    )
    if session is not None:
        services.make_report(session=session)
