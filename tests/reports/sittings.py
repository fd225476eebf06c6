"""A sitting that has ended, made the way the product makes it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from exams import services as exams
from exams.models import Session
from exams.notices import notice_for
from exams.states import SessionState
from jobs import services as jobs
from proctoring import services as proctoring
from proctoring.models import Flag, Observation
from tests.factories import make_exam, make_session
from tests.proctoring.session_rows import make_evidence

SECONDS = 20


def make_sitting(*, name: str = "Dana Candidate", **exam: Any) -> Session:
    """Twenty seconds with one picture each; nobody is there from second 5 to 10, and one tab was hidden."""
    session = make_session(make_exam(**exam), name=name)
    exams.give_consent(session=session, notice=notice_for(session.exam))
    session.refresh_from_db()
    session = proctoring.start_session(session=session, device_info={}, without_baseline=True)
    Session.objects.filter(id=session.id).update(started_at=timezone.now() - timedelta(seconds=SECONDS))
    for second in range(SECONDS):
        add_record(
            session, "video", second + 1, second * 1000, v={"face_count": 0 if 5 <= second < 10 else 1}
        )
    add_record(session, "browser", 1, 12_400, ev="tab_hidden", n=1)
    session.refresh_from_db()
    return session


def add_record(session: Session, stream: str, seq: int, t_ms: int, **content: Any) -> Observation:
    record = {"stream": stream, "seq": seq, "t": t_ms, **content}
    return Observation.objects.create(session=session, stream=stream, seq=seq, t_ms=t_ms, record=record)


def finish(session: Session) -> Session:
    """Submitted and finalised, with a picture behind the first flag; its report is still to be made."""
    proctoring.end_session(session=session, to=SessionState.SUBMITTED, actor="candidate")
    session = Session.objects.get(id=session.id)
    Session.objects.filter(id=session.id).update(ended_at=session.started_at + timedelta(seconds=SECONDS))
    jobs.sweep()
    make_evidence(Flag.objects.get(session=session, rule="NO_FACE"))
    return Session.objects.select_related("exam__institution", "candidate").get(id=session.id)


def make_finished_sitting(**changes: Any) -> Session:
    return finish(make_sitting(**changes))


def run_jobs() -> None:
    jobs.sweep()
