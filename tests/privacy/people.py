"""Candidates with everything that can be held about them, and requests about it."""

from typing import Any

from exams.models import Candidate, Session
from jobs import services as jobs
from jobs.models import Job, JobState
from privacy.models import RequestKind, SubjectRequest
from privacy.services import requesting
from reports import services as reports
from tests.reports.sittings import make_finished_sitting
from webhooks.models import Event


def make_person(name: str = "Dana Candidate", sittings: int = 1) -> Candidate:
    """Somebody who sat so many exams, each with a report."""
    first = make_finished_sitting(name=name)
    reports.make_report(session=first)
    candidate = first.candidate
    candidate.external_id = f"matriculation-{name.split()[0].lower()}-4711"
    candidate.email = f"{name.split()[0].lower()}@people.example"
    candidate.save()
    for _ in range(sittings - 1):
        other = make_finished_sitting(name=name)
        Session.objects.filter(id=other.id).update(candidate=candidate)
        Candidate.objects.filter(id=other.candidate_id).delete()
        reports.make_report(session=Session.objects.select_related("exam__institution").get(id=other.id))
    return candidate


def make_request(kind: str = RequestKind.ERASURE, **options: Any) -> SubjectRequest:
    """With the identity confirmed."""
    request = requesting.open_request(
        **{"kind": kind, "candidate": None, "actor": None, "words": "Please.", **options}
    )
    return requesting.confirm_identity(request=request, how="Answered from the known address.", actor=None)


def run_job(kind: str) -> Job:
    """The newest job of a kind, once."""
    job = Job.objects.filter(kind=kind).order_by("-created_at")[0]
    jobs.run(job.id)
    job.refresh_from_db()
    return job


def events_of(session: Session) -> int:
    return Event.objects.filter(data__session=str(session.id)).count()


def is_done(job: Job) -> bool:
    return job.state == JobState.DONE
