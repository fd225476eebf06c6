"""Pieces of video given to a sitting, straight to the services or as a candidate's page brings them."""

import hashlib
import urllib.request
import uuid
from datetime import datetime
from typing import Any

from django.test import Client

from exams import seats
from exams.models import Exam, Session
from jobs.models import Job, JobState
from proctoring.models import Flag
from proctoring.recording_places import PieceFacts
from proctoring.services import joining, recordings
from proctoring.services.recordings import Kept
from tests.factories import make_exam
from tests.film_pieces import film
from tests.proctoring.sittings import make_sitting


def recorded(mode: str = "full", **changes: Any) -> Session:
    """A sitting that began ten minutes ago and is recorded."""
    exam: Exam = make_exam(recording=mode, **changes)
    return make_sitting(exam)


def facts(content: bytes, *, seq: int = 1, t_ms: int = 0, **changes: Any) -> PieceFacts:
    told = {
        "source": "webcam",
        "seq": seq,
        "t_ms": t_ms,
        "duration_ms": 1000,
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "content_type": "video/webm",
    }
    return PieceFacts(**{**told, **changes})


def keep(
    session: Session, content: bytes | None = None, *, now: datetime | None = None, **changes: Any
) -> Kept:
    content = film(1000) if content is None else content
    return recordings.keep_piece(session=session, facts=facts(content, **changes), content=content, now=now)


def join_now(session: Session) -> list[Any]:
    job = Job.objects.create(kind=joining.KIND, payload={"session": str(session.id)})
    made = joining.join(session=session, job=job)
    Job.objects.filter(id=job.id).update(state=JobState.DONE)
    return made


def flag_at(session: Session, since_ms: int, t_ms: int, end_ms: int | None = None, **changes: Any) -> Flag:
    told = {
        "rule": "PHONE",
        "label": "A phone",
        "severity": "critical",
        "stream": "objects",
        "seq": 1,
        "is_open": end_ms is None,
    }
    return Flag.objects.create(
        id=uuid.uuid4(), session=session, since_ms=since_ms, t_ms=t_ms, end_ms=end_ms, **{**told, **changes}
    )


def seated(session: Session) -> Client:
    """A browser that holds the sitting's seat."""
    client = Client(raise_request_exception=False)
    store = client.session
    place = {"institution": str(session.institution_id), "device_key": session.device_key}
    store[seats.SEATS] = {str(session.id): place}
    store.save()
    return client


def bring(client: Client, session: Session, content: bytes, **changes: Any) -> Any:
    """As the page does: ask for a place, put the bytes, say so where that is asked. The last answer."""
    told = vars_of(facts(content, **changes))
    asked = client.post(f"/room/{session.id}/recording/place/", told, content_type="application/json")
    place = asked.json()
    if asked.status_code != 201:
        return asked
    if not place["confirm"]:
        kind = place["headers"]["Content-Type"]
        return client.put(place["url"], content, content_type=kind)
    put = urllib.request.Request(place["url"], data=content, headers=place["headers"], method="PUT")
    with urllib.request.urlopen(put, timeout=20) as answer:
        assert answer.status == 200
    return client.post(f"/room/{session.id}/recording/confirm/", told, content_type="application/json")


def vars_of(told: PieceFacts) -> dict[str, Any]:
    return {name: getattr(told, name) for name in PieceFacts.__slots__}
