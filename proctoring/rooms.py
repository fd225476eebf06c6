"""Which session a socket sits in, with the device that may."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from exams.models import Consent, Session
from exams.states import SessionState
from proctoring.services.errors import FrameNotWanted, OtherDevice

# So long after the end a browser that was without a line may bring what it kept.
LATE_FOR = timedelta(minutes=10)
# A browser's clock may run a little ahead of the server's.
AHEAD_MS = 5000
TAKES_FRAMES = frozenset({SessionState.CHECKING, SessionState.READY, SessionState.RUNNING})


@dataclass(frozen=True, slots=True)
class Room:
    session_id: uuid.UUID
    device_key: str

    def session(self) -> Session:
        """The session, freshly read; refuses a device that does not hold it any more."""
        session = Session.objects.select_related("exam", "consent").get(id=self.session_id)
        if session.device_key != self.device_key:
            raise OtherDevice
        return session


def check_takes_sound(session: Session) -> None:
    """Sound is heard from the start to the end, and only where the candidate was told so."""
    if not session.watched.watch_audio:
        raise FrameNotWanted("sound_not_watched", _("This exam does not listen."))
    if not _has_consented(session):
        raise FrameNotWanted("consent_required", _("Nothing is heard before you have accepted the notice."))
    if session.state != SessionState.RUNNING:
        raise FrameNotWanted("not_now", _("Nothing is heard at the moment."))
    if session.deadline_at is not None and timezone.now() >= session.deadline_at:
        raise FrameNotWanted("session_ended", _("The time of this exam is over; nothing more is heard."))


def check_takes_looks(session: Session) -> None:
    """Points are looked at between the camera check and the start, where the candidate was told of it."""
    check_takes_frames(session)
    if not session.watched.watch_gaze:
        raise FrameNotWanted("gaze_not_watched", _("This exam does not follow eyes."))
    if session.state != SessionState.READY:
        raise FrameNotWanted("not_now", _("The points come after the camera check and before the start."))


def check_takes_screen(session: Session) -> None:
    """The screen is seen from the start to the end, and only where the candidate was told so."""
    if not session.watched.watch_screen:
        raise FrameNotWanted("screen_not_watched", _("This exam does not watch the screen."))
    if not _has_consented(session):
        raise FrameNotWanted("consent_required", _("Nothing is seen before you have accepted the notice."))
    if session.state != SessionState.RUNNING:
        raise FrameNotWanted("not_now", _("Nothing is seen at the moment."))
    if session.deadline_at is not None and timezone.now() >= session.deadline_at:
        raise FrameNotWanted("session_ended", _("The time of this exam is over; nothing more is seen."))


def check_takes_frames(session: Session) -> None:
    if not _has_consented(session):
        raise FrameNotWanted(
            "consent_required", _("No picture is taken before you have accepted the notice.")
        )
    if session.has_ended:
        raise FrameNotWanted("session_ended", _("This exam sitting is over; no more pictures are taken."))
    if session.state not in TAKES_FRAMES:
        raise FrameNotWanted("not_now", _("No pictures are taken at the moment."))
    if not session.watched.watch_webcam:
        raise FrameNotWanted("camera_not_watched", _("This exam does not use the camera."))
    if session.deadline_at is not None and timezone.now() >= session.deadline_at:
        raise FrameNotWanted("session_ended", _("The time of this exam is over; no more pictures are taken."))


def check_took_frames(session: Session, *, t_ms: int, now: datetime) -> None:
    """Whether a picture of that moment may be kept, though it comes only now."""
    if not _has_consented(session):
        raise FrameNotWanted("consent_required", _("No picture is kept without your consent to the notice."))
    if not session.watched.watch_webcam:
        raise FrameNotWanted("camera_not_watched", _("This exam does not use the camera."))
    if session.started_at is None:
        raise FrameNotWanted("not_now", _("Pictures are kept from the start of the exam."))
    if session.ended_at is not None and now - session.ended_at > LATE_FOR:
        raise FrameNotWanted("session_ended", _("This exam sitting is over; no more pictures are taken."))
    if session.ended_at is not None and t_ms > (session.elapsed_ms(session.ended_at) or 0):
        raise FrameNotWanted("session_ended", _("This picture was taken after the end of the exam."))
    if t_ms > (session.elapsed_ms(now) or 0) + AHEAD_MS:
        raise FrameNotWanted("clock_ahead", _("The time of this picture has not come yet."))


def _has_consented(session: Session) -> bool:
    consent: Consent | None = getattr(session, "consent", None)
    return consent is not None and consent.withdrawn_at is None
