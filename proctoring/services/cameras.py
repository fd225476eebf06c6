"""The server's remark about a camera that is called like a program: in the log, without points."""

from django.utils import timezone

from analysis.virtual_camera import virtual_camera
from exams.models import Session
from exams.states import SessionState
from proctoring.models import Observation
from proctoring.services.remarks import remark


def note_camera(*, session: Session) -> Observation | None:
    """Remark once for each program, while the exam is running; the caller holds the lock of the risk row.

    Only the program's name goes into the log: a camera may be called after its owner.
    """
    label = session.device_info.get("camera_label")
    program = virtual_camera(label) if isinstance(label, str) and session.watched.watch_webcam else None
    if program is None or session.state != SessionState.RUNNING:
        return None
    t_ms = max(0, session.elapsed_ms(timezone.now()) or 0)
    return remark(session=session, event="virtual_camera", t_ms=t_ms, detail={"program": program})
