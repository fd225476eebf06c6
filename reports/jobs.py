"""The jobs that make a session's report, and an archive of an exam's reports."""

from exams.models import Session
from jobs.models import Job
from jobs.storage import storage_at_hand
from reports import services
from reports.models import Export
from reports.services import exporting


def render(job: Job) -> None:
    """A session that was deleted meanwhile needs no report."""
    session = (
        Session.objects.select_related("exam__institution", "candidate")
        .filter(id=job.payload["session"])
        .first()
    )
    if session is not None:
        with storage_at_hand():
            services.make_report(session=session)


def export(job: Job) -> None:
    """An archive that is there already, or that nobody wants any more, is not made."""
    wanted = _export(job)
    if wanted is None or wanted.ready_at or wanted.cancelled_at:
        return
    try:
        with storage_at_hand():
            exporting.make_archive(export=wanted, job=job)
    except exporting.Cancelled:
        return


def forget_export(job: Job) -> None:
    wanted = _export(job)
    if wanted is not None:
        exporting.forget_file(export=wanted)


def _export(job: Job) -> Export | None:
    return Export.objects.select_related("exam").filter(id=job.payload["export"]).first()
