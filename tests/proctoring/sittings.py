"""Sessions under way, with frames and events given straight to the services."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from analysis.observations import signals
from exams.models import Exam, Session
from exams.notices import notice_for
from exams.services import give_consent
from proctoring import parking, services
from proctoring.protocol import BrowserEvent
from proctoring.rooms import Room
from proctoring.services import recording
from proctoring.services.recording import EventsRecorded, SampleRecorded
from tests.factories import make_session
from tests.proctoring.fakes import picture_of, seen

DEVICE_KEY = "device-1"


def make_checking(exam: Exam | None = None, **options: Any) -> Session:
    session = make_session(exam, **options)
    session.device_key = DEVICE_KEY
    session.save()
    give_consent(session=session, notice=notice_for(session.exam))
    session.refresh_from_db()
    return session


def make_sitting(exam: Exam | None = None, *, minutes_ago: float = 10, **options: Any) -> Session:
    """A session that was started some minutes ago and nothing has been heard of since."""
    session = make_checking(exam, **options)
    session = services.start_session(session=session, device_info={}, without_baseline=True)
    return shift(session, minutes_ago)


def shift(session: Session, minutes: float) -> Session:
    ago = timedelta(minutes=minutes)
    assert session.started_at is not None
    assert session.deadline_at is not None
    session.started_at, session.deadline_at = session.started_at - ago, session.deadline_at - ago
    session.save()
    return session


def frame(session: Session, seq: int, t_ms: int, faces: int = 1) -> SampleRecorded:
    started_at = session.started_at or timezone.now()
    parking.park(session.id, seq, picture_of(faces))
    return recording.record_frame(
        session_id=session.id,
        seq=seq,
        t_ms=t_ms,
        signals=signals(seen(faces, against_baseline=True)),
        now=started_at + timedelta(milliseconds=t_ms),
    )


def frames(session: Session, faces_by_second: list[int], *, first_second: int = 0) -> None:
    """One frame a second."""
    for second, faces in enumerate(faces_by_second, start=first_second):
        frame(session, second + 1, second * 1000, faces)


def events(session: Session, *batch: BrowserEvent) -> EventsRecorded:
    return recording.record_events(room=Room(session.id, session.device_key), events=batch)
