"""What a candidate's page is told about recording: what, where to, and which moments."""

from typing import Any

from django.conf import settings
from django.db.models import Max
from django.urls import reverse

from exams.models import RecordingMode, Session
from proctoring import live
from proctoring.models import Flag, Piece
from proctoring.recording_wanted import Wanted, wanted_by, wanted_of

# What the browser keeps to itself of flagged moments: longer than it takes until something is pointed out.
RING_MS = 120_000
# Bits a second; a camera with sound stays below what the room's pictures leave of 150 kbit/s.
VIDEO_BPS, AUDIO_BPS = 90_000, 16_000


def page_recording(session: Session) -> dict[str, Any] | None:
    """For the page's own configuration; None where nothing is recorded."""
    sources = session.watched.recorded_sources
    if not sources:
        return None
    return {
        "mode": session.exam.recording,
        "sources": list(sources),
        "with_sound": session.watched.watch_audio,
        "piece_ms": settings.RECORDING_PIECE_MS,
        "ring_ms": RING_MS,
        "video_bps": VIDEO_BPS,
        "audio_bps": AUDIO_BPS,
        "place_url": reverse("proctoring:room-piece-place", args=[session.id]),
        "confirm_url": reverse("proctoring:room-piece-confirm", args=[session.id]),
    }


def welcome_recording(session: Session) -> dict[str, Any]:
    """For the socket's first message, as what to add to it: rebuilt from rows, whatever was missed."""
    sources = session.watched.recorded_sources
    if not sources:
        return {}
    newest = dict(
        Piece.objects.filter(session=session).values_list("source").annotate(newest=Max("seq")).order_by()
    )
    flagged = session.exam.recording == RecordingMode.FLAGGED
    return {
        "recording": {
            "next_seq": {source: newest.get(source, 0) + 1 for source in sources},
            "wanted": [_shape(wanted) for wanted in wanted_of(session)] if flagged else [],
        }
    }


def ask_for_capture(*, session: Session, flag: Flag) -> None:
    """A hint to the page: video of this moment is wanted. A new socket reads the same in its welcome."""
    if session.exam.recording != RecordingMode.FLAGGED or not session.watched.recorded_sources:
        return
    wanted = wanted_by(flag)
    if wanted is not None:
        what = list(session.watched.recorded_sources)
        live.tell_room(session_id=session.id, kind="capture", what=what, **_shape(wanted))


def _shape(wanted: Wanted) -> dict[str, int | None]:
    return {"since_ms": wanted.since_ms, "until_ms": wanted.until_ms}
