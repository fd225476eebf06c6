"""The rows of `jobs.Job` that are ours to do."""

from exams.models import Session
from jobs.models import Job
from proctoring import services
from proctoring.services import alerting, breaks, joining, keeping, presence, tidying
from proctoring.services.id_cards import forget_old_card
from proctoring.services.templates import forget_unused_template


def expire(job: Job) -> None:
    """A session that was erased meanwhile has no time that could run out."""
    session = Session.objects.filter(id=job.payload["session"]).first()
    if session is not None:
        services.expire_session(session=session)


def alert(job: Job) -> None:
    """Of a session that was deleted meanwhile nobody is told."""
    session = Session.objects.select_related("exam", "candidate").filter(id=job.payload["session"]).first()
    if session is not None:
        alerting.send_alert(session=session)


def finalise(job: Job) -> None:
    """A session that was erased meanwhile has no result."""
    if Session.objects.filter(id=job.payload["session"]).exists():
        services.finalise(session_id=job.payload["session"])


def join_recordings(job: Job) -> None:
    """A session that was deleted meanwhile has nothing to join."""
    session = Session.objects.select_related("exam").filter(id=job.payload["session"]).first()
    if session is not None:
        joining.join(session=session, job=job)


def note_move(job: Job) -> None:
    """Another device took the sitting over: a fact in its log."""
    session = Session.objects.select_related("exam", "candidate").filter(id=job.payload["session"]).first()
    if session is not None:
        presence.note_moved(session=session, at_ms=job.payload["at_ms"])


def end_break(job: Job) -> None:
    """A candidate who came back earlier, or took another break since, is left alone."""
    session = Session.objects.filter(id=job.payload["session"]).first()
    if session is not None:
        breaks.end_break(session=session, number=job.payload["number"])


def tidy_recordings(job: Job) -> None:
    """A session that was deleted meanwhile has nothing to tidy."""
    session = Session.objects.select_related("exam").filter(id=job.payload["session"]).first()
    if session is not None:
        tidying.tidy(session=session)


def forget_face(job: Job) -> None:
    """With a session that was erased meanwhile its template went."""
    session = Session.objects.filter(id=job.payload["session"]).first()
    if session is not None:
        forget_unused_template(session=session)


def forget_card(job: Job) -> None:
    """With a session that was erased meanwhile its pictures went."""
    session = Session.objects.select_related("exam").filter(id=job.payload["session"]).first()
    if session is not None:
        forget_old_card(session=session)


def store_file(job: Job) -> None:
    keeping.store_waiting(file_id=job.payload["file"], storage_key=job.payload["key"])


def drop_file(job: Job) -> None:
    keeping.delete_stored(storage_key=job.payload["key"])
