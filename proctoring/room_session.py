"""What the candidate's page is told about the session: the session view and the page's settings."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from exams.models import Session
from exams.notices import notice_of
from proctoring.breaks import BreakState, break_state
from proctoring.cards_told import room_card_config
from proctoring.inflight import ANSWER_WITHIN_S
from proctoring.recording_told import page_recording


@dataclass(frozen=True, slots=True)
class SessionView:
    """The shape both sides know; `now_ms` counts from the start and anchors the browser's clock."""

    id: str
    state: str
    exam_title: str
    content_url: str
    instructions: str
    now_ms: int | None
    remaining_ms: int | None
    allowed_tabs: int
    require_full_screen: bool
    breaks: BreakState | None
    paused_at: str | None


@dataclass(frozen=True, slots=True)
class ClientSettings:
    frame_interval_ms: int
    frame_width: int = 640
    frame_height: int = 480
    jpeg_quality: float = 0.75
    ack_timeout_ms: int = int(ANSWER_WITHIN_S * 1000)


def view_of(session: Session, now: datetime | None = None) -> dict[str, Any]:
    now = now or timezone.now()
    exam = session.watched
    return asdict(
        SessionView(
            id=str(session.id),
            state=session.state,
            exam_title=exam.title,
            content_url=exam.content_url,
            instructions=exam.instructions,
            now_ms=session.elapsed_ms(now),
            remaining_ms=0 if session.has_ended else session.remaining_ms(now),
            allowed_tabs=exam.allowed_tabs,
            require_full_screen=exam.require_full_screen,
            breaks=break_state(session, now),
            paused_at=session.paused_at.isoformat() if session.paused_at else None,
        )
    )


def client_settings() -> dict[str, Any]:
    return asdict(ClientSettings(frame_interval_ms=settings.FRAME_INTERVAL_MS))


def page_config(session: Session) -> dict[str, Any]:
    """The JSON that the room page embeds."""
    arguments = [session.id]
    return {
        "session": view_of(session),
        "urls": {
            "ticket": reverse("proctoring:room-ticket", args=arguments),
            "start": reverse("proctoring:room-start", args=arguments),
            "break": reverse("proctoring:room-break", args=arguments),
            "submit": reverse("proctoring:room-submit", args=arguments),
            "speed": reverse("proctoring:room-speed", args=arguments),
            "socket": "/ws/room/",
            "thanks": reverse("exams:thanks", args=arguments),
        },
        "watched": [asdict(watched) for watched in notice_of(session).watched],
        "candidate_name": session.candidate.name,
        "id_card": room_card_config(session),
        "recording": page_recording(session),
        "watch_screen": session.watched.watch_screen,
    }
