"""One picture of a candidate who looks at a point: its eyes are found, and the picture is forgotten."""

import uuid

from exams.models import Session
from proctoring import gazing, parking
from proctoring.analysing import Observer
from proctoring.services.checking import baseline_of
from proctoring.services.gaze_points import take_look


def look_at_point(*, session_id: uuid.UUID, seq: int, point: int, observer: Observer) -> bool:
    """Whether the eyes of a parked picture could be used; one that is lost or no picture could not."""
    from analysis.frames import FrameRefused, open_frame

    jpeg = parking.take_sent(_connection(session_id), seq)
    if jpeg is None:
        return False
    try:
        frame = open_frame(jpeg)
    except FrameRefused:
        return False
    exam = Session.objects.select_related("exam").get(id=session_id).watched
    # Against the candidate's own normal, as in the exam: the fit holds for these angles alone.
    _seen, look = gazing.observe(exam, frame, baseline_of(session_id), observer)
    return take_look(session_id=session_id, point=point, look=look)


def park_look(session_id: uuid.UUID, seq: int, jpeg: bytes) -> None:
    parking.park_sent(_connection(session_id), seq, jpeg)


def _connection(session_id: uuid.UUID) -> str:
    return f"look:{session_id}"
