"""Which report a session has, and how far the next one is."""

from django.db.models import QuerySet

from exams.models import Session
from jobs.models import Job, JobState
from reports.models import Export, Report

# The final result comes first, the report after it; the proctoring app names both in its jobs.
KINDS = ("proctoring.finalise", "reports.render")


def latest_report(session: Session) -> Report | None:
    return _reports(session).order_by("-version").first()


def report_version(session: Session, version: int) -> Report | None:
    return _reports(session).filter(version=version).first()


def has_failed(session: Session) -> bool:
    """Whether the newest job for the report was given up."""
    newest = (
        Job.objects.filter(kind__in=KINDS, payload__session=str(session.id)).order_by("-created_at").first()
    )
    return newest is not None and newest.state == JobState.QUARANTINED


def exports() -> QuerySet[Export]:
    """Archives that were asked for, newest first, with all that a page shows of them."""
    return Export.objects.select_related("exam", "asked_by", "job").order_by("-created_at", "id")


def _reports(session: Session) -> QuerySet[Report]:
    return Report.objects.filter(session=session)
